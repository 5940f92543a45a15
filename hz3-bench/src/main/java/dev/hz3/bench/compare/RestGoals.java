package dev.hz3.bench.compare;

import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import dev.hz3.bench.compare.measure.Instrument;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The part of the table about loads that are never silent, or not for long: what rests leaves, what is wanted again stays. With the flags of the virtual machine
/// as they come.
final class RestGoals {

    private static final List<Contender> OTHERS = List.of(
            Contender.HZ3_RELEASE_OFF, Contender.GLIBC_TRIM, Contender.JEMALLOC_BACKGROUND, Contender.MIMALLOC, Contender.TCMALLOC);
    private static final int BURST = 400;
    private static final int LARGE_BURST = 4096;
    private static final int WARM_UP_SECONDS = 8;

    /// @param name what tables call them
    /// @param least bytes of a block
    /// @param most bytes of a block
    private record Sizes(String name, int least, int most) {}

    private static final List<Sizes> SIZES =
            List.of(new Sizes("4 to 32 KiB", 4096, 32_768), new Sizes("16 B to 2 KiB", 16, 2048), new Sizes("16 B to 40 KiB", 16, 40_960));

    private RestGoals() {}

    static List<Goal> light(Row row, Plan plan) {
        IntStream bursts = plan.isQuick() ? IntStream.of(BURST) : IntStream.of(BURST, LARGE_BURST);
        List<Integer> pauses = plan.isQuick() ? List.of(10) : List.of(0, 10);
        return bursts.boxed()
                .flatMap(burst -> SIZES.stream().flatMap(sizes -> pauses.stream().map(pause -> light(plan, burst, sizes, pause))))
                .flatMap(task -> Stream.of(
                        new Goal(row, task.name() + ", held beyond live + 16 MiB, of the burst", task, "excess_share", "", Rivals.NOBODY, Direction.AT_MOST, 0.05),
                        new Goal(row, task.name() + ", a round", task, "round_ms", "ms", Rivals.RELEASE_OFF, Direction.AT_MOST, 1 / 0.97),
                        new Goal(row, task.name() + ", p99.99 of a call", task, "p9999_ms", "ms", Rivals.NOBODY, Direction.AT_MOST, 1)))
                .toList();
    }

    private static Task light(Plan plan, int mebibytes, Sizes sizes, int pauseMillis) {
        String name = mebibytes + " MiB of " + sizes.name() + ", then a round each " + pauseMillis + " ms";
        return asItComes(plan.task(name, Instrument.LIGHT, OTHERS, mebibytes, sizes.least(), sizes.most(), pauseMillis));
    }

    static List<Goal> comeback(Row row, Plan plan) {
        Stream<Task> tasks = plan.isQuick()
                ? Stream.of(comeback(plan, 100, 20), comeback(plan, 1000, 4))
                : Stream.of(comeback(plan, 100, 60), comeback(plan, 300, 30), comeback(plan, 500, 20), comeback(plan, 1000, 12), comeback(plan, 10_000, 3));
        return tasks.map(task -> new Goal(row, task.name(), task, "times", "×", Rivals.NOBODY, Direction.AT_MOST, 2)).toList();
    }

    private static Task comeback(Plan plan, int millis, int loads) {
        return asItComes(plan.task("64 MiB each " + millis + " ms", Instrument.COMEBACK, OTHERS, millis, loads));
    }

    /// As times: 0.8 of the best throughput is 1.25 of its time.
    static List<Goal> turnover(Row row, Plan plan) {
        return Stream.of(turnover(plan, "8 to 1,000 B", 8, 1000), turnover(plan, "16 B to 64 KiB", 16, 65_536))
                .flatMap(task -> Stream.of(
                        new Goal(row, task.name() + ", an exchange", task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 1.25),
                        new Goal(row, task.name() + ", an exchange", task, "ns", "ns", Rivals.RELEASE_OFF, Direction.AT_MOST, 1 / 0.95),
                        new Goal(row, task.name() + ", resident, of live × 1.5 + 16 MiB", task, "of_bound", "", Rivals.NOBODY, Direction.AT_MOST, 1)))
                .toList();
    }

    private static Task turnover(Plan plan, String sizes, int least, int most) {
        List<Contender> others = Stream.concat(Stream.of(Contender.HZ3_RELEASE_OFF), Contender.NATIVE.stream()).toList();
        return asItComes(plan.task("turnover " + sizes, Instrument.LARSON, others, plan.isQuick() ? 200 : 1000, 2000, least, most, WARM_UP_SECONDS));
    }

    static List<Goal> replays(Row row, Plan plan) {
        return plan.traces().entrySet().stream()
                .map(trace -> plan.task("release on and off, " + trace.getKey(), Instrument.REPLAY, List.of(Contender.HZ3_RELEASE_OFF),
                        List.of(trace.getValue().toString(), "1")))
                .map(task -> new Goal(row, task.name(), task, "ms", "ms", Rivals.RELEASE_OFF, Direction.AT_MOST, 1.05))
                .toList();
    }

    private static Task asItComes(Task task) {
        return new Task(task.name(), task.instrument(), task.arguments(), Flags.DEFAULT, task.contenders());
    }
}
