package dev.hz3.retire.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.boundary.ReleaseSink;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetireScanTest {

    private final SimulatedSystem os = new SimulatedSystem();
    private final AddressMap map = new AddressMap(os, os.reserve(16L << 20, 16L << 20, Geometry.SEGMENT_BYTES));
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, ReleaseSink.KEEP);
    private final PackPool pool = new PackPool(0);
    private final SmallPages pages = new SmallPages(map);
    private final RetireScan scan = new RetireScan(map, boundary, List.of(pages));
    private final Segment segment = map.open(SegmentKind.SMALL, pool);

    /// Adds a run, and says where it begins.
    private int add(int sizeClass) {
        int first = boundary.claim(segment, SizeClasses.pages(sizeClass));
        assertTrue(segment.enter(first, sizeClass));
        pages.add(segment.addressOf(first));
        pool.update(segment);
        return first;
    }

    @Test
    void an_empty_page_becomes_a_free_page_and_one_with_a_block_out_does_not() {
        int c = SizeClasses.of(1024);
        long[] blocks = new long[8];
        add(c);
        add(c);
        assertEquals(1, pages.take(c, blocks, 0, 1));
        assertEquals(1, scan.tick(RetireBudget.ALL));
        assertEquals(0, scan.tick(RetireBudget.ALL));
        pages.give(c, blocks, 0, 1);
        assertEquals(1, scan.tick(RetireBudget.ALL));
        assertEquals(2, boundary.releases(ReleaseReason.SMALL_PAGE_RETIRE));
        assertTrue(segment.isEmpty());
        assertTrue(segment.isNobodys(1));
    }

    @Test
    void what_is_known_of_a_run_leaves_with_it_however_often_there_is_another() {
        for (int round = 0; round < 2_000; round++) {
            add(0); // the class with the most blocks: its states would fill the segment's slab in a few hundred rounds
            assertEquals(1, scan.tick(RetireBudget.ALL));
        }
    }

    @Test
    void a_full_segment_has_room_again_once_a_page_of_it_was_retired() {
        add(SizeClasses.of(64));
        boundary.claim(segment, 510);
        pool.update(segment);
        assertSame(Segment.NOWHERE, pool.tightest(1));
        assertEquals(1, scan.tick(RetireBudget.ALL));
        assertSame(segment, pool.tightest(1));
    }

    @Test
    void runs_of_more_than_a_page_give_all_their_pages_for_reasons_of_their_own() {
        add(SizeClasses.SUB4K);
        assertEquals(2, scan.tick(RetireBudget.ALL));
        assertEquals(1, boundary.releases(ReleaseReason.SUB4K_RUN_RETIRE));
        add(SizeClasses.SUB8K);
        assertEquals(4, scan.tick(RetireBudget.ALL));
        assertEquals(1, boundary.releases(ReleaseReason.SUB8K_RUN_RETIRE));
        add(SizeClasses.HEADED_PAGE);
        assertEquals(16, scan.tick(RetireBudget.ALL));
        assertEquals(2, boundary.releases(ReleaseReason.SUB8K_RUN_RETIRE));
        assertEquals(3, scan.retiredRuns());
        assertEquals(22, scan.retiredPages());
    }

    @Test
    void the_budget_is_kept_and_a_busy_heap_gives_only_its_surplus() {
        int c = SizeClasses.of(64);
        for (int i = 0; i < 10; i++) {
            add(c);
        }
        assertEquals(0, scan.tick(new RetireBudget(0, false)));
        assertEquals(3, scan.tick(new RetireBudget(3, false)));
        // All that are left have been empty since the last look.
        pages.take(c, new long[64 * 4], 0, 64 * 2); // two pages are wanted meanwhile
        assertEquals(5, scan.tick(new RetireBudget(100, true)));
    }

    @Test
    void what_was_needed_since_the_last_scan_is_no_surplus_though_it_is_empty_again() {
        int c = SizeClasses.of(64);
        for (int i = 0; i < 10; i++) {
            add(c);
        }
        RetireBudget surplus = new RetireBudget(100, true);
        scan.tick(new RetireBudget(0, false));
        long[] blocks = new long[64 * 4];
        pages.take(c, blocks, 0, 64 * 2);
        pages.give(c, blocks, 0, 64 * 2);
        assertEquals(8, scan.tick(surplus));
        assertEquals(2, pages.empty(c));
        assertEquals(2, scan.tick(surplus));
    }

    @Test
    void the_smallest_class_is_scanned_too() {
        add(0);
        assertEquals(1, scan.tick(RetireBudget.ALL));
    }

    @Test
    void a_budget_has_no_negative_number() {
        assertThrows(IllegalArgumentException.class, () -> new RetireBudget(-1, false));
        assertEquals(0, new RetireBudget(0, false).pages());
    }

    @Test
    void blocks_come_from_the_fullest_page() {
        int c = SizeClasses.of(512);
        int one = add(c);
        long[] blocks = new long[16];
        assertEquals(6, pages.take(c, blocks, 0, 6));
        int two = add(c);
        assertEquals(1, pages.take(c, blocks, 12, 1));
        assertEquals(one, Segment.pageOf(blocks[12]));
        assertEquals(map.table().stateOf(blocks[12]), blocks[13]);
        assertTrue(segment.describeRun(one).contains("out=7 of 8"), segment.describeRun(one));
        assertTrue(segment.describeRun(two).contains("out=0 of 8"), segment.describeRun(two));
        assertEquals(7, pages.out(c));
        assertEquals(1, pages.empty(c));
    }

    @Test
    void a_run_that_the_boundary_refuses_is_quarantined_and_never_handed_out() {
        int c = SizeClasses.SUB4K;
        int run = add(c);
        boundary.release(segment, new PageRange(run + 1, 1), ReleaseReason.LARGE_FREE); // behind the scan's back
        assertEquals(0, scan.tick(RetireBudget.ALL));
        assertEquals(1, scan.quarantinedRuns());
        assertTrue(scan.lastQuarantined().orElse("").contains("free already"));
        assertEquals(0, pages.take(c, new long[1], 0, 1));
    }
}
