package dev.hz3.bench.compare;

import dev.hz3.bench.compare.Finding.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The mean of what stands against the bars of several goals.
///
/// @param row where it stands
/// @param kind of mean
/// @param of which goals, at least one
/// @param bar it should not be above this
public record Mean(Row row, Kind kind, List<Goal> of, double bar) implements Line {

    /// Which mean.
    public enum Kind {
        /// The sum, divided.
        ARITHMETIC("mean"),
        /// The root of the product: the one for ratios.
        GEOMETRIC("geometric mean");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        private double of(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += this == GEOMETRIC ? Math.log(value) : value;
            }
            return this == GEOMETRIC ? Math.exp(sum / values.length) : sum / values.length;
        }
    }

    /// Copies the list.
    public Mean {
        of = List.copyOf(of);
        if (of.isEmpty()) {
            throw new IllegalArgumentException("the mean of nothing");
        }
    }

    @Override
    public String title() {
        return kind.label + " of " + of.size();
    }

    @Override
    public String unit() {
        return "";
    }

    @Override
    public String against() {
        return of.getFirst().against();
    }

    @Override
    public String barText() {
        return Goal.barText(Goal.Direction.AT_MOST, bar);
    }

    @Override
    public Stream<Task> tasks() {
        return of.stream().map(Goal::task);
    }

    /// A goal of which there is no figure leaves no mean either: the others alone would be the mean of something else.
    @Override
    public Optional<Finding> judge(Function<Task, Optional<Figures>> known) {
        List<Finding> findings = of.stream().flatMap(goal -> goal.judge(known).stream()).toList();
        if (findings.size() < of.size()) {
            return Optional.empty();
        }
        for (Outcome reason : List.of(Outcome.NOT_MEASURED, Outcome.NO_RIVAL)) {
            if (findings.stream().anyMatch(finding -> finding.outcome() == reason)) {
                return Optional.of(found(Double.NaN, reason));
            }
        }
        double value = kind.of(findings.stream().mapToDouble(Finding::value).toArray());
        return Optional.of(found(value, value <= bar ? Outcome.MET : Outcome.MISSED));
    }

    private Finding found(double value, Outcome outcome) {
        return new Finding(this, Optional.empty(), Optional.empty(), Optional.empty(), value, outcome);
    }
}
