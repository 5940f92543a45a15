package dev.hz3.release.ledger;

import static dev.hz3.release.ledger.LedgerBench.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.FaultySystem;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// How what is purged is divided: into rounds, calls and ranges, within what a plan allows.
class PurgeRoundTest {

    private static final int MANY = 1 << 20;

    private static PurgePlan calls(int calls) {
        return new PurgePlan(0, MANY, calls);
    }

    /// Releases so many single pages that do not adjoin, from `first` on.
    private static void releaseApart(LedgerBench bench, Segment segment, int first, int count) {
        for (int i = 0; i < count; i++) {
            bench.release(segment, first + 2 * i, 1);
        }
    }

    // ---- what one call takes -------------------------------------------------------------------------------------

    @Test
    void a_call_takes_4096_pages_and_not_one_more() {
        LedgerBench bench = new LedgerBench(4096, 9);
        for (Segment segment : bench.segments.subList(0, 8)) {
            bench.release(segment, 0, 512);
        }
        assertEquals(4096, bench.tick(NOW));
        assertEquals(1, bench.ledger.purgeCalls());
        for (Segment segment : bench.segments.subList(0, 8)) {
            bench.boundary.claim(segment, 512);
            bench.release(segment, 0, 512);
        }
        bench.release(bench.segments.get(8), 511, 1);
        assertEquals(4097, bench.tick(NOW));
        assertEquals(1 + 2, bench.ledger.purgeCalls());
        assertEquals(8 + 9, bench.ranges.get());
    }

    @Test
    void where_in_their_segments_the_pages_of_a_call_lie_is_all_the_same() {
        LedgerBench bench = new LedgerBench(4096, 8);
        for (Segment segment : bench.segments) {
            bench.release(segment, 500, 12);
        }
        assertEquals(96, bench.tick(NOW));
        assertEquals(1, bench.ledger.purgeCalls());
    }

    @Test
    void a_call_takes_1024_ranges() {
        LedgerBench bench = new LedgerBench(4096, 5);
        for (Segment segment : bench.segments.subList(0, 4)) {
            releaseApart(bench, segment, 0, 256);
        }
        assertEquals(1024, bench.tick(NOW));
        assertEquals(1, bench.ledger.purgeCalls());
        for (Segment segment : bench.segments.subList(0, 4)) {
            for (int i = 0; i < 256; i++) {
                bench.boundary.claim(segment, 1);
            }
            releaseApart(bench, segment, 0, 256);
        }
        bench.release(bench.segments.get(4), 7, 1);
        assertEquals(1025, bench.tick(NOW));
        assertEquals(1 + 2, bench.ledger.purgeCalls());
    }

    @Test
    void where_no_kernel_page_is_wholly_free_the_kernel_is_not_asked() {
        LedgerBench bench = new LedgerBench(64 << 10);
        bench.release(1, 15);
        assertEquals(0, bench.tick(NOW));
        assertEquals(0, bench.counting.purges());
        assertEquals(0, bench.ledger.purgeCalls());
    }

    @Test
    void every_page_of_a_kernel_page_is_told_from_those_of_its_neighbours() {
        for (int group = 1; group <= Long.SIZE; group <<= 1) {
            long whole = -1L >>> Long.SIZE - group;
            assertEquals(0, KernelPages.whole(0, group), "group=" + group);
            for (int page = 0; page < Long.SIZE; page++) {
                assertEquals(whole << page / group * group, KernelPages.whole(1L << page, group), "group=" + group + ", page=" + page);
            }
        }
        assertEquals(0xF00F_0000_0000_FF0FL, KernelPages.whole(0x2008_0000_0000_4104L, 4));
    }

    // ---- how many calls a plan has -------------------------------------------------------------------------------

    @Test
    void a_batch_of_as_many_ranges_as_there_are_calls_finds_out_whether_one_call_takes_many() {
        LedgerBench bench = new LedgerBench(4096);
        releaseApart(bench, bench.segment, 0, 7);
        assertEquals(7, bench.tick(calls(2)));
        assertEquals(2, bench.ledger.purgeCalls());
        assertEquals(0, bench.ledger.waitingPages());
    }

