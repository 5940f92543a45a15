package dev.hz3.bench.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.dropin.DropInRow.Library;
import dev.hz3.bench.dropin.DropInRow.Measure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DropInFindingTest {

    private static DropInFinding finding(Measure measure, double bar, double hz3, double pooled, double adaptive) {
        Map<String, List<ProgramRun>> runs = new LinkedHashMap<>();
        runs.put("hz3", List.of(run(hz3), run(hz3), run(1000 * hz3)));
        runs.put("pooled", List.of(run(pooled)));
        runs.put("adaptive", List.of(run(adaptive)));
        return DropInFinding.of(new DropInRow("n", "N: it", Library.NETTY, List.of("P"), "x", measure, bar), runs);
    }

    private static ProgramRun run(double value) {
        return ProgramRun.parse("figure x " + value / 2 + "\nfigure x " + value + "\nfigure y 9\n");
    }

    @Test
    void a_program_says_samples_and_figures_and_other_things() {
        ProgramRun run = ProgramRun.parse("WARNING: figure of speech\nsample 100 burst 4096 17\nfigure left_share 0.5\nsample 200 silence 8192 0\n");
        assertEquals(List.of(new ProgramRun.Held(100, "burst", 4096), new ProgramRun.Held(200, "silence", 8192)), run.samples());
        assertEquals(0.5, run.worst("left_share").orElseThrow());
        assertTrue(run.worst("other").isEmpty());
    }

    @Test
    void a_time_is_held_against_the_least_of_the_others_and_a_rate_against_the_most() {
        assertEquals(0.5, finding(Measure.TIME, 0.8, 10, 40, 20).value());
        assertEquals(0.25, finding(Measure.RATE, 1, 10, 40, 20).value());
        assertEquals(10, finding(Measure.BYTES, 11, 10, 1, 2).value());
    }

    @Test
    void a_bar_is_met_from_the_side_of_its_measure() {
        assertTrue(finding(Measure.TIME, 0.5, 10, 40, 20).isMet());
        assertFalse(finding(Measure.TIME, 0.49, 10, 40, 20).isMet());
        assertTrue(finding(Measure.RATE, 1, 40, 40, 20).isMet());
        assertFalse(finding(Measure.RATE, 1, 39, 40, 20).isMet());
        assertFalse(finding(Measure.SHARE, 0.02, 0.03, 0, 0).isMet());
    }

    @Test
    void a_line_says_everything_with_units() {
        assertEquals("| N: it | 10.0 | pooled 40.0, adaptive 20.0 | 0.50 | ≤ 0.8 | met |", finding(Measure.TIME, 0.8, 10, 40, 20).line());
        assertEquals("| N: it | 3.0 % | — | 3.0 % | ≤ 2.0 % | missed |", finding(Measure.SHARE, 0.02, 0.03, 0.5, 0.6).line());
        assertEquals("| N: it | 3.0 MiB | pooled 2.0 MiB, adaptive 6.0 MiB | 1.50 | ≤ 1.0 | missed |", finding(Measure.HELD, 1, 3 << 20, 2 << 20, 6 << 20).line());
    }

}
