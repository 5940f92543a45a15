package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The measurements, by the name that crosses to the process that makes them. Each takes a few numbers or a name, and yields figures.
public enum Instrument {
    /// No measurement: whether the contender is here, and which version of it.
    PRESENCE {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Reading.noted(version());
        }
    },
    /// A block of so many bytes, and away with it. Yields `ns`.
    PAIR {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Reading.of("ns", SinglePair.nanos(pace, number(arguments, 0)));
        }
    },
    /// A step in a window of so many live blocks of so many to so many bytes. Yields `ns`.
    WINDOW {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Reading.of("ns", LiveWindow.nanos(pace, number(arguments, 0), number(arguments, 1), number(arguments, 2)));
        }
    },
    /// A block of so many bytes as an object, and away with it. Yields `ns`.
    OBJECT {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Reading.of("ns", ObjectPair.pairNanos(pace, number(arguments, 0)));
        }
    },
    /// An arena is opened, gives so many blocks of so many bytes, and is closed. Yields `ns`.
    ARENA {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Reading.of("ns", ObjectPair.arenaNanos(pace, number(arguments, 0), number(arguments, 1)));
        }
    },
    /// Two threads with work of their own against one: `pairs` or `windows`. Yields `times`, the throughput of two over that of one,
    /// `fair_times`, the same while the machine allowed it, `cpu_times`, for a second of computing, and `machine_times`, what it allows.
    TWO_THREADS {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return TwoThreads.run(pace, arguments.getFirst());
        }
    },
    /// One thread allocates blocks of so many to so many bytes, another frees them. Yields `ns` for a block.
    HAND_OVER {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return Reading.of("ns", HandOver.nanos(pace, number(arguments, 0), number(arguments, 1)));
        }
    },
    /// Bursts and idle: objects, idle seconds, cycles, least and most bytes. Yields times of the first cycle and of those that follow, and what is held.
    BURST {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws IOException {
            return Bursts.run(arguments);
        }
    },
    /// Steady load for so many seconds a phase. Yields `times`, release on over release off, and `off_times`, off over off.
    STEADY {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return SteadyLoad.run(number(arguments, 0));
        }
    },
    /// How long calls take at worst, over so many seconds. Yields `p9999_ms` and others.
    PAUSE {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return Pauses.run(pace, number(arguments, 0));
        }
    },
    /// How often the clock of an idle and clean heap wakes up in so many seconds. Yields `wake_ups`.
    WAKE_UPS {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return WakeUps.run(number(arguments, 0));
        }
    },
    /// A recording on so many workers, warm, without verification. Yields `ms`.
    REPLAY {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws IOException, InterruptedException {
            return Replays.run(pace, arguments.getFirst(), number(arguments, 1));
        }

        @Override
        public int heapMebibytes() {
            return RECORDING_MEBIBYTES;
        }
    },
    /// A recording's first replay. Yields `ms`.
    COLD {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws IOException, InterruptedException {
            return Replays.cold(arguments.getFirst());
        }

        @Override
        public int heapMebibytes() {
            return RECORDING_MEBIBYTES;
        }
    },
    /// Blocks of so many bytes, one at a time and in a ring of four, touched at both ends and filled. Yields four times in `ns`.
    LARGE {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return LargeBlocks.run(pace, number(arguments, 0));
        }
    },
    /// Pairs of so many bytes by virtual threads. Yields `times`, over what a platform thread takes, and `two_times`, two over two.
    VIRTUAL {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return VirtualPairs.run(pace, number(arguments, 0));
        }
    },
    /// So many virtual threads that each take and free ten blocks. Yields `ms`.
    CROWD {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return Reading.of("ms", Crowd.millis(pace, number(arguments, 0)));
        }

        @Override
        public int heapMebibytes() {
            return 512; // they are started faster than they end
        }
    },
    /// Blocks of so many to so many bytes until so many mebibytes are live. Yields `share`, what bookkeeping takes of it, and others.
    BOOKKEEPING {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Bookkeeping.run(number(arguments, 0), number(arguments, 1), number(arguments, 2));
        }

        @Override
        public int heapMebibytes() {
            return 512; // addresses of 16 million blocks
        }
    },
    /// A burst of so many objects of so many to so many bytes, after one like it. Yields `java_kib`, what it allocates on the Java heap.
    GARBAGE {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return Garbage.run(number(arguments, 0), number(arguments, 1), number(arguments, 2));
        }
    },
    /// Threads that inherit a table of blocks, in so many generations of so many exchanges, of so many to so many bytes, warm after so many seconds. Yields `resident_mib`, above what the process
    /// held before, `of_bound`, that over live × 1.5 + 16 MiB, and `ns`, of an exchange by the wall.
    LARSON {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return Larson.run(number(arguments, 0), number(arguments, 1), number(arguments, 2), number(arguments, 3), number(arguments, 4));
        }
    },
    /// So many series of sizes, freed from both ends, by eight threads. Yields `ns` for a block.
    SERIES {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return Series.run(number(arguments, 0));
        }
    },
    /// Three threads allocate so often 45 MB, of which 45 MB stay live, and a fourth frees. Yields `resident_mib`, above what the process held before.
    FREER {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return Freer.run(number(arguments, 0));
        }
    },
    /// A store of which one half after the other is loaded anew, so often. Yields `ms`.
    RELOAD {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Reading.of("ms", Reload.millis(number(arguments, 0)));
        }
    },
    /// A burst of so many mebibytes, of blocks of so many to so many bytes, freed, then rounds so many ms apart. Yields `excess_share`, what is held three seconds
    /// later beyond what may be, of the burst; `round_ms`, `p9999_ms`, `mib_at_0250_ms` and others.
    LIGHT {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return LightLoad.run(number(arguments, 0), number(arguments, 1), number(arguments, 2), number(arguments, 3));
        }
    },
    /// A load that comes back after a silence of so many ms, so many times. Yields `times`, what it costs over the better of keeping all and giving all back.
    COMEBACK {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Comeback.run(number(arguments, 0), number(arguments, 1));
        }
    },
    /// So many arenas of 24 bytes open at once, after one of so many bytes. Yields `resident_bytes` of each.
    SMALL_ARENAS {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return SmallArenas.run(number(arguments, 0), number(arguments, 1));
        }
    },
    /// Burst, free, silence, light load, second burst, free under load, as [BurstLoad] reads it from its arguments. Yields `returned_percent`, what was held over time, and others.
    GIVING_BACK {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws IOException {
            return GivingBack.run(BurstLoad.parse(arguments));
        }

        @Override
        public int heapMebibytes() {
            return 512; // places for millions of small blocks
        }
    };

    /// The largest recording, and what a replay keeps of each object.
    private static final int RECORDING_MEBIBYTES = 768;

    /// Makes the measurement in this process, which measures nothing else.
    public abstract Reading measure(Pace pace, List<String> arguments) throws IOException, InterruptedException;

    /// The Java heap that it needs.
    public int heapMebibytes() {
        return 256;
    }

    /// The name that crosses.
    public String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The measurement called `argument`, if there is one.
    public static Optional<Instrument> named(String argument) {
        return Arrays.stream(values()).filter(instrument -> instrument.argument().equals(argument)).findFirst();
    }

    static int number(List<String> arguments, int place) {
        return Integer.parseInt(arguments.get(place));
    }

    private static String version() {
        Optional<AllocatorChoice> choice = AllocatorChoice.named(Measured.name());
        if (choice.isEmpty()) {
            return Measured.objects().version();
        }
        Measured.allocator(); // absent here, if it is absent
        try {
            return choice.get().version();
        } catch (AbsentAllocatorException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
