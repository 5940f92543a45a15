package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.compare.Finding.Outcome;
import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import dev.hz3.bench.compare.measure.Instrument;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MeanTest {

    private static final double CLOSE = 1e-9;

    private static final Goal FIRST = goal("first");
    private static final Goal SECOND = goal("second");

    private static Goal goal(String name) {
        Task task = new Task(name, Instrument.PAIR, List.of(), Flags.TUNED, List.of(Contender.HZ3, Contender.GLIBC));
        return new Goal(Row.WINDOW, name, task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, Goal.NONE);
    }

    /// What is found where hz3 took so long and the only peer one nanosecond.
    private static Optional<Finding> judge(Mean mean, Map<Goal, Double> own) {
        return mean.judge(task -> own.entrySet().stream()
                .filter(known -> known.getKey().task().equals(task))
                .findAny()
                .map(known -> Tables.figures(Map.of(Contender.HZ3, List.of(known.getValue()), Contender.GLIBC, List.of(1.0)))));
    }

    @Test
    void an_arithmetic_mean_is_the_sum_divided() {
        Finding finding = judge(new Mean(Row.WINDOW, Mean.Kind.ARITHMETIC, List.of(FIRST, SECOND), 1.25), Map.of(FIRST, 0.5, SECOND, 2.0)).orElseThrow();
        assertEquals(1.25, finding.value(), CLOSE);
        assertEquals(Outcome.MET, finding.outcome());
        assertEquals("≤ 1.25", finding.line().barText());
        assertEquals("fastest", finding.line().against());
    }

    @Test
    void a_geometric_mean_is_the_root_of_the_product() {
        Finding finding = judge(new Mean(Row.REPLAY, Mean.Kind.GEOMETRIC, List.of(FIRST, SECOND), 0.99), Map.of(FIRST, 0.5, SECOND, 2.0)).orElseThrow();
        assertEquals(1.0, finding.value(), CLOSE);
        assertEquals(Outcome.MISSED, finding.outcome());
    }

    @Test
    void nothing_is_said_before_all_of_it_is_measured() {
        assertTrue(judge(new Mean(Row.WINDOW, Mean.Kind.ARITHMETIC, List.of(FIRST, SECOND), 1), Map.of(FIRST, 0.5)).isEmpty());
    }

    @Test
    void a_goal_without_a_figure_leaves_no_mean() {
        Mean mean = new Mean(Row.WINDOW, Mean.Kind.ARITHMETIC, List.of(FIRST, SECOND), 1);
        Finding finding = judge(mean, Map.of(FIRST, 0.5, SECOND, Double.NaN)).orElseThrow();
        assertEquals(Outcome.NOT_MEASURED, finding.outcome());
        assertTrue(Double.isNaN(finding.value()));
        Finding alone = mean.judge(_ -> Optional.of(Tables.figures(Map.of(Contender.HZ3, List.of(1.0))))).orElseThrow();
        assertEquals(Outcome.NO_RIVAL, alone.outcome());
        assertFalse(alone.outcome().isMiss());
    }

    @Test
    void there_is_no_mean_of_nothing() {
        assertThrows(IllegalArgumentException.class, () -> new Mean(Row.WINDOW, Mean.Kind.ARITHMETIC, List.of(), 1));
    }
}
