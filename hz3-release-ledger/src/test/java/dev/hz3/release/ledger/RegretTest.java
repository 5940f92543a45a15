package dev.hz3.release.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A purged page that is wanted again soon is counted, once.
class RegretTest {

    private static final long WITHIN = 1000;

    private final LedgerBench bench = new LedgerBench(4096);
    private long now = Long.MAX_VALUE - 10; // a clock of the system may wrap
    private final ReleaseLedger ledger = new ReleaseLedger(bench.os, bench.map, () -> now);
    private final ReleaseBoundary boundary = new ReleaseBoundary(bench.map, ledger);
    private final Segment segment = bench.segment;

    @BeforeEach
    void mayBeRegretted() {
        ledger.regretNanos(WITHIN);
    }

    private void purge(int first, int count) {
        boundary.release(segment, new PageRange(first, count), ReleaseReason.MEDIUM_RUN_RECLAIM);
        assertEquals(count, ledger.tick(boundary, LedgerBench.NOW));
    }

    @Test
    void pages_that_are_wanted_soon_are_regretted_once() {
        purge(10, 20);
        now += WITHIN - 1;
        assertEquals(10, boundary.claim(segment, 5));
        assertEquals(5, ledger.regrettedPages());
        boundary.claim(segment, 15);
        assertEquals(20, ledger.regrettedPages());
        boundary.release(segment, new PageRange(10, 20), ReleaseReason.MEDIUM_RUN_RECLAIM);
        boundary.claim(segment, 20);
        assertEquals(20, ledger.regrettedPages(), "they had not left");
    }

    @Test
    void pages_that_are_wanted_late_are_not() {
        purge(10, 20);
        now += WITHIN;
        boundary.claim(segment, 20);
        assertEquals(0, ledger.regrettedPages());
    }

    @Test
    void old_ones_do_not_become_young_by_others() {
        purge(10, 20);
        now += WITHIN;
        purge(40, 3);
        boundary.claim(segment, 20);
        assertEquals(3, ledger.regrettedPages());
    }

    @Test
    void what_somebody_has_asked_for_is_no_mistake() {
        ledger.regretNanos(0);
        purge(10, 20);
        ledger.regretNanos(WITHIN);
        boundary.claim(segment, 20);
        assertEquals(0, ledger.regrettedPages());
    }

    @Test
    void a_segment_that_was_closed_and_is_opened_again_soon_is_regretted() {
        boundary.release(segment, new PageRange(0, 512), ReleaseReason.MEDIUM_RUN_RECLAIM);
        boundary.claim(segment, 512);
        bench.map.close(segment);
        List<Segment> purged = new ArrayList<>();
        ledger.purgeClosed(List.of(segment), purged);
        assertEquals(List.of(segment), purged);
        bench.map.free(segment);

        Segment again = bench.map.open(SegmentKind.MEDIUM, bench.pool);
        assertEquals(segment.index(), again.index());
        boundary.claim(again, 100);
        assertEquals(100, ledger.regrettedPages());
    }

    @Test
    void so_is_a_span_of_pages() {
        purge(0, 512);
        boundary.claimSpan(List.of(segment), 7);
        assertEquals(7, ledger.regrettedPages());
    }
}
