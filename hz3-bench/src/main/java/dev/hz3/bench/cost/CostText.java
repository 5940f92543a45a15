package dev.hz3.bench.cost;

import dev.hz3.bench.cost.CostDifference.Outcome;
import dev.hz3.bench.observe.Digits;
import dev.hz3.bench.observe.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Costs for people: tables in words with units, and what the noise is that they state.
public final class CostText {

    private static final String NOISE = "In brackets where the true mean lies with 99.9 % confidence, by what varies from iteration to iteration";

    private CostText() {}

    /// A line for each of `costs`.
    public static String table(List<Cost> costs) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("operation of a box", "an operation takes"));
        costs.forEach(cost -> rows.add(List.of(cost.title(), cost.interval())));
        return TextTable.of(rows) + "\n" + NOISE + ". Measured with " + methods(costs) + ".\n" + warning(costs);
    }

    /// A line for each of `costs`, beside what was kept of it in `baseline`.
    ///
    /// @param kept what is in `baseline`
    public static String comparison(List<Cost> costs, Path baseline, List<Cost> kept) {
        List<CostDifference> differences = costs.stream().map(cost -> CostDifference.of(cost, kept)).toList();
        List<Cost> before = differences.stream().flatMap(difference -> difference.before().stream()).toList();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("operation of a box", "an operation took", "takes now", "times as long", "which is"));
        for (CostDifference difference : differences) {
            rows.add(List.of(
                    difference.now().title(),
                    difference.before().map(Cost::interval).orElse("—"),
                    difference.now().interval(),
                    Digits.of(difference.ratio()),
                    difference.words()));
        }
        return TextTable.of(rows) + "\n" + NOISE + "; a difference is one where these do not overlap.\n"
                + "before: " + (before.isEmpty() ? "nothing" : methods(before)) + ", in " + baseline + "\n"
                + "now:    " + methods(costs) + "\n"
                + warning(Stream.concat(before.stream(), costs.stream()).toList())
                + Arrays.stream(Outcome.values())
                        .filter(outcome -> count(differences, outcome) != 0)
                        .map(outcome -> count(differences, outcome) + " " + outcome.words())
                        .collect(Collectors.joining(", "))
                + "\n";
    }

    private static long count(List<CostDifference> differences, Outcome outcome) {
        return differences.stream().filter(difference -> difference.outcome() == outcome).count();
    }

    private static String methods(List<Cost> costs) {
        return costs.stream().map(cost -> cost.method().words()).distinct().collect(Collectors.joining(" / "));
    }

    /// What the brackets do not hold.
    private static String warning(List<Cost> costs) {
        return costs.stream().anyMatch(cost -> cost.method().processes() == 1)
                ? "Of one process alone: what varies from process to process, such as what the compiler makes of the code, is not in the brackets.\n"
                : "";
    }
}
