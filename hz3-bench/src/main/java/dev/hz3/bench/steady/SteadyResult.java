package dev.hz3.bench.steady;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What the phases of a trial say together.
///
/// @param phases in the order on, off, off, on, and again
/// @param bar the least median of release on against release off
public record SteadyResult(List<SteadyPhase> phases, double bar) {

    /// Phases of a round.
    public static final int ROUND = 4;

    /// Whole rounds.
    public SteadyResult {
        if (phases.isEmpty() || phases.size() % ROUND != 0) {
            throw new IllegalArgumentException("phases=" + phases.size() + ": not whole rounds of " + ROUND);
        }
        phases = List.copyOf(phases);
    }

    /// For each round, what was done with release on against what was done with it off.
    public List<Double> ratios() {
        return ratios(SteadyPhase::operationsPerSecond);
    }

    /// On against off, operations for a second of computing.
    public List<Double> cpuRatios() {
        return ratios(SteadyPhase::operationsPerCpuSecond);
    }

    private List<Double> ratios(ToDoubleFunction<SteadyPhase> rate) {
        List<Double> ratios = new ArrayList<>();
        for (int first = 0; first < phases.size(); first += ROUND) {
            double on = rate.applyAsDouble(phases.get(first)) + rate.applyAsDouble(phases.get(first + 3));
            double off = rate.applyAsDouble(phases.get(first + 1)) + rate.applyAsDouble(phases.get(first + 2));
            ratios.add(on / off);
        }
        return ratios;
    }

    /// For each round, the second phase with release off against the first: what the machine alone does to a number.
    public List<Double> noise() {
        List<Double> noise = new ArrayList<>();
        for (int first = 0; first < phases.size(); first += ROUND) {
            noise.add(phases.get(first + 2).operationsPerSecond() / phases.get(first + 1).operationsPerSecond());
        }
        return noise;
    }

    /// The median of [#ratios()].
    public double median() {
        return median(ratios());
    }

    private static double median(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// Whether giving memory back costs no more than the bar allows.
    public boolean isGo() {
        return median() >= bar;
    }

    /// One line for a phase: how fast it was, and what its heap did meanwhile, a second.
    public static String line(SteadyPhase phase) {
        return String.format(
                Locale.ROOT,
                "release %-3s  %,12.0f steps/s  cpu %3.0f %%  busy ticks %,.0f  idle ticks %,.0f  reclaimed runs %,.0f  retired pages %,.0f"
                        + "  purged pages %,.0f  purge calls %,.0f  reused pages %,.0f  (a second)  mapped %,d MiB",
                phase.isReleaseOn() ? "on" : "off",
                phase.operationsPerSecond(),
                100.0 * phase.cpuNanos() / phase.nanos(),
                phase.perSecond(phase.after().busyTicks() - phase.before().busyTicks()),
                phase.perSecond(phase.after().idleTicks() - phase.before().idleTicks()),
                phase.perSecond(phase.after().reclaimedRuns() - phase.before().reclaimedRuns()),
                phase.perSecond(phase.after().retiredPages() - phase.before().retiredPages()),
                phase.perSecond(phase.after().purgedPages() - phase.before().purgedPages()),
                phase.perSecond(phase.after().purgeCalls() - phase.before().purgeCalls()),
                phase.perSecond(phase.after().reusedPages() - phase.before().reusedPages()),
                phase.after().mappedBytes() >> 20);
    }

    /// The rounds and the verdict.
    public String text() {
        StringBuilder text = new StringBuilder();
        List<Double> ratios = ratios();
        List<Double> cpuRatios = cpuRatios();
        List<Double> noise = noise();
        for (int round = 0; round < ratios.size(); round++) {
            text.append(String.format(
                    Locale.ROOT,
                    "round %d: on/off %.3f  for a second of computing %.3f  (off/off %.3f)%n",
                    round + 1,
                    ratios.get(round),
                    cpuRatios.get(round),
                    noise.get(round)));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "verdict: %s  median of on/off %.3f (for a second of computing %.3f); bar %.3f%n",
                        isGo() ? "GO" : "NO-GO",
                        median(),
                        median(cpuRatios),
                        bar))
                .toString();
    }
}
