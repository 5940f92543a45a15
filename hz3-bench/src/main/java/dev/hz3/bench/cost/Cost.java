package dev.hz3.bench.cost;

import dev.hz3.bench.observe.Digits;
import java.util.SortedMap;
import java.util.stream.Collectors;

/// What one operation costs, and how far that can be trusted.
///
/// @param benchmark JMH's name of it
/// @param mode what was measured, as JMH writes it: `avgt` is the time of an operation, `thrpt` operations in a time
/// @param parameters by name
/// @param figure the mean of all iterations
/// @param error how far the true mean may be from it on either side, with 99.9 % confidence; not a number where there are too few iterations to say
/// @param unit as JMH writes it, such as `ns/op`
/// @param method how it was measured
public record Cost(String benchmark, String mode, SortedMap<String, String> parameters, double figure, double error, String unit, Method method) {

    /// How something was measured.
    ///
    /// @param jdk the version of it
    /// @param threads that ran it at once
    /// @param processes one after the other
    /// @param warmUps iterations of each that do not count
    /// @param warmUpTime of one, as JMH writes it
    /// @param iterations of each that count
    /// @param iterationTime of one, as JMH writes it
    public record Method(String jdk, int threads, int processes, int warmUps, String warmUpTime, int iterations, String iterationTime) {

        /// Such as `JDK 25.0.3, 2 processes, 5 iterations of 1 s each after 5 of 1 s`.
        String words() {
            return "JDK " + jdk + ", " + counted(processes, "process", "processes") + ", " + counted(iterations, "iteration", "iterations") + " of "
                    + iterationTime + (processes == 1 ? "" : " each") + " after " + warmUps + " of " + warmUpTime;
        }

        private static String counted(int count, String one, String several) {
            return count + " " + (count == 1 ? one : several);
        }
    }

    private static final String THROUGHPUT = "thrpt";

    /// What it is of: two costs are of the same thing if these words are the same.
    String title() {
        String with = parameters.entrySet().stream().map(one -> ", " + one.getKey() + "=" + one.getValue()).collect(Collectors.joining());
        String crowd = method.threads() == 1 ? "" : ", " + method.threads() + " threads";
        return CostedBox.words(benchmark) + with + crowd;
    }

    /// Whether less of it is better.
    boolean isTime() {
        return !mode.equals(THROUGHPUT);
    }

    /// Whether the iterations were enough to say anything of the noise.
    boolean hasNoise() {
        return Double.isFinite(error);
    }

    double least() {
        return figure - error;
    }

    double most() {
        return figure + error;
    }

    /// Such as `12.3 ns (11.9 … 12.7)`.
    String interval() {
        return Digits.of(figure) + " " + shortUnit() + (hasNoise() ? " (" + Digits.of(least()) + " … " + Digits.of(most()) + ")" : " (too few iterations to say)");
    }

    /// `ns` for the time of an operation, and for everything else what JMH writes.
    private String shortUnit() {
        return unit.endsWith("/op") ? unit.substring(0, unit.length() - "/op".length()) : unit;
    }
}
