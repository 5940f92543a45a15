package dev.hz3.heap;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Leaves out steps of a life that fails, as long as it fails: first halves, then smaller and smaller parts (Zeller's delta debugging).
final class SimulationShrinker {

    private SimulationShrinker() {}

    /// The fewest of `steps`, in their order, that were found to fail still. After `seconds` it settles for what it has.
    static List<SimulationStep> shrink(List<SimulationStep> steps, Predicate<List<SimulationStep>> fails, int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<SimulationStep> failing = steps;
        int part = Math.max(1, failing.size() / 2);
        while (System.nanoTime() < end) {
            List<SimulationStep> fewer = without(failing, part, fails, end);
            if (fewer.size() == failing.size() && part == 1) {
                break;
            }
            part = Math.max(1, Math.min(part / 2, fewer.size() / 2));
            failing = fewer;
        }
        return failing;
    }

    private static List<SimulationStep> without(
            List<SimulationStep> steps, int part, Predicate<List<SimulationStep>> fails, long end) {
        List<SimulationStep> failing = steps;
        for (int from = failing.size() - part; from > -part && System.nanoTime() < end; from -= part) {
            List<SimulationStep> fewer = new ArrayList<>(failing.subList(0, Math.max(0, from)));
            fewer.addAll(failing.subList(from + part, failing.size()));
            if (fails.test(fewer)) {
                failing = fewer;
            }
        }
        return failing;
    }
}
