package dev.hz3.bench.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.cost.CostDifference.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CostDifferenceTest {

    private static final double CLOSE = 1e-9;
    private static final Cost.Method TWO = new Cost.Method("25.0.3", 1, 2, 5, "1 s", 5, "1 s");
    private static final Cost.Method ONE = new Cost.Method("25.0.3", 1, 1, 2, "300 ms", 3, "300 ms");

    private static Cost time(double figure, double error) {
        return cost("avgt", "ns/op", figure, error);
    }

    private static Cost cost(String mode, String unit, double figure, double error) {
        return new Cost("dev.hz3.bench.jmh.LedgerBenchmark.enqueueAndTick", mode, new TreeMap<>(Map.of("ranges", "scattered")), figure, error, unit, TWO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10 | 1   | 12 | 1    | no difference beyond the noise", // they touch
        "10 | 1   | 12 | 0.99 | slower by 20.0 %, beyond the noise",
        "10 | 0.5 | 8  | 0.5  | faster by 20.0 %, beyond the noise",
        "10 | 9   | 20 | 1.5  | no difference beyond the noise", // a wide one hides a factor of two
        "20 | 1.5 | 10 | 9    | no difference beyond the noise",
        "10 | 0   | 10 | 0    | no difference beyond the noise",
        "10 | NaN | 20 | 1    | too few iterations to know the noise",
        "10 | 1   | 20 | NaN  | too few iterations to know the noise",
    })
    void a_difference_is_one_where_the_intervals_do_not_overlap(double then, double thenError, double now, double nowError, String words) {
        assertEquals(words, CostDifference.of(time(now, nowError), List.of(time(then, thenError))).words());
    }

    @Test
    void the_ratio_says_how_many_times_as_long_it_takes_also_of_throughput() {
        assertEquals(1.25, CostDifference.of(time(10, 1), List.of(time(8, 1))).ratio(), CLOSE);
        CostDifference fewer = CostDifference.of(cost("thrpt", "ops/ms", 50, 1), List.of(cost("thrpt", "ops/ms", 100, 1)));
        assertEquals(2, fewer.ratio(), CLOSE);
        assertEquals(Outcome.SLOWER, fewer.outcome());
    }

    @Test
    void only_the_same_thing_is_compared() {
        Cost now = time(10, 1);
        Cost adjoining = new Cost(now.benchmark(), now.mode(), new TreeMap<>(Map.of("ranges", "adjoining")), 1, 0.1, now.unit(), TWO);
        Cost throughput = cost("thrpt", "ns/op", 1, 0.1);
        Cost.Method crowd = new Cost.Method("25.0.3", 2, 2, 5, "1 s", 5, "1 s");
        Cost together = new Cost(now.benchmark(), now.mode(), now.parameters(), 1, 0.1, now.unit(), crowd);
        CostDifference difference = CostDifference.of(now, List.of(adjoining, throughput, together));
        assertEquals(Outcome.NEW, difference.outcome());
        assertEquals("not in the baseline", difference.words());
        assertTrue(Double.isNaN(difference.ratio()));
        assertEquals(time(9, 1), CostDifference.of(now, List.of(adjoining, time(9, 1))).before().orElseThrow());
    }

    @Test
    void another_unit_is_not_compared() {
        CostDifference difference = CostDifference.of(time(10, 1), List.of(cost("avgt", "us/op", 10, 1)));
        assertEquals("measured in another unit", difference.words());
        assertTrue(Double.isNaN(difference.ratio()));
    }

    @Test
    void a_comparison_shows_both_intervals_the_ratio_and_how_both_were_measured() {
        Cost before = new Cost(time(10, 1).benchmark(), "avgt", time(10, 1).parameters(), 10, 0.5, "ns/op", ONE);
        String text = CostText.comparison(List.of(time(12, 0.25)), Path.of("kept.json"), List.of(before));
        List<String> lines = text.lines().toList();
        assertEquals(
                List.of("ledger: enqueue and tick, ranges=scattered", "10.0 ns (9.50 … 10.5)", "12.0 ns (11.8 … 12.3)", "1.20",
                        "slower by 20.0 %, beyond the noise"),
                List.of(lines.get(2).strip().replaceAll("^\\| *| *\\|$", "").split(" *\\| +")));
        assertTrue(text.contains("before: JDK 25.0.3, 1 process, 3 iterations of 300 ms after 2 of 300 ms, in kept.json\n"), text);
        assertTrue(text.contains("now:    JDK 25.0.3, 2 processes, 5 iterations of 1 s each after 5 of 1 s\n"), text);
        assertTrue(text.contains("Of one process alone: "), text);
        assertTrue(text.endsWith("\n1 slower\n"), text);
    }

    @Test
    void a_table_has_units_and_noise() {
        String text = CostText.table(List.of(time(12, 0.25), time(3, Double.NaN)));
        assertTrue(text.contains("| 12.0 ns (11.8 … 12.3) "), text);
        assertTrue(text.contains("| 3.00 ns (too few iterations to say) |"), text);
        assertTrue(text.contains("99.9 % confidence"), text);
        assertTrue(!text.contains("Of one process alone"), text);
    }
}
