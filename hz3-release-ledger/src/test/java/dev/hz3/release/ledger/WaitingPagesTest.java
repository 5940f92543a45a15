package dev.hz3.release.ledger;

import static dev.hz3.release.ledger.LedgerBench.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.PageRange;
import org.junit.jupiter.api.Test;

/// What joins, how old it is, and what of it is ripe.
class WaitingPagesTest {

    @Test
    void a_range_joins_what_waits_on_either_side_of_it_and_at_the_ends_of_a_segment_there_is_but_one_side() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(70, 10);
        assertEquals(0, bench.ledger.joinedRanges());
        bench.release(80, 1); // behind it
        assertEquals(1, bench.ledger.joinedRanges());
        bench.release(69, 1); // before it
        assertEquals(2, bench.ledger.joinedRanges());
        bench.release(67, 1); // a page apart
        bench.release(82, 1);
        assertEquals(2, bench.ledger.joinedRanges());
        bench.release(68, 1); // between two
        assertEquals(3, bench.ledger.joinedRanges());
        bench.release(0, 1);
        bench.release(511, 1);
        assertEquals(3, bench.ledger.joinedRanges());
        bench.release(1, 1);
        bench.release(510, 1);
        assertEquals(5, bench.ledger.joinedRanges());
        assertEquals(10, bench.ledger.enqueuedRanges());
    }

    @Test
    void a_page_that_is_released_once_more_waits_once() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(60, 10);
        bench.boundary.claim(bench.segment, 4);
        bench.release(60, 4);
        assertEquals(10, bench.ledger.waitingPages());
        assertEquals(10, bench.tick(NOW));
        assertEquals(0, bench.ledger.waitingPages());
    }

    @Test
    void each_page_has_an_age_of_its_own_wherever_it_lies() {
        LedgerBench bench = new LedgerBench(4096);
        PurgePlan patient = new PurgePlan(2, 1 << 20, 1 << 20);
        for (int page : new int[] {3, 100, 300, 511}) {
            bench.release(page, 1);
        }
        assertEquals(0, bench.tick(patient));
        for (int page : new int[] {4, 101, 299, 510}) {
            bench.release(page, 1);
        }
        assertEquals(4, bench.tick(patient));
        for (int page : new int[] {3, 100, 300, 511}) {
            assertTrue(bench.isPurged(page), "page " + page);
        }
        assertEquals(4, bench.tick(patient));
    }

    @Test
    void ages_go_on_when_the_number_of_the_epoch_turns_negative() {
        LedgerBench bench = new LedgerBench(4096);
        ReleaseLedger ledger = new ReleaseLedger(bench.os, bench.map, System::nanoTime, Integer.MAX_VALUE - 1);
        PurgePlan patient = new PurgePlan(3, 1 << 20, 1 << 20);
        bench.boundary.release(bench.segment, 0, 5, ReleaseReason.LARGE_FREE);
        ledger.enqueue(bench.segment, new PageRange(0, 5));
        assertEquals(0, ledger.tick(bench.boundary, patient));
        assertEquals(0, ledger.tick(bench.boundary, patient));
        assertEquals(5, ledger.tick(bench.boundary, patient));
    }

    @Test
    void a_page_that_has_waited_for_longer_than_numbers_go_leaves_a_delay_later() {
        LedgerBench bench = new LedgerBench(4096);
        PurgePlan patient = new PurgePlan(3, 1 << 20, 1 << 20);
        PurgePlan notAtAll = new PurgePlan(3, 0, 0);
        bench.release(0, 5);
        for (int epoch = 0; epoch <= WaitingPages.MOST_EPOCHS; epoch++) {
            assertEquals(0, bench.tick(notAtAll));
        }
        assertEquals(0, bench.tick(patient));
        assertEquals(0, bench.tick(patient));
        assertEquals(5, bench.tick(patient));
    }

    @Test
    void the_longest_delay_ends() {
        LedgerBench bench = new LedgerBench(4096);
        PurgePlan patient = new PurgePlan(Integer.MAX_VALUE, 1 << 20, 1 << 20);
        bench.release(0, 5);
        for (int epoch = 1; epoch < WaitingPages.MOST_EPOCHS; epoch++) {
            assertEquals(0, bench.tick(patient));
        }
        assertEquals(5, bench.tick(patient));
    }

    @Test
    void a_kernel_page_is_as_young_as_the_youngest_page_in_it() {
        LedgerBench bench = new LedgerBench(16 << 10);
        PurgePlan patient = new PurgePlan(2, 1 << 20, 1 << 20);
        bench.release(0, 3);
        bench.release(4, 4);
        bench.tick(patient);
        bench.release(3, 1);
        assertEquals(4, bench.tick(patient));
        assertFalse(bench.isPurged(0));
        assertEquals(4, bench.ledger.waitingPages());
        assertEquals(4, bench.tick(patient));
        assertTrue(bench.isPurged(0));
    }

    @Test
    void a_budget_that_ends_within_a_kernel_page_leaves_the_whole_of_it() {
        LedgerBench bench = new LedgerBench(16 << 10);
        bench.release(0, 12);
        assertEquals(4, bench.tick(new PurgePlan(0, 7, 10)));
        assertEquals(8, bench.ledger.waitingPages());
        assertEquals(8, bench.tick(new PurgePlan(0, 8, 10)));
    }

    @Test
    void a_kernel_page_that_becomes_whole_while_others_are_purged_waits_for_the_next_tick() {
        LedgerBench bench = new LedgerBench(16 << 10);
        bench.release(0, 3);
        bench.release(8, 4);
        bench.machine.watch((address, bytes) -> bench.release(3, 1));
        assertEquals(4, bench.tick(NOW));
        assertEquals(4, bench.ledger.waitingPages());
        bench.machine.watch((address, bytes) -> {});
        assertEquals(4, bench.tick(NOW));
        assertEquals(0, bench.ledger.waitingPages());
    }

    @Test
    void a_kernel_page_of_which_a_part_is_used_does_not_wait() {
        LedgerBench bench = new LedgerBench(16 << 10);
        bench.release(0, 3);
        bench.release(8, 4);
        assertEquals(4, bench.tick(NOW));
        assertEquals(0, bench.ledger.waitingPages());
        assertFalse(bench.ledger.isWaiting());
    }
}
