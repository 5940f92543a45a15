package dev.hz3.release.ledger;

import static dev.hz3.release.ledger.LedgerBench.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.FaultySystem;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Segments that leave the address map: what is purged of them, and what becomes of pages of theirs that wait.
class ClosedSegmentsTest {

    /// Claims what is free of a segment, and closes it.
    private static void close(LedgerBench bench, Segment segment) {
        while (segment.freePages() != 0) {
            bench.boundary.claim(segment, segment.longestFreeStretch());
        }
        bench.map.close(segment);
    }

    private static List<Segment> purged(LedgerBench bench, List<Segment> closed) {
        List<Segment> purged = new ArrayList<>();
        bench.ledger.purgeClosed(closed, purged);
        return purged;
    }

    @Test
    void a_closed_segment_is_purged_header_and_all_and_its_waiting_pages_are_forgotten() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 512);
        bench.boundary.claim(bench.segment, 512);
        assertThrows(IllegalStateException.class, () -> purged(bench, List.of(bench.segment)));
        bench.map.close(bench.segment);
        assertEquals(List.of(bench.segment), purged(bench, List.of(bench.segment)));
        assertEquals(512, bench.purgedPages());
        assertEquals(0, bench.ledger.waitingPages());
        assertEquals(0, bench.tick(NOW));
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void a_segment_whose_slot_is_free_is_not_purged_because_another_may_be_there() {
        LedgerBench bench = new LedgerBench(4096);
        close(bench, bench.segment);
        assertEquals(List.of(bench.segment), purged(bench, List.of(bench.segment)));
        bench.map.free(bench.segment);
        long purgeCalls = bench.ledger.purgeCalls();
        assertThrows(IllegalStateException.class, () -> purged(bench, List.of(bench.segment)));
        assertEquals(purgeCalls, bench.ledger.purgeCalls());
    }

    @Test
    void of_a_closed_segment_the_pages_are_counted_that_were_not_clean_and_a_huge_page_ends_with_it() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 512);
        bench.tick(NOW);
        bench.boundary.claim(bench.segment, 200);
        bench.release(0, 200); // 312 pages are clean now
        bench.segment.huge(true);
        assertTrue(bench.boundary.claimToClose(bench.segment));
        bench.map.close(bench.segment);
        long purgedPages = bench.ledger.purgedPages();
        long purgeCalls = bench.ledger.purgeCalls();
        purged(bench, List.of(bench.segment));
        assertEquals(200, bench.ledger.purgedPages() - purgedPages);
        assertEquals(1, bench.ledger.purgeCalls() - purgeCalls);
        assertFalse(bench.segment.isHuge());
    }

    @Test
    void of_a_closed_segment_each_page_is_counted_for_its_reason_and_nobody_has_released_a_header() {
        LedgerBench bench = new LedgerBench(4096);
        Segment small = bench.map.open(SegmentKind.SMALL, bench.pool);
        assertEquals(1, bench.boundary.claim(small, 200)); // behind the header
        bench.boundary.release(small, new PageRange(1, 80), ReleaseReason.SMALL_PAGE_RETIRE);
        bench.boundary.release(small, new PageRange(81, 120), ReleaseReason.SUB4K_RUN_RETIRE);
        assertTrue(bench.boundary.claimToClose(small));
        bench.map.close(small);
        bench.os.failNext(FaultySystem.Verb.PURGE, 1);
        purged(bench, List.of(small)); // which is refused
        assertEquals(0, bench.ledger.purgedPages());
        purged(bench, List.of(small));
        assertEquals(80, bench.ledger.purgedPages(ReleaseReason.SMALL_PAGE_RETIRE));
        assertEquals(120, bench.ledger.purgedPages(ReleaseReason.SUB4K_RUN_RETIRE));
        assertEquals(1, bench.ledger.purgedPages(ReleaseReason.NEVER_RELEASED));
        assertEquals(201, bench.ledger.purgedPages());
    }

    @Test
    void pages_that_become_another_segments_keep_their_reasons_but_for_its_header() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 512);
        assertTrue(bench.boundary.claimToReopen(bench.segment, SegmentKind.SMALL));
        bench.map.close(bench.segment);
        Segment small = bench.map.reopen(bench.segment, SegmentKind.SMALL, bench.pool);
        bench.boundary.noteFree(small);
        assertEquals(511, bench.ledger.waitingPages());
        assertTrue(bench.boundary.claimToClose(small));
        bench.map.close(small);
        purged(bench, List.of(small));
        assertEquals(511, bench.ledger.purgedPages(ReleaseReason.MEDIUM_RUN_RECLAIM));
        assertEquals(1, bench.ledger.purgedPages(ReleaseReason.NEVER_RELEASED));
    }

    @Test
    void what_the_kernel_refuses_is_not_among_those_that_it_took_and_may_be_tried_again() {
        LedgerBench bench = new LedgerBench(4096, 3);
        bench.segments.forEach(segment -> close(bench, segment));
        bench.segments.get(1).huge(true);
        bench.os.failRanges(index -> index == 1);
        bench.os.failNext(FaultySystem.Verb.PURGE, 1);
        assertEquals(List.of(bench.segments.get(0), bench.segments.get(2)), purged(bench, bench.segments));
        assertEquals(1, bench.ledger.purgeFailures());
        assertTrue(bench.segments.get(1).isHuge());
        assertFalse(bench.isPurged(bench.segments.get(1), 0));
        assertEquals(List.of(bench.segments.get(1)), purged(bench, List.of(bench.segments.get(1))));
        assertTrue(bench.isPurged(bench.segments.get(1), 0));
        assertEquals(1, bench.ledger.purgeFailures());
    }

    @Test
    void nothing_closed_is_nothing_asked_of_the_kernel() {
        LedgerBench bench = new LedgerBench(4096);
        assertEquals(List.of(), purged(bench, List.of()));
        assertEquals(0, bench.counting.purges());
    }

    @Test
    void more_closed_segments_than_fit_in_one_call_go_in_several() {
        LedgerBench bench = new LedgerBench(4096, PurgeRound.SEGMENTS + 1);
        bench.segments.forEach(segment -> close(bench, segment));
        assertEquals(bench.segments, purged(bench, bench.segments));
        assertEquals(2, bench.ledger.purgeCalls());
        assertEquals(PurgeRound.SEGMENTS + 1, bench.ranges.get());
        assertEquals(0, bench.machine.processResidentBytes());
    }

    @Test
    void pages_that_are_told_after_their_segment_was_closed_do_not_wait() {
        LedgerBench bench = new LedgerBench(4096);
        close(bench, bench.segment);
        bench.ledger.enqueue(bench.segment, new PageRange(0, 8)); // released by a thread that comes late to say so
        assertEquals(0, bench.ledger.waitingPages());
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void a_slots_next_segment_begins_with_no_page_that_waits() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 100);
        close(bench, bench.segment);
        bench.map.free(bench.segment); // its pages wait still
        Segment next = bench.open();
        assertEquals(bench.segment.index(), next.index());
        bench.release(next, 200, 5);
        assertEquals(5, bench.ledger.waitingPages());
        assertEquals(5, bench.tick(NOW));
        assertEquals(0, bench.ledger.reusedPages());
        assertFalse(bench.isPurged(next, 0));
    }

    @Test
    void a_slots_next_segment_is_tried_as_often_as_any() {
        LedgerBench bench = new LedgerBench(4096);
        bench.os.failForever(FaultySystem.Verb.PURGE);
        bench.release(0, 1);
        for (int i = 1; i < ReleaseLedger.RETRIES; i++) {
            bench.tick(NOW);
        }
        close(bench, bench.segment);
        bench.map.free(bench.segment);
        bench.release(bench.open(), 0, 1);
        for (int i = 0; i < ReleaseLedger.RETRIES; i++) {
            assertTrue(bench.ledger.isWaiting(), "try " + i);
            bench.tick(NOW);
        }
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void a_slot_whose_pages_were_forgotten_leaves_the_queue_and_comes_back_with_its_next_segment() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 8);
        close(bench, bench.segment);
        purged(bench, List.of(bench.segment));
        bench.tick(NOW);
        assertFalse(bench.ledger.isWaiting());
        bench.map.free(bench.segment);
        bench.release(bench.open(), 0, 8);
        assertTrue(bench.ledger.isWaiting());
        assertEquals(8, bench.tick(NOW));
    }

    @Test
    void pages_of_a_segment_that_was_closed_under_a_failing_round_do_not_wait_in_its_slot() {
        LedgerBench bench = new LedgerBench(4096, 2);
        Segment closing = bench.segments.get(1);
        bench.release(0, 4);
        bench.release(closing, 0, 4);
        bench.boundary.claim(closing, 4); // in use again: the round takes them, and nothing of them is lent
        bench.machine.watch((address, bytes) -> {
            close(bench, closing);
            bench.map.free(closing);
            bench.release(bench.open(), 100, 7);
            throw new IllegalStateException("on purpose");
        });
        assertThrows(IllegalStateException.class, () -> bench.tick(NOW));
        assertEquals(4 + 7, bench.ledger.waitingPages());
    }

    @Test
    void pages_of_a_closed_segment_do_not_wait_for_a_plan_that_breaks_huge_pages() {
        LedgerBench bench = new LedgerBench(4096);
        bench.segment.huge(true);
        bench.release(0, 8);
        close(bench, bench.segment);
        assertEquals(0, bench.tick(new PurgePlan(0, 1 << 20, 1 << 20, false)));
        assertEquals(0, bench.ledger.waitingPages());
        assertFalse(bench.ledger.isWaiting());
    }
}
