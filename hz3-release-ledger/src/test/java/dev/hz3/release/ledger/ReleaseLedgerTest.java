package dev.hz3.release.ledger;

import static dev.hz3.release.ledger.LedgerBench.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.testing.FaultySystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReleaseLedgerTest {

    @Test
    void there_is_room_for_the_number_of_each_reason() {
        for (ReleaseReason reason : ReleaseReason.values()) {
            assertTrue(reason.number() >>> WaitingPages.REASON_BITS == 0, reason::name);
        }
    }

    @Test
    void forty_pages_released_in_any_order_go_in_one_range_and_one_reused_spares_the_others() {
        for (long seed = 0; seed < 50; seed++) {
            LedgerBench bench = new LedgerBench(4096);
            List<Integer> order = new ArrayList<>();
            for (int page = 100; page < 140; page++) {
                order.add(page);
            }
            Collections.shuffle(order, new Random(seed));
            for (int page : order) {
                bench.release(page, 1);
            }
            assertEquals(40, bench.ledger.waitingPages());
            // One is used again before its time; the lowest is what a claim takes.
            int reused = bench.boundary.claim(bench.segment, 1);
            bench.machine.write(bench.segment.addressOf(reused), (byte) 42);
            bench.ledger.tick(bench.boundary, NOW);
            assertEquals(39, bench.purgedPages(), "seed " + seed);
            assertEquals(39, bench.ledger.purgedPages());
            assertEquals(1, bench.ledger.reusedPages());
            assertEquals(42, bench.machine.readByte(bench.segment.addressOf(reused)));
            assertTrue(bench.ranges.get() <= 2, "ranges=" + bench.ranges + ", seed " + seed);
            assertEquals(0, bench.ledger.waitingPages());
        }
    }

    @Test
    void one_reused_in_the_middle_parts_two_ranges() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 18);
        bench.release(19, 21);
        bench.release(18, 1);
        bench.boundary.claim(bench.segment, 40);
        bench.release(0, 18);
        bench.release(19, 21); // page 18 stays used
        bench.ledger.tick(bench.boundary, NOW);
        assertEquals(39, bench.purgedPages());
        assertFalse(bench.isPurged(18));
        assertEquals(2, bench.ranges.get());
    }

    @Test
    void pages_rest_for_the_delay_and_a_fresh_one_does_not_inherit_an_old_age() {
        LedgerBench bench = new LedgerBench(4096);
        PurgePlan patient = new PurgePlan(3, 1 << 20, 1 << 20);
        bench.release(0, 1);
        bench.ledger.tick(bench.boundary, patient);
        bench.ledger.tick(bench.boundary, patient);
        bench.release(1, 1);
        assertEquals(1, bench.ledger.joinedRanges());
        bench.ledger.tick(bench.boundary, patient);
        assertTrue(bench.isPurged(0));
        assertFalse(bench.isPurged(1));
        bench.ledger.tick(bench.boundary, patient);
        assertFalse(bench.isPurged(1));
        bench.ledger.tick(bench.boundary, patient);
        assertTrue(bench.isPurged(1));
    }

    @Test
    void a_page_that_was_used_and_released_again_is_young() {
        LedgerBench bench = new LedgerBench(4096);
        PurgePlan patient = new PurgePlan(2, 1 << 20, 1 << 20);
        bench.release(0, 1);
        bench.ledger.tick(bench.boundary, patient);
        bench.boundary.claim(bench.segment, 1);
        bench.release(0, 1);
        bench.ledger.tick(bench.boundary, patient);
        assertFalse(bench.isPurged(0));
        bench.ledger.tick(bench.boundary, patient);
        assertTrue(bench.isPurged(0));
    }

    @Test
    void a_tick_keeps_to_its_page_budget_and_goes_on_next_time() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 300);
        assertEquals(100, bench.ledger.tick(bench.boundary, new PurgePlan(0, 100, 10)));
        assertEquals(100, bench.purgedPages());
        assertEquals(200, bench.ledger.waitingPages());
        assertEquals(0, bench.ledger.tick(bench.boundary, new PurgePlan(0, 0, 10)));
        assertEquals(0, bench.ledger.tick(bench.boundary, new PurgePlan(0, 10, 0)));
        assertEquals(200, bench.ledger.tick(bench.boundary, NOW));
    }

    @Test
    void each_page_that_leaves_is_counted_for_the_reason_for_which_it_was_released_last() {
        LedgerBench bench = new LedgerBench(4096);
        bench.boundary.release(bench.segment, new PageRange(0, 512), ReleaseReason.LARGE_FREE);
        bench.boundary.claim(bench.segment, 100);
        bench.boundary.release(bench.segment, new PageRange(0, 60), ReleaseReason.SUB8K_RUN_RETIRE);
        bench.boundary.release(bench.segment, new PageRange(60, 40), ReleaseReason.SMALL_PAGE_RETIRE);
        bench.boundary.noteFree(bench.segment); // which is no release
        assertEquals(512, bench.tick(NOW));
        assertEquals(412, bench.ledger.purgedPages(ReleaseReason.LARGE_FREE));
        assertEquals(60, bench.ledger.purgedPages(ReleaseReason.SUB8K_RUN_RETIRE));
        assertEquals(40, bench.ledger.purgedPages(ReleaseReason.SMALL_PAGE_RETIRE));
        bench.segment.huge(true);
        bench.boundary.claim(bench.segment, 12);
        bench.boundary.noteResident(bench.segment, 0); // a huge page backs all of it now
        bench.boundary.release(bench.segment, new PageRange(0, 12), ReleaseReason.SUB4K_RUN_RETIRE);
        bench.boundary.noteFree(bench.segment);
        assertEquals(512, bench.tick(NOW));
        assertEquals(12, bench.ledger.purgedPages(ReleaseReason.SUB4K_RUN_RETIRE));
        assertEquals(500, bench.ledger.purgedPages(ReleaseReason.NEVER_RELEASED));
        assertEquals(1024, bench.ledger.purgedPages());
    }

    @Test
    void a_flush_ignores_the_delay_and_any_thread_may_do_it() throws InterruptedException {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 5);
        Thread other = Thread.ofPlatform().start(() -> bench.ledger.flush(bench.boundary));
        other.join();
        assertEquals(5, bench.purgedPages());
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void pages_are_purged_only_while_nobody_can_claim_them() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 512);
        AtomicInteger watched = new AtomicInteger();
        bench.machine.watch((address, bytes) -> {
            watched.incrementAndGet();
            for (long at = address; at < address + bytes; at += Geometry.PAGE_BYTES) {
                assertFalse(bench.segment.isFree(Segment.pageOf(at)));
            }
            assertEquals(ReleaseBoundary.NONE, bench.boundary.claim(bench.segment, 1));
        });
        bench.ledger.tick(bench.boundary, NOW);
        assertEquals(1, watched.get());
        assertEquals(512, bench.segment.freePages());
    }

    @Test
    void a_purge_the_kernel_refuses_is_tried_again_and_then_rests_until_more_is_released() {
        LedgerBench bench = new LedgerBench(4096);
        bench.os.failForever(FaultySystem.Verb.PURGE);
        bench.release(0, 7);
        for (int i = 0; i < ReleaseLedger.RETRIES; i++) {
            assertTrue(bench.ledger.isWaiting(), "try " + i);
            assertEquals(0, bench.ledger.tick(bench.boundary, NOW));
        }
        assertFalse(bench.ledger.isWaiting());
        assertEquals(ReleaseLedger.RETRIES, bench.ledger.purgeFailures());
        assertEquals(7, bench.ledger.waitingPages());
        assertFalse(bench.segment.isClean(new PageRange(0, 1)));
        assertEquals(7, bench.segment.freePages());
        bench.os.heal();
        bench.release(50, 1);
        assertEquals(8, bench.ledger.tick(bench.boundary, NOW));
        assertEquals(0, bench.ledger.waitingPages());
    }

    @Test
    void a_flush_wakes_what_rests_after_refusals() {
        LedgerBench bench = new LedgerBench(4096);
        bench.os.failNext(FaultySystem.Verb.PURGE, ReleaseLedger.RETRIES);
        bench.release(0, 7);
        for (int i = 0; i < ReleaseLedger.RETRIES; i++) {
            bench.ledger.tick(bench.boundary, NOW);
        }
        assertEquals(7, bench.ledger.flush(bench.boundary));
    }

    @Test
    void of_a_batch_that_is_half_refused_only_what_went_is_clean() {
        LedgerBench bench = new LedgerBench(4096);
        bench.os.failRanges(index -> index == 1);
        bench.os.failForever(FaultySystem.Verb.PURGE);
        bench.release(0, 3);
        bench.release(10, 3);
        bench.release(20, 3);
        assertEquals(6, bench.ledger.tick(bench.boundary, NOW));
        assertTrue(bench.segment.isClean(new PageRange(0, 3)));
        assertFalse(bench.segment.isClean(new PageRange(10, 1)));
        assertEquals(3, bench.ledger.waitingPages());
        bench.os.heal();
        assertEquals(3, bench.ledger.tick(bench.boundary, NOW));
    }

    @Test
    void an_exception_in_the_middle_loses_nothing() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 9);
        bench.machine.watch((address, bytes) -> {
            throw new IllegalStateException("on purpose");
        });
        assertThrows(IllegalStateException.class, () -> bench.ledger.tick(bench.boundary, NOW));
        assertEquals(9, bench.segment.freePages());
        assertEquals(9, bench.ledger.waitingPages());
        bench.machine.watch((address, bytes) -> {});
        assertEquals(9, bench.ledger.tick(bench.boundary, NOW));
    }

    @Test
    void where_the_kernels_pages_are_larger_only_whole_free_ones_are_purged() {
        for (int kernelPage : new int[] {16 << 10, 64 << 10}) {
            int group = kernelPage / Geometry.PAGE_BYTES;
            LedgerBench bench = new LedgerBench(kernelPage);
            bench.release(1, group - 1); // its first page is still used
            bench.ledger.tick(bench.boundary, NOW);
            assertEquals(0, bench.purgedPages());
            bench.release(0, 1);
            bench.ledger.tick(bench.boundary, NOW);
            assertEquals(group, bench.purgedPages());
            bench.release(2 * group, 2 * group + 1);
            bench.ledger.tick(bench.boundary, NOW);
            assertEquals(3 * group, bench.purgedPages());
            assertFalse(bench.isPurged(4 * group));
        }
    }

    @Test
    void a_huge_page_is_split_before_a_part_of_it_is_purged_and_left_alone_by_a_busy_heap() {
        LedgerBench bench = new LedgerBench(4096);
        List<OperatingSystem.Advice> advice = new ArrayList<>();
        OperatingSystem watched = new AdviceWatch(bench.os, advice);
        ReleaseLedger ledger = new ReleaseLedger(watched, bench.map);
        ReleaseBoundary boundary = new ReleaseBoundary(bench.map, ledger);
        bench.segment.huge(true);
        boundary.release(bench.segment, new PageRange(0, 500), ReleaseReason.LARGE_FREE);
        assertEquals(0, ledger.tick(boundary, new PurgePlan(0, 1 << 20, 1 << 20, false)));
        assertEquals(500, ledger.tick(boundary, NOW));
        assertEquals(List.of(OperatingSystem.Advice.SPLIT), advice);
        assertFalse(bench.segment.isHuge());
    }

    @Test
    void a_whole_huge_page_goes_without_being_split() {
        LedgerBench bench = new LedgerBench(4096);
        List<OperatingSystem.Advice> advice = new ArrayList<>();
        ReleaseLedger ledger = new ReleaseLedger(new AdviceWatch(bench.os, advice), bench.map);
        ReleaseBoundary boundary = new ReleaseBoundary(bench.map, ledger);
        bench.segment.huge(true);
        boundary.release(bench.segment, new PageRange(0, 512), ReleaseReason.LARGE_FREE);
        assertEquals(512, ledger.tick(boundary, new PurgePlan(0, 1 << 20, 1 << 20, false)));
        assertEquals(List.of(), advice);
        assertEquals(1, ledger.purgeCalls());
        assertFalse(bench.segment.isHuge());
    }

    @Test
    void what_is_counted_is_what_happened() {
        LedgerBench bench = new LedgerBench(4096);
        assertFalse(bench.ledger.isWaiting());
        bench.release(0, 4);
        bench.release(8, 4);
        bench.release(12, 4);
        assertEquals(3, bench.ledger.enqueuedRanges());
        assertEquals(1, bench.ledger.joinedRanges());
        assertEquals(12, bench.ledger.waitingPages());
        assertEquals(12 << 12, bench.ledger.waitingBytes());
        assertTrue(bench.ledger.isWaiting());
        assertEquals(12, bench.tick(NOW));
        assertEquals(12, bench.ledger.purgedPages());
        assertEquals(1, bench.ledger.purgeCalls());
        assertEquals(0, bench.ledger.purgeFailures());
        assertEquals(0, bench.ledger.waitingBytes());
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void an_early_purge_keeps_to_its_plan_and_nothing_grows_older_by_it() {
        LedgerBench bench = new LedgerBench(4096);
        PurgePlan patient = new PurgePlan(1, 1 << 20, 1 << 20);
        bench.release(0, 8);
        assertEquals(3, bench.ledger.purgeEarly(bench.boundary, new PurgePlan(0, 3, 10)));
        for (int i = 0; i < 3; i++) {
            assertEquals(0, bench.ledger.purgeEarly(bench.boundary, patient));
        }
        assertEquals(5, bench.tick(patient));
        assertEquals(4, bench.ledger.earlyPurges());
    }

    @Test
    void a_segment_with_pages_left_has_its_turn_in_every_tick_until_none_is() {
        LedgerBench bench = new LedgerBench(4096);
        int pages = 3 * ReleaseLedger.RETRIES;
        bench.release(0, pages);
        for (int i = 0; i < pages; i++) {
            assertTrue(bench.ledger.isWaiting(), "tick " + i);
            assertEquals(1, bench.tick(new PurgePlan(0, 1, 1)), "tick " + i);
        }
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void while_a_segment_is_being_purged_nobody_else_has_it() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 1);
        bench.release(1, 1);
        bench.tick(new PurgePlan(9, 1 << 20, 1 << 20)); // finds nothing ripe
        List<Long> others = new ArrayList<>();
        bench.machine.watch((address, bytes) -> {
            assertFalse(bench.ledger.isWaiting());
            others.add(bench.tick(NOW));
            others.add(bench.ledger.flush(bench.boundary));
        });
        assertEquals(1, bench.tick(new PurgePlan(0, 1, 1)));
        assertEquals(List.of(0L, 0L), others);
        assertTrue(bench.ledger.isWaiting());
    }

    @Test
    void a_segment_has_all_its_room_again_after_a_purge() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 8);
        bench.pool.update(bench.segment);
        bench.machine.watch((address, bytes) -> {
            assertEquals(ReleaseBoundary.NONE, bench.boundary.claim(bench.segment, 1));
            bench.pool.update(bench.segment); // as whoever claims in vain does
            assertSame(Segment.NOWHERE, bench.pool.tightest(1));
        });
        assertEquals(8, bench.tick(NOW));
        assertSame(bench.segment, bench.pool.tightest(8));
    }

    @Test
    void a_segment_that_rests_is_tried_as_often_again_once_more_is_released() {
        LedgerBench bench = new LedgerBench(4096);
        bench.os.failForever(FaultySystem.Verb.PURGE);
        for (int page = 0; page < 3; page++) {
            bench.release(page, 1);
            for (int i = 0; i < ReleaseLedger.RETRIES; i++) {
                assertTrue(bench.ledger.isWaiting(), "page " + page + ", try " + i);
                bench.tick(NOW);
            }
            assertFalse(bench.ledger.isWaiting());
        }
        assertEquals(3 * ReleaseLedger.RETRIES, bench.ledger.purgeFailures());
    }

    @Test
    void a_release_between_two_refusals_does_not_begin_the_count_anew() {
        LedgerBench bench = new LedgerBench(4096);
        bench.os.failForever(FaultySystem.Verb.PURGE);
        for (int i = 0; i < ReleaseLedger.RETRIES; i++) {
            bench.release(i, 1);
            bench.tick(NOW);
        }
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void a_release_during_a_refused_purge_does() {
        LedgerBench bench = new LedgerBench(4096);
        bench.os.failForever(FaultySystem.Verb.PURGE);
        bench.os.purgeWhatIsRefused(true);
        AtomicInteger next = new AtomicInteger(1);
        bench.machine.watch((address, bytes) -> {
            if (next.get() < ReleaseLedger.RETRIES) {
                bench.release(next.getAndIncrement(), 1);
            }
        });
        bench.release(0, 1);
        for (int i = 1; i < 2 * ReleaseLedger.RETRIES; i++) {
            assertTrue(bench.ledger.isWaiting(), "try " + i);
            bench.tick(NOW);
        }
        assertFalse(bench.ledger.isWaiting());
    }

    @Test
    void a_purge_that_goes_well_forgets_the_refusals_before_it() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 10);
        for (int round = 0; round < 2; round++) {
            bench.os.failNext(FaultySystem.Verb.PURGE, ReleaseLedger.RETRIES - 1);
            for (int i = 1; i < ReleaseLedger.RETRIES; i++) {
                assertEquals(0, bench.tick(NOW));
            }
            assertEquals(1, bench.tick(new PurgePlan(0, 1, 1)));
        }
        assertTrue(bench.ledger.isWaiting());
    }

    @Test
    void an_exception_counts_as_a_refusal_and_finds_nothing_used() {
        LedgerBench bench = new LedgerBench(4096);
        bench.release(0, 9);
        bench.boundary.claim(bench.segment, 1);
        bench.machine.watch((address, bytes) -> {
            throw new IllegalStateException("on purpose");
        });
        for (int i = 0; i < ReleaseLedger.RETRIES; i++) {
            assertTrue(bench.ledger.isWaiting(), "try " + i);
            assertThrows(IllegalStateException.class, () -> bench.tick(NOW));
        }
        assertFalse(bench.ledger.isWaiting());
        assertEquals(9, bench.ledger.waitingPages());
        assertEquals(0, bench.ledger.reusedPages());
        bench.machine.watch((address, bytes) -> {});
        assertEquals(8, bench.ledger.flush(bench.boundary));
        assertEquals(1, bench.ledger.reusedPages());
    }
}
