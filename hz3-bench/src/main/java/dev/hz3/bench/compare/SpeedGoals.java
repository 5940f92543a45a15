package dev.hz3.bench.compare;

import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import dev.hz3.bench.compare.measure.Instrument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The first part of the table: how fast, and what it takes of memory to be so.
final class SpeedGoals {

    private static final int CROWD_THREADS = 200_000;
    private static final int GARBAGE_OBJECTS = 200_000; // 415 MiB of 256 to 4096 B

    private SpeedGoals() {}

    static List<Goal> pairs(Row row, Plan plan) {
        return sizes(plan).mapToObj(bytes -> {
            Task task = plan.task("pair " + bytes(bytes), Instrument.PAIR, Contender.NATIVE, bytes);
            return new Goal(row, bytes(bytes), task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.9);
        }).toList();
    }

    static List<Line> windows(Row row, Plan plan) {
        List<Goal> goals = Stream.of(
                        new int[] {1000, 16, 32 << 10},
                        new int[] {1000, 16, 256},
                        new int[] {20_000, 16, 256},
                        new int[] {5000, 16, 2 << 10},
                        new int[] {1000, 4 << 10, 32 << 10})
                .map(window -> {
                    String title = String.format(Locale.ROOT, "%,d of %s", window[0], range(window[1], window[2]));
                    Task task = plan.task("window " + title, Instrument.WINDOW, Contender.NATIVE, window);
                    return new Goal(row, title, task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 1.0);
                })
                .toList();
        return withMean(goals, new Mean(row, Mean.Kind.ARITHMETIC, goals, 0.9));
    }

    static List<Line> replays(Row row, Plan plan) {
        List<Goal> goals = ofRecordings(plan, (name, file) -> new Goal(
                row, name, plan.task("replay " + name, Instrument.REPLAY, Contender.NATIVE, List.of(file, "1")), "ms", "ms",
                Rivals.FASTEST, Direction.AT_MOST, 1.15));
        return goals.isEmpty() ? List.of() : withMean(goals, new Mean(row, Mean.Kind.GEOMETRIC, goals, 1.0));
    }

    static List<Line> replaysByFour(Row row, Plan plan) {
        List<Goal> goals = ofRecordings(plan, (name, file) -> new Goal(
                row, name, plan.task("replay by four " + name, Instrument.REPLAY, Contender.NATIVE, List.of(file, "4")), "ms", "ms",
                Rivals.FASTEST, Direction.AT_MOST, Goal.NONE));
        return goals.isEmpty() ? List.of() : withMean(goals, new Mean(row, Mean.Kind.ARITHMETIC, goals, 1.15));
    }

    static List<Goal> cold(Row row, Plan plan) {
        List<Contender> contenders = List.of(Contender.HZ3_RELEASE_OFF, Contender.TCMALLOC);
        return ofRecordings(plan, (name, file) -> new Goal(
                row, name, plan.task("cold " + name, Instrument.COLD, contenders, List.of(file)), "ms", "ms", Rivals.FASTEST,
                Direction.AT_MOST, 2.0));
    }

    static List<Goal> objects(Row row, Plan plan) {
        return sizes(plan).mapToObj(bytes -> {
            Task task = plan.task("object " + bytes(bytes), Instrument.OBJECT, Contender.OBJECTS, bytes);
            return new Goal(row, bytes(bytes), task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.2);
        }).toList();
    }

    static List<Goal> twoThreads(Row row, Plan plan) {
        return Stream.of("pairs", "windows").map(work -> {
            Task task = plan.task("two threads " + work, Instrument.TWO_THREADS, Contender.NATIVE, List.of(work));
            return new Goal(row, work, task, "fair_times", "×", Rivals.NOBODY, Direction.AT_LEAST, 1.9);
        }).toList();
    }

    static List<Goal> large(Row row, Plan plan) {
        IntStream sizes = plan.isQuick() ? IntStream.of(100 << 10, 1 << 20) : IntStream.of(100 << 10, 300 << 10, 1 << 20, 3 << 20, 8 << 20);
        return sizes.boxed().flatMap(bytes -> {
            Task task = plan.task("large " + bytes(bytes), Instrument.LARGE, Contender.NATIVE_LARGE, bytes);
            Function<String[], Goal> goal = names -> new Goal(
                    row, bytes(bytes) + ", " + names[0], task, names[1], "ns", Rivals.FASTEST, Direction.AT_MOST, 2.0);
            return Stream.of(
                            new String[] {"one, touched at both ends", "one_touched_ns"},
                            new String[] {"ring of four, touched at both ends", "ring_touched_ns"},
                            new String[] {"one, filled", "one_filled_ns"},
                            new String[] {"ring of four, filled", "ring_filled_ns"})
                    .map(goal);
        }).toList();
    }

