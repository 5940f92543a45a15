package dev.hz3.bench.compare;

import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import dev.hz3.bench.compare.measure.Instrument;
import java.util.List;
import java.util.stream.Stream;

/// The second part of the table: loads that others wrote to find out what allocators do badly, rebuilt from their description.
final class LoadGoals {

    private LoadGoals() {}

    static List<Goal> larson(Row row, Plan plan) {
        return resident(row, plan, plan.task("larson", Instrument.LARSON, Contender.NATIVE, plan.isQuick() ? 10 : 100, 20_000, 8, 1000, 0), 20);
    }

    static List<Goal> freer(Row row, Plan plan) {
        return resident(row, plan, plan.task("freer", Instrument.FREER, Contender.NATIVE, plan.isQuick() ? 10 : 60), 75);
    }

    private static List<Goal> resident(Row row, Plan plan, Task tuned, double mebibytes) {
        return plan.withBothFlags(tuned)
                .map(task -> new Goal(
                        row, task.name(), task, "resident_mib", "MiB", Rivals.NOBODY, Direction.AT_MOST, mebibytes))
                .toList();
    }

    /// As a time: 0.8 of the best throughput is 1.25 of its time.
    static List<Goal> series(Row row, Plan plan) {
        Task task = plan.task("series", Instrument.SERIES, Contender.NATIVE, plan.isQuick() ? 2000 : 20_000);
        return List.of(new Goal(row, "a block", task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 1.25));
    }

    static List<Goal> reload(Row row, Plan plan) {
        Task task = plan.task("reload", Instrument.RELOAD, Contender.NATIVE, plan.isQuick() ? 20 : 100);
        return List.of(new Goal(row, "all of it", task, "ms", "ms", Rivals.FASTEST, Direction.AT_MOST, 1.1));
    }

    static List<Goal> smallArenas(Row row, Plan plan) {
        int arenas = plan.isQuick() ? 20_000 : 100_000;
        return Stream.of(
                        plan.task("small arenas", Instrument.SMALL_ARENAS, List.of(Contender.ARENA_CONFINED), arenas, 0),
                        plan.task("small arenas after one of 30 kB", Instrument.SMALL_ARENAS, List.of(Contender.ARENA_CONFINED), arenas, 30_000))
                .flatMap(plan::withBothFlags)
                .map(task -> new Goal(row, task.name(), task, "resident_bytes", "B", Rivals.NOBODY, Direction.AT_MOST, 256))
                .toList();
    }
}
