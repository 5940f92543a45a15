package dev.hz3.bench.compare;

import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import dev.hz3.bench.compare.measure.Instrument;
import dev.hz3.os.HugePageMode;
import dev.hz3.os.LinuxSystem;
import java.util.List;
import java.util.stream.Stream;

/// The last part of the table: what giving memory back brings, and what it costs.
final class ReturnGoals {

    private ReturnGoals() {}

    static List<Goal> firstBursts(Row row, Plan plan) {
        return bursts(plan)
                .flatMap(task -> Stream.of(
                        burst(row, task, "allocate and touch", "first_alloc_ms", Rivals.FASTEST, hasHugePages() ? 1.0 : 1.15),
                        noted(row, task, "pages made resident by it", "first_faults", ""),
                        noted(row, task, "in huge pages", "first_huge_mib", "MiB"),
                        burst(row, task, "free", "first_free_ms", Rivals.FASTEST, 1.1)))
                .toList();
    }

    static List<Goal> laterBursts(Row row, Plan plan) {
        Stream<Goal> times = bursts(plan).flatMap(task -> Stream.of(
                burst(row, task, "allocate and touch", "later_alloc_ms", Rivals.FASTEST_KEEPER, 2.0),
                burst(row, task, "allocate and touch", "later_alloc_ms", Rivals.FASTEST_GIVER, hasHugePages() ? 0.7 : 1.0),
                noted(row, task, "pages made resident by it", "later_faults", ""),
                noted(row, task, "in huge pages", "later_huge_mib", "MiB"),
                burst(row, task, "free", "later_free_ms", Rivals.FASTEST_KEEPER, 1.1)));
        Stream<Goal> held = bursts(plan).flatMap(plan::withBothFlags).map(task -> new Goal(
                row, task.name() + ", held after 1 s, of the burst", task, Goal.HELD_SHARE, "", Rivals.NOBODY, Direction.AT_MOST, 0.02));
        return Stream.concat(times, held).toList();
    }

    static List<Goal> steady(Row row, Plan plan) {
        Task task = plan.task("steady", Instrument.STEADY, List.of(), plan.isQuick() ? 1 : 4);
        return List.of(new Goal(row, "throughput", task, "times", "×", Rivals.NOBODY, Direction.AT_LEAST, 0.98));
    }

    static List<Goal> pause(Row row, Plan plan) {
        Task task = plan.task("pause", Instrument.PAUSE, List.of(Contender.HZ3_RELEASE_OFF), plan.pauseSeconds());
        return List.of(new Goal(row, "p99.99", task, "p9999_ms", "ms", Rivals.NOBODY, Direction.AT_MOST, 1.0));
    }

    static List<Goal> wakeUps(Row row, Plan plan) {
        Task task = plan.task("wake-ups", Instrument.WAKE_UPS, List.of(), plan.isQuick() ? 1 : 5);
        return List.of(new Goal(row, "wake-ups", task, "wake_ups", "", Rivals.NOBODY_EVER, Direction.AT_MOST, 0));
    }

    static List<Goal> arena(Row row, Plan plan) {
        Task task = plan.task("arena", Instrument.ARENA, List.of(Contender.ARENA_CONFINED), 10, 1 << 10);
        return List.of(new Goal(row, "arena", task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.3));
    }

    private static Stream<Task> bursts(Plan plan) {
        int objects = plan.isQuick() ? 50_000 : 200_000;
        int idleSeconds = plan.isQuick() ? 1 : 2;
        return Stream.of(
                plan.task("burst 256 to 4096", Instrument.BURST, Contender.NATIVE_AND_GIVING, objects, idleSeconds, 3, 256, 4096),
                plan.task("burst 4096 to 32768", Instrument.BURST, Contender.NATIVE_AND_GIVING, objects, idleSeconds, 3, 4096, 32_768));
    }

    /// A figure that says what a time was paid with.
    private static Goal noted(Row row, Task task, String what, String figure, String unit) {
        return new Goal(row, task.name() + ", " + what, task, figure, unit, Rivals.FASTEST, Direction.AT_MOST, Goal.NONE);
    }

    /// Whether the kernel gives huge pages to those who ask.
    private static boolean hasHugePages() {
        try (LinuxSystem os = LinuxSystem.open()) {
            return os.hugePageMode() != HugePageMode.NEVER;
        }
    }

    private static Goal burst(Row row, Task task, String what, String figure, Rivals rivals, double bar) {
        return new Goal(row, task.name() + ", " + what, task, figure, "ms", rivals, Direction.AT_MOST, bar);
    }
}
