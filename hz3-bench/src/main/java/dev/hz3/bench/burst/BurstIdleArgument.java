package dev.hz3.bench.burst;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The numbers of the job, in the order in which the command line takes them.
public enum BurstIdleArgument {
    /// Blocks of one burst, over all threads.
    OBJECTS("objects", 1, 10_000_000, 200_000),
    /// How long nothing happens after the free.
    IDLE_SECONDS("idle-seconds", 1, 3600, 10),
    /// Bursts.
    CYCLES("cycles", 1, 1000, 3),
    /// How many blocks of a hundred live through the idle, scattered at random.
    KEEP_PERCENT("keep-percent", 0, 100, 0),
    /// Threads that share the blocks.
    THREADS("threads", 1, 256, 4),
    /// The least bytes of a block.
    MIN("min", 1, 1L << 30, 4096),
    /// The most bytes of a block.
    MAX("max", 1, 1L << 30, 32_768),
    /// 1: the threads live on, parked; 0: they end after the free.
    KEEP_HOLD("keep-hold", 0, 1, 1),
    /// How often the application ticks through the idle; 0: it is silent.
    IDLE_TICK_MILLIS("idle-tick-ms", 0, 60_000, 0),
    /// 0: no dump; 1: the kernel's totals at each measurement; 2: every mapping.
    DUMP_MODE("dump-mode", 0, 2, 0),
    /// What the random sizes and survivors come from.
    SEED("seed", Long.MIN_VALUE, Long.MAX_VALUE, 20_260_101L);

    private final String label;
    private final long least;
    private final long most;
    private final long defaultValue;

    BurstIdleArgument(String label, long least, long most, long defaultValue) {
        this.label = label;
        this.least = least;
        this.most = most;
        this.defaultValue = defaultValue;
    }

    /// What the command line calls it.
    public String label() {
        return label;
    }

    /// What it is when nothing is said.
    public long defaultValue() {
        return defaultValue;
    }

    /// Reads a number.
    ///
    /// @throws IllegalArgumentException with a sentence for the one who typed `text`
    public long parse(String text) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw refusal(text, notANumber);
        }
        if (value < least || value > most) {
            throw refusal(text, null);
        }
        return value;
    }

    /// Those that can be given by their place; the seed has a name alone.
    public static List<BurstIdleArgument> positional() {
        return Arrays.stream(values()).filter(argument -> argument != SEED).toList();
    }

    private IllegalArgumentException refusal(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                label + " is '" + text + "', but must be a whole number from " + least + " to " + most, cause);
    }
}
