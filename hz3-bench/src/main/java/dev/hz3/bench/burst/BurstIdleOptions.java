package dev.hz3.bench.burst;

import java.util.EnumMap;
import java.util.Map;

/// What the job is to do.
///
/// @param objects blocks of one burst, over all threads
/// @param idleSeconds how long nothing happens after the free
/// @param cycles bursts
/// @param keepPercent how many blocks of a hundred live through the idle
/// @param threads that share the blocks
/// @param minBytes the least bytes of a block
/// @param maxBytes the most bytes of a block
/// @param keepHold whether the threads live through the idle, parked
/// @param idleTickMillis how often the application ticks through the idle; 0: never
/// @param dumpMode what is asked of the kernel and kept at each measurement
/// @param seed what the random sizes and survivors come from
public record BurstIdleOptions(
        int objects,
        int idleSeconds,
        int cycles,
        int keepPercent,
        int threads,
        int minBytes,
        int maxBytes,
        boolean keepHold,
        int idleTickMillis,
        DumpMode dumpMode,
        long seed) {

    /// What is asked of the kernel and kept at each measurement.
    public enum DumpMode {
        /// Nothing.
        NONE(0),
        /// `smaps_rollup`: the totals.
        ROLLUP(1),
        /// `smaps`: every mapping.
        MAPPINGS(2);

        private final int number;

        DumpMode(int number) {
            this.number = number;
        }

        static DumpMode numbered(int number) {
            return switch (number) {
                case 0 -> NONE;
                case 1 -> ROLLUP;
                case 2 -> MAPPINGS;
                default -> throw new IllegalArgumentException("no such dump mode: " + number);
            };
        }
    }

    /// Checks what one number cannot know of another.
    public BurstIdleOptions {
        if (minBytes > maxBytes) {
            throw new IllegalArgumentException("min is " + minBytes + " and max is " + maxBytes
                    + ", but no block has at least min and at most max bytes");
        }
        if (threads > objects) {
            throw new IllegalArgumentException("threads is " + threads + " and objects is " + objects
                    + ", but each thread must have a block");
        }
    }

    /// Reads what was typed; what was not has its default.
    ///
    /// @throws IllegalArgumentException with a sentence for the one who typed it
    public static BurstIdleOptions parse(Map<BurstIdleArgument, String> typed) {
        Map<BurstIdleArgument, Long> numbers = new EnumMap<>(BurstIdleArgument.class);
        for (BurstIdleArgument argument : BurstIdleArgument.values()) {
            String text = typed.get(argument);
            numbers.put(argument, text == null ? argument.defaultValue() : argument.parse(text));
        }
        return new BurstIdleOptions(
                number(numbers, BurstIdleArgument.OBJECTS),
                number(numbers, BurstIdleArgument.IDLE_SECONDS),
                number(numbers, BurstIdleArgument.CYCLES),
                number(numbers, BurstIdleArgument.KEEP_PERCENT),
                number(numbers, BurstIdleArgument.THREADS),
                number(numbers, BurstIdleArgument.MIN),
                number(numbers, BurstIdleArgument.MAX),
                number(numbers, BurstIdleArgument.KEEP_HOLD) == 1,
                number(numbers, BurstIdleArgument.IDLE_TICK_MILLIS),
                DumpMode.numbered(number(numbers, BurstIdleArgument.DUMP_MODE)),
                numbers.getOrDefault(BurstIdleArgument.SEED, BurstIdleArgument.SEED.defaultValue()));
    }

    /// The line that runs this job again.
    public String commandLine() {
        String line = String.join(
                " ",
                "burst-idle",
                Integer.toString(objects),
                Integer.toString(idleSeconds),
                Integer.toString(cycles),
                Integer.toString(keepPercent),
                Integer.toString(threads),
                Integer.toString(minBytes),
                Integer.toString(maxBytes),
                keepHold ? "1" : "0",
                Integer.toString(idleTickMillis),
                Integer.toString(dumpMode.number));
        return seed == BurstIdleArgument.SEED.defaultValue() ? line : line + " --seed " + seed;
    }

    /// What one burst asks for, on average.
    public long expectedBurstBytes() {
        return objects * (((long) minBytes + maxBytes) / 2);
    }

    /// How many blocks thread `index` has.
    int objectsOf(int index) {
        return objects / threads + (index < objects % threads ? 1 : 0);
    }

    private static int number(Map<BurstIdleArgument, Long> numbers, BurstIdleArgument argument) {
        return Math.toIntExact(numbers.getOrDefault(argument, argument.defaultValue()));
    }
}