    @Test
    void a_kernel_that_takes_one_range_a_call_is_called_no_oftener_than_the_plan_says() {
        LedgerBench bench = new LedgerBench(4096);
        bench.machine.vectored(false);
        releaseApart(bench, bench.segment, 10, 12);
        for (int tick = 1; tick <= 4; tick++) {
            assertEquals(3, bench.tick(calls(3)), "tick " + tick);
            assertEquals(3L * tick, bench.ledger.purgeCalls());
            assertEquals(12 - 3L * tick, bench.ledger.waitingPages());
        }
        assertFalse(bench.ledger.isWaiting());
        assertEquals(0, bench.ledger.purgeFailures());
        assertEquals(0, bench.ledger.reusedPages());
    }

    @Test
    void a_kernel_that_is_known_to_take_many_ranges_takes_all_of_them_in_the_one_call_there_is() {
        LedgerBench bench = new LedgerBench(4096);
        bench.learnVectored();
        for (int i = 0; i < 3; i++) {
            releaseApart(bench, bench.segment, 50 * i + 50, 20);
            assertEquals(20, bench.tick(calls(1)), "tick " + i);
        }
        assertEquals(1 + 3, bench.ledger.purgeCalls());
    }

    @Test
    void a_range_alone_says_nothing_of_the_kernel() {
        LedgerBench bench = new LedgerBench(4096);
        bench.learnVectored();
        bench.release(300, 1);
        bench.tick(calls(1));
        releaseApart(bench, bench.segment, 50, 20);
        assertEquals(20, bench.tick(calls(1)));
    }

    @Test
    void a_batch_that_is_refused_says_nothing_of_the_kernel() {
        LedgerBench bench = new LedgerBench(4096);
        bench.machine.vectored(false);
        bench.os.failNext(FaultySystem.Verb.PURGE, 1);
        releaseApart(bench, bench.segment, 0, 8);
        assertEquals(0, bench.tick(NOW));
        assertEquals(1, bench.ledger.purgeCalls());
        assertEquals(8, bench.ledger.purgeFailures());
        assertEquals(2, bench.tick(calls(2)));
        assertEquals(1 + 2, bench.ledger.purgeCalls());
    }

    @Test
    void a_kernel_that_takes_many_ranges_no_more_is_noticed() {
        LedgerBench bench = new LedgerBench(4096);
        bench.learnVectored();
        bench.machine.vectored(false);
        releaseApart(bench, bench.segment, 50, 4);
        assertEquals(4, bench.tick(calls(1))); // that it costs four is known afterwards
        releaseApart(bench, bench.segment, 60, 4);
        assertEquals(2, bench.tick(calls(2)));
        assertEquals(1 + 4 + 2, bench.ledger.purgeCalls());
    }

    // ---- huge pages ----------------------------------------------------------------------------------------------

    @Test
    void whole_huge_pages_are_cheap_and_many_of_them_fit_in_a_call() {
        LedgerBench bench = new LedgerBench(4096, 9);
        for (Segment segment : bench.segments) {
            segment.huge(true);
            bench.release(segment, 0, 512);
        }
        assertEquals(9 * 512, bench.tick(NOW));
        assertEquals(1, bench.ledger.purgeCalls());
    }

    @Test
    void a_huge_page_in_parts_costs_what_its_pages_do_and_a_call_that_splits_it() {
        LedgerBench bench = new LedgerBench(4096, 9);
        for (Segment segment : bench.segments) {
            segment.huge(true);
            bench.release(segment, 0, 500);
        }
        assertEquals(9 * 500, bench.tick(NOW));
        assertEquals(9, bench.counting.advises());
        assertEquals(9 + 2, bench.ledger.purgeCalls());
    }

