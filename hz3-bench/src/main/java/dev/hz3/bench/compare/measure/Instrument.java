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
    /// A step in a window of 1,000 live blocks of mixed sizes. Yields `ns`.
    WINDOW {
        @Override
        public Reading measure(Pace pace, List<String> arguments) {
            return Reading.of("ns", LiveWindow.nanos(pace));
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
    /// Two threads with a window each against one. Yields `times`, the throughput of two over that of one,
    /// `cpu_times`, the same for a second of computing, and `machine_times`, what the machine allows.
    TWO_THREADS {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws InterruptedException {
            return TwoThreads.run(pace);
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
    /// A recording, on one worker, without verification. Yields `ms`.
    REPLAY {
        @Override
        public Reading measure(Pace pace, List<String> arguments) throws IOException, InterruptedException {
            return Replays.run(pace, arguments.getFirst());
        }

        @Override
        public int heapMebibytes() {
            return 768; // the largest recording, and what a replay keeps of each object
        }
    };

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
