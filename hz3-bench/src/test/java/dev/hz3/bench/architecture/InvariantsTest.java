package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.epoch.Epoch;
import dev.hz3.epoch.EpochStep;
import dev.hz3.epoch.IdleGate;
import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.InvalidFreeException;
import dev.hz3.heap.NativeHeap;
import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.release.boundary.BoundaryViolation.Check;
import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.boundary.ReleaseSink;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One case for each invariant that `docs/architecture.md` lists and that is not about who may call whom. The boxes' own tests go further.
final class InvariantsTest {

    private final OperatingSystem os = LinuxSystem.open();
    private final ReservedRange range = os.reserve(4L * Geometry.SEGMENT_BYTES, Geometry.SEGMENT_BYTES, Geometry.SEGMENT_BYTES);
    private final AddressMap map = new AddressMap(os, range);
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, ReleaseSink.KEEP);
    private final PackPool pool = new PackPool(0);

    @AfterEach
    void giveTheRangeBack() {
        os.unreserve(range);
        os.close();
    }

    private static int popCount(Segment segment) {
        int pages = 0;
        for (int w = 0; w < Geometry.FREE_BITS_WORDS; w++) {
            pages += Long.bitCount(segment.freeWord(w));
        }
        return pages;
    }

    @ParameterizedTest
    @EnumSource
    void the_count_of_free_pages_equals_the_bits_after_each_crossing(SegmentKind kind) { // I2
        Segment segment = map.open(kind, pool);
        int all = Geometry.PAGES_PER_SEGMENT - kind.headerPages();
        assertEquals(all, segment.freePages());
        int first = boundary.claim(segment, 100);
        assertEquals(all - 100, segment.freePages());
        assertEquals(segment.freePages(), popCount(segment));
        boundary.release(segment, new PageRange(first + 10, 60), ReleaseReason.SMALL_PAGE_RETIRE);
        assertEquals(all - 40, segment.freePages());
        assertEquals(segment.freePages(), popCount(segment));
    }

    @Test
    void pages_cross_from_the_opposite_state_only_and_a_header_never() { // I3
        Segment small = map.open(SegmentKind.SMALL, pool);
        assertEquals(1, boundary.claim(small, 2));
        assertRefused(Check.HEADER_PAGE, small, 0, 2);
        assertRefused(Check.STATE, small, 2, 2);
        assertRefused(Check.RANGE, small, 511, Integer.MAX_VALUE);
        Segment medium = map.open(SegmentKind.MEDIUM, pool);
        assertEquals(0, boundary.claim(medium, 1), "a medium segment's page 0 is a page like any other");
        boundary.release(medium, new PageRange(0, 1), ReleaseReason.MEDIUM_RUN_RECLAIM);
        assertRefused(Check.STATE, medium, 0, 1);
        assertEquals(4, boundary.violations());
    }

    private void assertRefused(Check check, Segment segment, int first, int count) {
        long[] before = words(segment);
        BoundaryViolation violation = assertThrows(
                BoundaryViolation.class, () -> boundary.release(segment, first, count, ReleaseReason.SMALL_PAGE_RETIRE));
        assertEquals(check, violation.check());
        assertArrayEquals(before, words(segment));
    }

    private static long[] words(Segment segment) {
        long[] words = new long[Geometry.FREE_BITS_WORDS + 1];
        for (int w = 0; w < Geometry.FREE_BITS_WORDS; w++) {
            words[w] = segment.freeWord(w);
        }
        words[Geometry.FREE_BITS_WORDS] = segment.freePages();
        return words;
    }

    @Test
    void a_block_is_in_one_place_so_it_is_handed_out_once_and_freed_once() { // I4
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().clock(false).build())) {
            for (long size : new long[] {24, 2500, 16 << 10, 1 << 20, 5 << 20}) {
                Set<Long> live = new HashSet<>();
                for (int i = 0; i < 20; i++) {
                    assertTrue(live.add(heap.allocateAddress(size)), "handed out twice, size=" + size);
                }
                for (long address : live) {
                    heap.freeAddress(address);
                    assertThrows(InvalidFreeException.class, () -> heap.freeAddress(address), "size=" + size);
                }
                heap.trim();
                assertEquals(0, heap.stats().liveBytes(), "size=" + size);
            }
        }
    }

    @Test
    void pages_that_are_lent_can_be_claimed_by_nobody() { // I5
        Segment segment = map.open(SegmentKind.MEDIUM, pool);
        int used = boundary.claim(segment, 100);
        List<PageRange> borrowed = new ArrayList<>();
        int lent = boundary.lend(segment, new PageRange(0, Geometry.PAGES_PER_SEGMENT), (_, pages) -> {
            borrowed.add(pages);
            assertEquals(ReleaseBoundary.NONE, boundary.claim(segment, 1));
            return true;
        });
        assertEquals(412, lent);
        assertEquals(List.of(new PageRange(used + 100, 412)), borrowed, "used pages are not lent");
        assertEquals(100, boundary.claim(segment, 412), "they come back by themselves");
    }

    @Test
    void a_tick_has_one_order_and_a_step_that_fails_stops_no_other() { // I6
        List<String> tick = new ArrayList<>();
        List<Epoch> self = new ArrayList<>();
        EpochStep failing = _ -> {
            tick.add("retire");
            throw new OutOfMemoryError("no luck");
        };
        Epoch epoch = new Epoch(
                new Epoch.Steps(
                        _ -> tick.add("heap") ? 1 : 0,
                        failing,
                        _ -> tick.add("reclaim:" + self.getFirst().tick()) ? 1 : 0,
                        _ -> tick.add("purge") ? 1 : 0),
                new IdleGate(0));
        self.add(epoch);
        assertEquals(Epoch.Outcome.MOVED, epoch.tick());
        assertEquals(List.of("heap", "retire", "reclaim:SKIPPED", "purge"), tick, "ticks do not nest");
        assertEquals(1, epoch.failures());
        assertFalse(epoch.lastFailure().isEmpty());
    }
}
