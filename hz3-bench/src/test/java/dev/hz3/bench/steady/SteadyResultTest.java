package dev.hz3.bench.steady;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.HeapStats;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SteadyResultTest {

    private static final HeapStats NOTHING = new HeapStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    @Test
    void a_steady_drift_cancels() {
        assertEquals(List.of(1.0), result(100, 110, 120, 130).ratios());
    }

    @Test
    void a_phase_that_got_less_of_the_machine_is_as_good_for_a_second_of_computing() {
        SteadyPhase all = new SteadyPhase(true, 100, 1_000_000_000, 2_000_000_000, NOTHING, NOTHING);
        SteadyPhase half = new SteadyPhase(false, 50, 1_000_000_000, 1_000_000_000, NOTHING, NOTHING);

        assertEquals(List.of(1.0), new SteadyResult(List.of(all, half, half, all), 0.95).cpuRatios());
    }

    @Test
    void the_two_off_phases_tell_the_noise() {
        assertEquals(List.of(1.5), result(1, 100, 150, 1).noise());
    }

    @Test
    void the_median_of_the_rounds_decides() {
        SteadyResult good = result(95, 100, 100, 95, 10, 100, 100, 10, 200, 100, 100, 200);

        assertEquals(0.95, good.median(), 1e-9);
        assertTrue(good.isGo());
        assertTrue(good.text().contains("verdict: GO"), good.text());
        assertFalse(result(94, 100, 100, 94).isGo());
        assertTrue(result(94, 100, 100, 94).text().contains("verdict: NO-GO"));
    }

    @Test
    void of_an_even_number_of_rounds_the_middle_two_decide() {
        assertEquals(0.8, result(70, 100, 100, 70, 90, 100, 100, 90).median(), 1e-9);
    }

    @Test
    void a_round_that_was_cut_short_says_nothing() {
        List<SteadyPhase> phases = result(1, 2, 3, 4).phases().subList(0, 3);

        assertThrows(IllegalArgumentException.class, () -> new SteadyResult(phases, 0.95));
    }

    @Test
    void a_short_trial_does_work_on_both_sides_and_releases_nothing_when_off() throws InterruptedException {
        SteadyOptions options = new SteadyOptions(2, 16, 32_768, 100, 1, 10, 1, 0.01, 42);

        SteadyResult result = SteadyTrial.run(options, phase -> assertTrue(phase.operations() > 0));

        assertEquals(List.of(true, false, false, true), result.phases().stream().map(SteadyPhase::isReleaseOn).toList());
        assertEquals(0, result.phases().get(1).after().epochs());
    }

    private static SteadyResult result(long... operations) {
        boolean[] order = {true, false, false, true};
        List<SteadyPhase> phases = Stream.iterate(0, i -> i < operations.length, i -> i + 1)
                .map(i -> new SteadyPhase(order[i % order.length], operations[i], 1_000_000_000, 2_000_000_000, NOTHING, NOTHING))
                .toList();
        return new SteadyResult(phases, 0.95);
    }
}
