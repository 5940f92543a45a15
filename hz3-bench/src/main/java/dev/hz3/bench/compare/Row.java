package dev.hz3.bench.compare;

import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import dev.hz3.bench.compare.measure.Instrument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The table of goals, row by row.
public enum Row {
    /// A block of one size, and away with it.
    PAIR(1, "allocateAddress and freeAddress, one thread") {
        @Override
        List<Goal> goals(Plan plan) {
            return sizes(plan).mapToObj(bytes -> {
                Task task = plan.task("pair " + bytes(bytes), Instrument.PAIR, Contender.NATIVE, bytes);
                return new Goal(this, bytes(bytes), task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.7);
            }).toList();
        }
    },
    /// Mixed sizes over a window.
    WINDOW(2, "the same, 16 B to 32 KiB over 1,000 live blocks") {
        @Override
        List<Goal> goals(Plan plan) {
            Task task = plan.task("window", Instrument.WINDOW, Contender.NATIVE);
            return List.of(new Goal(this, "mixed sizes", task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.7));
        }
    },
    /// A block as an object.
    SEGMENT(3, "allocate and free, as an object") {
        @Override
        List<Goal> goals(Plan plan) {
            return sizes(plan).mapToObj(bytes -> {
                Task task = plan.task("object " + bytes(bytes), Instrument.OBJECT, Contender.OBJECTS, bytes);
                return new Goal(this, bytes(bytes), task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.25);
            }).toList();
        }
    },
    /// Private work side by side.
    TWO_THREADS(4, "two threads, private work, against one") {
        @Override
        List<Goal> goals(Plan plan) {
            Task task = plan.task("two threads", Instrument.TWO_THREADS, Contender.NATIVE);
            return List.of(
                    new Goal(this, "throughput", task, "times", "×", Rivals.NOBODY, Direction.AT_LEAST, 1.9),
                    new Goal(this, "for a second of computing", task, "cpu_times", "×", Rivals.NOBODY, Direction.AT_LEAST, 1.9));
        }
    },
    /// Every free remote.
    HAND_OVER(5, "producer to consumer, every free remote") {
        @Override
        List<Goal> goals(Plan plan) {
            List<int[]> ranges = plan.isQuick()
                    ? List.of(new int[] {16, 32 << 10})
                    : List.of(new int[] {64, 64}, new int[] {16 << 10, 16 << 10}, new int[] {16, 32 << 10});
            return ranges.stream().map(range -> {
                String title = range[0] == range[1] ? bytes(range[0]) : bytes(range[0]) + " to " + bytes(range[1]);
                Task task = plan.task("hand-over " + title, Instrument.HAND_OVER, Contender.NATIVE, range[0], range[1]);
                return new Goal(this, title, task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 1.0);
            }).toList();
        }
    },
    /// The burst that finds no memory.
    BURST_FIRST(6, "burst, first cycle") {
        @Override
        List<Goal> goals(Plan plan) {
            return bursts(plan).flatMap(task -> Stream.of(
                    burst(task, "allocate and touch", "first_alloc_ms", Rivals.FASTEST, 0.9),
                    burst(task, "free", "first_free_ms", Rivals.FASTEST, 1.1))).toList();
        }
    },
    /// The bursts after it, everything having left in between.
    BURST_LATER(7, "burst, later cycles") {
        @Override
        List<Goal> goals(Plan plan) {
            return bursts(plan).flatMap(task -> Stream.of(
                    burst(task, "allocate and touch", "later_alloc_ms", Rivals.FASTEST_KEEPER, 2.0),
                    burst(task, "allocate and touch", "later_alloc_ms", Rivals.FASTEST_GIVER, 0.5),
                    burst(task, "free", "later_free_ms", Rivals.FASTEST_KEEPER, 1.1),
                    new Goal(this, task.name() + ", held after 1 s, of the burst", task, Goal.HELD_SHARE, "", Rivals.NOBODY, Direction.AT_MOST, 0.02)))
                    .toList();
        }
    },
    /// What giving back costs who never pauses.
    STEADY(8, "steady load, release on against off") {
        @Override
        List<Goal> goals(Plan plan) {
            Task task = plan.task("steady", Instrument.STEADY, List.of(), plan.isQuick() ? 1 : 4);
            return List.of(new Goal(this, "throughput", task, "times", "×", Rivals.NOBODY, Direction.AT_LEAST, 0.98));
        }
    },
    /// How long a call takes at worst.
    PAUSE(9, "pause that a call sees, four threads") {
        @Override
        List<Goal> goals(Plan plan) {
            Task task = plan.task("pause", Instrument.PAUSE, List.of(Contender.HZ3_RELEASE_OFF), plan.pauseSeconds());
            return List.of(new Goal(this, "p99.99", task, "p9999_ms", "ms", Rivals.NOBODY, Direction.AT_MOST, 1.0));
        }
    },
    /// Whether an idle heap is silent.
    WAKE_UPS(10, "wake-ups of the clock, heap idle and clean") {
        @Override
        List<Goal> goals(Plan plan) {
            Task task = plan.task("wake-ups", Instrument.WAKE_UPS, List.of(), plan.isQuick() ? 1 : 5);
            return List.of(new Goal(this, "wake-ups", task, "wake_ups", "", Rivals.NOBODY_EVER, Direction.AT_MOST, 0));
        }
    },
    /// Real programs.
    REPLAY(11, "replay of a recording, one worker") {
        @Override
        List<Goal> goals(Plan plan) {
            List<Goal> goals = new ArrayList<>();
            for (Map.Entry<String, Path> trace : plan.traces().entrySet()) {
                Task task = plan.task("replay " + trace.getKey(), Instrument.REPLAY, Contender.NATIVE, List.of(trace.getValue().toString()));
                goals.add(new Goal(this, trace.getKey(), task, "ms", "ms", Rivals.FASTEST, Direction.AT_MOST, 1.0));
            }
            return goals;
        }
    },
    /// Blocks that go all at once.
    ARENA(12, "confined arena: open, 10 × 1 KiB, close") {
        @Override
        List<Goal> goals(Plan plan) {
            Task task = plan.task("arena", Instrument.ARENA, List.of(Contender.ARENA_CONFINED), 10, 1 << 10);
            return List.of(new Goal(this, "arena", task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 0.3));
        }
    };