    static List<Goal> handOver(Row row, Plan plan) {
        List<int[]> ranges = plan.isQuick()
                ? List.of(new int[] {16, 32 << 10})
                : List.of(new int[] {64, 64}, new int[] {16 << 10, 16 << 10}, new int[] {16, 32 << 10});
        return ranges.stream().map(range -> {
            String title = range(range[0], range[1]);
            Task task = plan.task("hand-over " + title, Instrument.HAND_OVER, Contender.NATIVE, range);
            return new Goal(row, title, task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.5);
        }).toList();
    }

    static List<Goal> virtual(Row row, Plan plan) {
        Task task = plan.task("virtual threads", Instrument.VIRTUAL, Contender.NATIVE, 1 << 10);
        return List.of(
                new Goal(row, "one", task, "times", "×", Rivals.NOBODY, Direction.AT_MOST, 1.5),
                new Goal(row, "two on two carriers, against two", task, "two_times", "×", Rivals.NOBODY, Direction.AT_MOST, 1.5));
    }

    static List<Goal> crowd(Row row, Plan plan) {
        int threads = plan.isQuick() ? CROWD_THREADS / 10 : CROWD_THREADS;
        Task task = plan.task("crowd", Instrument.CROWD, List.of(Contender.TCMALLOC), threads);
        String title = String.format(Locale.ROOT, "%,d threads", threads);
        return List.of(new Goal(row, title, task, "ms", "ms", Rivals.FASTEST, Direction.AT_MOST, 1.0));
    }

    static List<Goal> bookkeeping(Row row, Plan plan) {
        int mebibytes = plan.isQuick() ? 64 : 256;
        return Stream.concat(
                        Stream.concat(share(row, plan, 0.14, 16, 16, mebibytes), share(row, plan, 0.05, 64, 64, mebibytes)),
                        Stream.concat(share(row, plan, 0.01, 256, 4096, mebibytes), share(row, plan, 0.003, 4096, 32 << 10, mebibytes)))
                .toList();
    }

    private static Stream<Goal> share(Row row, Plan plan, double bar, int minBytes, int maxBytes, int mebibytes) {
        Task tuned = plan.task(
                "bookkeeping " + range(minBytes, maxBytes), Instrument.BOOKKEEPING, List.of(), minBytes, maxBytes, mebibytes);
        return plan.withBothFlags(tuned).map(task -> new Goal(
                row, range(minBytes, maxBytes) + task.flags().note(), task, "share", "", Rivals.NOBODY, Direction.AT_MOST, bar));
    }

    static List<Goal> garbage(Row row, Plan plan) {
        Task tuned = plan.task("garbage", Instrument.GARBAGE, List.of(), plan.isQuick() ? GARBAGE_OBJECTS / 10 : GARBAGE_OBJECTS, 256, 4096);
        return plan.withBothFlags(tuned)
                .map(task -> new Goal(
                        row, "allocated" + task.flags().note(), task, "java_kib", "KiB", Rivals.NOBODY, Direction.AT_MOST, 64))
                .toList();
    }

    @FunctionalInterface
    private interface OfRecording {
        Goal goal(String name, String file);
    }

    private static List<Goal> ofRecordings(Plan plan, OfRecording recording) {
        return plan.traces().entrySet().stream()
                .map(trace -> recording.goal(trace.getKey(), trace.getValue().toString()))
                .toList();
    }

    private static List<Line> withMean(List<Goal> goals, Mean mean) {
        List<Line> lines = new ArrayList<>(goals);
        lines.add(mean);
        return lines;
    }

    private static IntStream sizes(Plan plan) {
        return plan.isQuick() ? IntStream.of(64, 4096, 32 << 10) : IntStream.of(64, 1024, 4096, 16 << 10, 32 << 10);
    }

    private static String range(int minBytes, int maxBytes) {
        return minBytes == maxBytes ? bytes(minBytes) : bytes(minBytes) + " to " + bytes(maxBytes);
    }

    /// Such as `100 KiB`.
    static String bytes(int bytes) {
        return bytes % 1024 != 0 || bytes < 1024 ? bytes + " B" : bytes < 1 << 20 ? bytes / 1024 + " KiB" : (bytes >> 20) + " MiB";
    }
}
