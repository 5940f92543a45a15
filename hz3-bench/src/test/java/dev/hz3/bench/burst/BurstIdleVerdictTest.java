package dev.hz3.bench.burst;

import static dev.hz3.bench.burst.Runs.GOOD_COUNTERS;
import static dev.hz3.bench.burst.Runs.counters;
import static dev.hz3.bench.burst.Runs.cycle;
import static dev.hz3.bench.burst.Runs.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.burst.Criterion.Outcome;
import dev.hz3.bench.peers.ReleaseCounters;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BurstIdleVerdictTest {

    @Test
    void a_run_that_gives_everything_back_is_a_go() {
        BurstIdleVerdict verdict = BurstIdleVerdict.of(Runs.good());

        assertEquals(List.of(), refused(verdict));
        assertTrue(verdict.isGo());
    }

    @Test
    void no_reclaim_is_a_no_go() {
        assertRefused(List.of('a'), with(counters(0, 100, 0, 512_000, 1000)));
    }

    @Test
    void reclaim_past_the_boundary_is_a_no_go() {
        assertRefused(List.of('a'), with(counters(5000, 0, 0, 512_000, 1000)));
    }

    @Test
    void a_violation_is_a_no_go() {
        assertRefused(List.of('a'), with(counters(5000, 100, 1, 512_000, 1000)));
    }

    @Test
    void a_retired_page_is_reclaim_enough() {
        ReleaseCounters retired =
                new ReleaseCounters(0, 0, 0, 1, 0, 0, 1, 0, 0, 256, 1, 0, 0, 0, 0, 0, 0);

        assertRefused(List.of(), with(retired));
    }

    @Test
    void a_fiftieth_of_the_burst_may_stay_and_no_more() {
        assertRefused(List.of(), of(cycle(1, 300, 320, 320, 0)));
        assertRefused(List.of('b'), of(cycle(1, 300, 321, 320, 0)));
        assertRefused(List.of('b'), of(cycle(1, 300, 320, 321, 0)));
    }

    @Test
    void the_worst_cycle_counts() {
        assertRefused(List.of('b'), of(cycle(1, 300, 310, 310, 0), cycle(2, 300, 330, 310, 0)));
    }

    @Test
    void what_an_earlier_cycle_kept_is_held_against_the_later_ones() {
        assertRefused(List.of('b', 'b', 'c'), of(cycle(1, 300, 310, 310, 0), cycle(2, 500, 500, 500, 0)));
    }

    @Test
    void medium_survivors_may_hold_a_little_more_than_they_asked_for() {
        // 100 x 1.15 + 16 = 131
        assertRefused(List.of(), of(cycle(1, 300, 431, 431, 100)));
        assertRefused(List.of('b'), of(cycle(1, 300, 432, 431, 100)));
    }

    @Test
    void small_survivors_may_hold_twice_what_they_asked_for() {
        // 100 x 2 + 16 = 216
        assertRefused(List.of(), result(4095, Optional.of(GOOD_COUNTERS), 0, cycle(1, 300, 516, 516, 100)));
        assertRefused(List.of('b'), result(4095, Optional.of(GOOD_COUNTERS), 0, cycle(1, 300, 516, 517, 100)));
    }

    @Test
    void a_base_that_grows_is_a_no_go() {
        assertRefused(List.of(), of(cycle(1, 300, 310, 310, 0), cycle(2, 320, 310, 310, 0)));
        assertRefused(List.of('c'), of(cycle(1, 300, 310, 310, 0), cycle(2, 321, 310, 310, 0)));
    }

    @Test
    void a_call_for_few_pages_is_a_no_go() {
        assertRefused(List.of(), with(counters(5000, 100, 0, 256, 1)));
        assertRefused(List.of('d'), with(counters(5000, 100, 0, 255, 1)));
        assertRefused(List.of('d'), with(counters(5000, 100, 0, 0, 0)));
    }

    @Test
    void among_survivors_ten_pages_for_a_call_will_do() {
        assertRefused(
                List.of(),
                result(4096, Optional.of(counters(1, 1, 0, 10, 1)), 0, cycle(1, 300, 400, 400, 100)));
        assertRefused(
                List.of('d'),
                result(4096, Optional.of(counters(1, 1, 0, 99, 10)), 0, cycle(1, 300, 400, 400, 100)));
    }

    @Test
    void a_damaged_block_is_a_no_go_and_named() {
        BurstIdleResult damaged = result(4096, Optional.of(GOOD_COUNTERS), 1, cycle(1, 300, 310, 310, 0));

        assertRefused(List.of('e'), damaged);
        assertTrue(BurstIdleVerdict.of(damaged).criteria().getLast().measured().contains("block 7"));
    }

    @Test
    void a_peer_is_not_asked_for_what_it_does_not_tell() {
        BurstIdleVerdict verdict =
                BurstIdleVerdict.of(result(4096, Optional.empty(), 0, cycle(1, 300, 310, 310, 0)));

        assertEquals(
                List.of('a', 'd'),
                verdict.criteria().stream()
                        .filter(criterion -> criterion.outcome() == Outcome.NOT_APPLICABLE)
                        .map(Criterion::letter)
                        .toList());
        assertTrue(verdict.isGo());
    }

    @Test
    void a_burst_that_never_was_is_a_no_go() {
        CycleResult nothing = new CycleResult(1, 300, 300, 300, 301, 301, 0, 0, 0, 0, 0, 0, Optional.empty());

        assertFalse(BurstIdleVerdict.of(result(4096, Optional.empty(), 0, nothing)).isGo());
    }

    private static BurstIdleResult with(ReleaseCounters counters) {
        return result(4096, Optional.of(counters), 0, cycle(1, 300, 310, 310, 0));
    }

    private static BurstIdleResult of(CycleResult... cycles) {
        return result(4096, Optional.of(GOOD_COUNTERS), 0, cycles);
    }

    private static void assertRefused(List<Character> letters, BurstIdleResult result) {
        BurstIdleVerdict verdict = BurstIdleVerdict.of(result);
        assertEquals(letters, refused(verdict));
        assertEquals(letters.isEmpty(), verdict.isGo());
    }

    private static List<Character> refused(BurstIdleVerdict verdict) {
        return verdict.criteria().stream()
                .filter(criterion -> criterion.outcome() == Outcome.NO_GO)
                .map(Criterion::letter)
                .toList();
    }
}