    private final int number;
    private final String title;

    Row(int number, String title) {
        this.number = number;
        this.title = title;
    }

    /// Its lines, as `plan` has them.
    abstract List<Goal> goals(Plan plan);

    /// What it is about.
    public String title() {
        return title;
    }

    /// What the command line calls it; its number will do, too.
    public String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Its place in the table, from 1.
    public int number() {
        return number;
    }

    /// The row that `argument` names or numbers, if there is one.
    public static Optional<Row> named(String argument) {
        return Arrays.stream(values())
                .filter(row -> row.argument().equals(argument) || Integer.toString(row.number).equals(argument))
                .findFirst();
    }

    /// All names, for a sentence.
    public static String arguments() {
        return Arrays.stream(values()).map(Row::argument).collect(Collectors.joining(", "));
    }

    private static IntStream sizes(Plan plan) {
        return plan.isQuick() ? IntStream.of(64, 4096, 32 << 10) : IntStream.of(64, 1024, 4096, 16 << 10, 32 << 10);
    }

    private static Stream<Task> bursts(Plan plan) {
        int objects = plan.isQuick() ? 50_000 : 200_000;
        int idleSeconds = plan.isQuick() ? 1 : 2;
        return Stream.of(
                plan.task("burst 256 to 4096", Instrument.BURST, Contender.NATIVE_AND_GIVING, objects, idleSeconds, 3, 256, 4096),
                plan.task("burst 4096 to 32768", Instrument.BURST, Contender.NATIVE_AND_GIVING, objects, idleSeconds, 3, 4096, 32_768));
    }

    Goal burst(Task task, String what, String figure, Rivals rivals, double bar) {
        return new Goal(this, task.name() + ", " + what, task, figure, "ms", rivals, Direction.AT_MOST, bar);
    }

    private static String bytes(int bytes) {
        return bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB";
    }
}
