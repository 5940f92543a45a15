package dev.hz3.medium.reclaim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.CentralBins;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MediumReclaimTest {

    private final SimulatedSystem os = new SimulatedSystem();
    private final AddressMap map = new AddressMap(os, os.reserve(32L << 20, 32L << 20, Geometry.SEGMENT_BYTES));
    private final List<String> released = new ArrayList<>();
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, (segment, first, count, reason) -> {
        synchronized (released) {
            released.add(count + " " + reason);
        }
    });
    private final PackPool pool = new PackPool(0);
    private final List<CentralBins> shards = List.of(new CentralBins(map), new CentralBins(map));
    private final MediumReclaim reclaim = new MediumReclaim(map, boundary, shards);

    /// Puts so many runs of a class in the stock of a shard.
    private void stock(int shard, int pages, int runs) {
        Segment segment = map.open(SegmentKind.MEDIUM, pool);
        for (int i = 0; i < runs; i++) {
            int first = boundary.claim(segment, pages);
            segment.tag(new PageRange(first, pages), SizeClasses.ofPages(pages));
            shards.get(shard).push(SizeClasses.ofPages(pages), segment.addressOf(first));
        }
        pool.update(segment);
    }

    @Test
    void the_largest_class_goes_first_whatever_its_shard() {
        stock(0, 1, 2);
        stock(1, 8, 2);
        stock(0, 3, 1);
        assertEquals(3, reclaim.tick(new ReclaimBudget(3, Long.MAX_VALUE, false)));
        assertEquals(List.of("8 MEDIUM_RUN_RECLAIM", "8 MEDIUM_RUN_RECLAIM", "3 MEDIUM_RUN_RECLAIM"), released);
        assertEquals(19, reclaim.reclaimedPages());
        assertEquals(2, shards.getFirst().pages());
    }

    @Test
    void a_tick_takes_256_runs_by_default_and_what_is_released_can_be_claimed() {
        stock(0, 1, 300);
        assertEquals(256, reclaim.tick());
        assertEquals(44, reclaim.tick());
        assertEquals(300, reclaim.reclaimedRuns());
        assertEquals(300, reclaim.boundaryCalls());
        assertEquals(512, pool.tightest(512).longestFreeStretch());
    }

    @Test
    void the_page_budget_stops_a_tick() {
        stock(0, 8, 10);
        assertEquals(3, reclaim.tick(new ReclaimBudget(100, 20, false)));
        assertEquals(0, reclaim.tick(new ReclaimBudget(100, 0, false)));
        assertEquals(0, reclaim.tick(new ReclaimBudget(0, 100, false)));
    }

    @Test
    void of_a_busy_heap_only_what_nobody_needed_since_the_last_tick_is_taken() {
        stock(0, 4, 10);
        ReclaimBudget surplus = new ReclaimBudget(100, Long.MAX_VALUE, true);
        reclaim.tick(surplus); // the list was empty once since the beginning
        assertEquals(10, shards.getFirst().count(SizeClasses.ofPages(4)));
        long[] taken = new long[14];
        shards.getFirst().pop(SizeClasses.ofPages(4), taken, 0, 7);
        shards.getFirst().push(SizeClasses.ofPages(4), taken, 0, 7);
        assertEquals(3, reclaim.tick(surplus));
        assertEquals(7, reclaim.tick(surplus));
    }

    @Test
    void one_shard_and_class_is_reclaimed_on_demand() {
        stock(0, 2, 5);
        stock(1, 2, 5);
        assertEquals(4, reclaim.reclaim(1, SizeClasses.ofPages(2), 4));
        assertEquals(5, shards.get(0).count(SizeClasses.ofPages(2)));
        assertEquals(1, shards.get(1).count(SizeClasses.ofPages(2)));
        assertEquals(4, reclaim.reclaimedRuns(SizeClasses.ofPages(2)));
        assertEquals(4, reclaim.reclaimedRuns());
        assertEquals(0, reclaim.reclaim(0, SizeClasses.ofPages(2), 0));
        assertEquals(5, reclaim.reclaim(0, SizeClasses.ofPages(2), 6));
        assertEquals(0, reclaim.reclaim(0, SizeClasses.ofPages(3), 1));
        assertEquals(0, reclaim.reclaim(0, SizeClasses.ofPages(2), 1));
        assertThrows(IllegalArgumentException.class, () -> reclaim.reclaim(0, 3, 1));
        assertThrows(IllegalArgumentException.class, () -> reclaim.reclaim(0, SizeClasses.COUNT, 1));
        assertThrows(IllegalArgumentException.class, () -> reclaim.reclaim(0, SizeClasses.ofPages(2), -1));
    }

    @Test
    void a_full_segment_has_room_again_once_a_run_of_it_was_reclaimed() {
        stock(0, 1, 512);
        assertSame(Segment.NOWHERE, pool.tightest(1));
        assertEquals(1, reclaim.reclaim(0, SizeClasses.ofPages(1), 1));
        assertNotSame(Segment.NOWHERE, pool.tightest(1));
    }

    @Test
    void what_is_no_free_run_of_the_class_does_not_get_into_stock() {
        int c = SizeClasses.ofPages(2);
        Segment segment = map.open(SegmentKind.MEDIUM, pool);
        int first = boundary.claim(segment, 4);
        long run = segment.addressOf(first);
        assertRefused(c, 12345);
        assertRefused(c, run + 8);
        assertRefused(c, run);
        segment.tag(new PageRange(first, 2), c);
        assertRefused(c, run + Geometry.PAGE_BYTES);
        assertRefused(SizeClasses.ofPages(4), run);
        shards.getFirst().push(c, run);
        assertRefused(c, run);
        assertEquals(1, reclaim.tick());
        assertEquals(0, reclaim.quarantinedRuns());
    }

    private void assertRefused(int sizeClass, long run) {
        long pages = shards.getFirst().pages();
        assertThrows(IllegalArgumentException.class, () -> shards.getFirst().push(sizeClass, run));
        assertEquals(pages, shards.getFirst().pages());
    }

    @Test
    void a_run_whose_word_was_changed_in_stock_is_not_handed_out() {
        int c = SizeClasses.ofPages(2);
        Segment segment = map.open(SegmentKind.MEDIUM, pool);
        int first = boundary.claim(segment, 2);
        segment.tag(new PageRange(first, 2), c);
        shards.getFirst().push(c, segment.addressOf(first));
        segment.untag(first, 2);
        assertThrows(IllegalStateException.class, reclaim::tick);
        assertEquals(0, reclaim.reclaimedRuns());
    }

    @Test
    void a_budget_has_no_negative_number() {
        assertThrows(IllegalArgumentException.class, () -> new ReclaimBudget(-1, 0, false));
        assertThrows(IllegalArgumentException.class, () -> new ReclaimBudget(0, -1, false));
        assertEquals(0, new ReclaimBudget(0, 0, false).runs());
    }

    @Test
    void a_run_that_fails_a_check_is_quarantined_with_its_reason_and_never_handed_out() {
        int c = SizeClasses.ofPages(2);
        Segment segment = map.open(SegmentKind.MEDIUM, pool);
        int first = boundary.claim(segment, 2);
        long run = segment.addressOf(first);
        CentralBins stock = shards.getFirst();

        segment.tag(new PageRange(first, 2), c);
        stock.push(c, run);
        boundary.release(segment, new PageRange(first + 1, 1), ReleaseReason.LARGE_FREE);
        assertEquals(0, reclaim.tick()); // half of it is free already
        assertEquals(1, reclaim.quarantinedRuns());
        assertTrue(reclaim.lastQuarantined().orElse("").contains("free already"));
        assertEquals(0, reclaim.tick());
        assertEquals(0, stock.pages());
        assertEquals(0, reclaim.reclaimedRuns());
        assertEquals(1, boundary.violations());
        assertEquals(511, segment.freePages());
    }

    @Test
    void two_threads_that_reclaim_at_once_share_the_runs() throws InterruptedException {
        stock(0, 1, 500);
        AtomicLong sum = new AtomicLong();
        Runnable work = () -> sum.addAndGet(reclaim.tick(ReclaimBudget.ALL));
        Thread one = Thread.ofPlatform().start(work);
        Thread two = Thread.ofPlatform().start(work);
        one.join();
        two.join();
        assertEquals(500, sum.get());
        assertEquals(0, reclaim.quarantinedRuns());
    }
}