    @Test
    void a_huge_page_is_split_once_wherever_the_parts_of_it_lie() {
        LedgerBench bench = new LedgerBench(4096);
        bench.segment.huge(true);
        bench.release(128, 256);
        assertEquals(256, bench.tick(NOW));
        assertEquals(1, bench.counting.advises());
        assertEquals(1 + 1, bench.ledger.purgeCalls());
        assertFalse(bench.segment.isHuge());
        bench.release(500, 5);
        assertEquals(5, bench.tick(NOW));
        assertEquals(1, bench.counting.advises());
    }

    @Test
    void pages_that_are_not_huge_are_not_split() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(128, 256);
        assertEquals(256, bench.tick(NOW));
        assertEquals(0, bench.counting.advises());
        assertEquals(1, bench.ledger.purgeCalls());
    }

    @Test
    void a_huge_page_is_split_only_where_calls_are_left_for_that_and_for_the_purge() {
        for (boolean vectored : new boolean[] {false, true}) {
            LedgerBench bench = new LedgerBench(4096, 2);
            if (vectored) {
                bench.learnVectored();
            }
            Segment huge = bench.segments.get(1);
            huge.huge(true);
            bench.release(huge, 0, 8);
            assertEquals(0, bench.tick(calls(1)));
            assertTrue(huge.isHuge());
            assertEquals(0, bench.counting.advises());
            assertEquals(8, bench.ledger.waitingPages());
            assertEquals(8, bench.tick(calls(2)));
            assertFalse(huge.isHuge());
        }
    }

    @Test
    void a_split_that_is_one_call_too_many_does_not_keep_the_others_out_of_theirs() {
        LedgerBench bench = new LedgerBench(4096, 3);
        bench.learnVectored();
        bench.segments.get(1).huge(true);
        for (Segment segment : bench.segments) {
            bench.release(segment, 0, 8);
        }
        assertEquals(16, bench.tick(calls(1)));
        assertTrue(bench.isPurged(bench.segments.get(0), 0));
        assertFalse(bench.isPurged(bench.segments.get(1), 0));
        assertTrue(bench.isPurged(bench.segments.get(2), 0));
        assertEquals(8, bench.tick(calls(2)));
    }

    @Test
    void a_huge_page_that_is_empty_but_for_its_header_is_left_to_be_closed_and_any_other_is_not() {
        LedgerBench bench = new LedgerBench(4096);
        Segment small = bench.map.open(SegmentKind.SMALL, new PackPool(1));
        bench.machine.touch(small.base(), 2 << 20);
        bench.boundary.claim(small, 511);
        small.huge(true);
        bench.boundary.release(small, new PageRange(1, 511), ReleaseReason.SMALL_PAGE_RETIRE);
        assertEquals(0, bench.tick(NOW));
        assertTrue(small.isHuge());
        assertEquals(511, bench.ledger.waitingPages());
        small.huge(false);
        assertEquals(511, bench.tick(new PurgePlan(0, MANY, MANY, false)));
    }

    // ---- how many pages a plan has -------------------------------------------------------------------------------

    @Test
    void pages_in_use_again_and_pages_that_do_not_wait_cost_no_budget() {
        LedgerBench bench = new LedgerBench(4096, 2);
        bench.release(100, 100);
        bench.tick(NOW); // free and clean from now on
        bench.release(0, 10);
        bench.boundary.claim(bench.segment, 5);
        bench.release(bench.segments.get(1), 0, 5);
        assertEquals(10, bench.tick(new PurgePlan(0, 10, 10)));
        assertEquals(5, bench.ledger.reusedPages());
        assertEquals(0, bench.ledger.waitingPages());
    }

    @Test
    void a_tick_whose_pages_are_spent_looks_at_no_further_segment() {
        LedgerBench bench = new LedgerBench(4096, 2);
        bench.release(0, 5);
        bench.release(bench.segments.get(1), 0, 3);
        bench.boundary.claim(bench.segments.get(1), 3);
        assertEquals(5, bench.tick(new PurgePlan(0, 5, 10)));
        assertEquals(0, bench.ledger.reusedPages());
        assertEquals(3, bench.ledger.waitingPages());
        assertEquals(0, bench.tick(NOW));
        assertEquals(3, bench.ledger.reusedPages());
    }

    // ---- rounds --------------------------------------------------------------------------------------------------

    /// One segment more than a round lends, a page of each released.
    private static LedgerBench moreThanARound() {
        LedgerBench bench = new LedgerBench(4096, PurgeRound.SEGMENTS + 1);
        bench.learnVectored();
        for (Segment segment : bench.segments) {
            bench.release(segment, 0, 1);
        }
        return bench;
    }

    @Test
    void a_round_lends_64_segments_and_the_next_the_others() {
        LedgerBench bench = moreThanARound();
        Segment last = bench.segments.getLast();
        long callsBefore = bench.ledger.purgeCalls();
        List<Integer> lent = new ArrayList<>();
        bench.machine.watch((address, bytes) -> {
            if (address != last.base()) {
                assertTrue(last.isFree(0));
            }
            lent.add((int) bench.segments.stream().filter(segment -> !segment.isFree(0)).count());
        });
        assertEquals(65, bench.tick(NOW));
        assertEquals(65, lent.size());
        assertEquals(List.of(64, 1), lent.stream().distinct().toList());
        assertEquals(2, bench.ledger.purgeCalls() - callsBefore);
        assertEquals(0, bench.ledger.waitingPages());
        assertEquals(0, bench.ledger.reusedPages());
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void a_tick_without_a_call_left_begins_no_further_round() {
        LedgerBench bench = moreThanARound();
        bench.boundary.claim(bench.segments.getLast(), 1);
        assertEquals(64, bench.tick(calls(1)));
        assertEquals(0, bench.ledger.reusedPages());
        assertEquals(1, bench.ledger.waitingPages());
        assertEquals(0, bench.tick(calls(1)));
        assertEquals(1, bench.ledger.reusedPages());
    }

    @Test
    void what_is_refused_in_a_later_round_waits_again() {
        LedgerBench bench = moreThanARound();
        bench.os.failAfter(FaultySystem.Verb.PURGE, 1, 1);
        assertEquals(64, bench.tick(NOW));
        assertEquals(1, bench.ledger.waitingPages());
        assertEquals(1, bench.tick(NOW));
        assertTrue(bench.isPurged(bench.segments.getLast(), 0));
    }

    @Test
    void the_pages_of_a_plan_are_those_of_all_its_rounds() {
        LedgerBench bench = moreThanARound();
        bench.release(bench.segments.getLast(), 10, 10);
        assertEquals(67, bench.tick(new PurgePlan(0, 67, MANY)));
        assertEquals(8, bench.ledger.waitingPages());
    }

    @Test
    void what_another_tick_takes_between_two_rounds_is_not_missed() {
        LedgerBench bench = moreThanARound();
        AtomicInteger others = new AtomicInteger();
        bench.machine.watch((address, bytes) -> {
            if (bench.ledger.isWaiting()) {
                others.addAndGet((int) bench.tick(NOW));
            }
        });
        assertEquals(64, bench.tick(NOW));
        assertEquals(1, others.get());
        assertEquals(0, bench.ledger.waitingPages());
    }

    @Test
    void a_flush_takes_also_what_is_released_in_a_newer_epoch_while_it_runs() {
        LedgerBench bench = moreThanARound();
        Segment last = bench.segments.getLast();
        AtomicInteger watched = new AtomicInteger();
        bench.machine.watch((address, bytes) -> {
            if (watched.getAndIncrement() == 0) {
                bench.tick(new PurgePlan(9, MANY, MANY));
                bench.release(last, 10, 3);
            }
        });
        assertEquals(65 + 3, bench.ledger.flush(bench.boundary));
        assertEquals(0, bench.ledger.waitingPages());
    }
}
