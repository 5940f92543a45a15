package dev.hz3.bench.steady;

/// What the trial is to do.
///
/// @param threads that work at once, 1 … 256
/// @param minBytes the least bytes of a block, from 1
/// @param maxBytes the most bytes of a block, up to 1 GiB
/// @param window live blocks of each thread, from 1
/// @param seconds measured in each phase, from 1
/// @param warmUpMillis that each phase runs before it is measured, from 0
/// @param rounds of four phases, from 1
/// @param bar the least median of release on against release off, above 0
/// @param seed what the random sizes and places come from
public record SteadyOptions(
        int threads, int minBytes, int maxBytes, int window, int seconds, int warmUpMillis, int rounds, double bar, long seed) {

    private static final int MAX_BYTES = 1 << 30;

    /// Numbers in their ranges.
    ///
    /// @throws IllegalArgumentException with a sentence for the one who typed the first that is not
    public SteadyOptions {
        check("threads", threads, 1, 256);
        check("min", minBytes, 1, MAX_BYTES);
        check("max", maxBytes, 1, MAX_BYTES);
        check("window", window, 1, 10_000_000);
        check("seconds", seconds, 1, 3600);
        check("warm-up-ms", warmUpMillis, 0, 60_000);
        check("rounds", rounds, 1, 1000);
        if (minBytes > maxBytes) {
            throw new IllegalArgumentException("min is " + minBytes + " and max is " + maxBytes
                    + ", but no block has at least min and at most max bytes");
        }
        if (!(bar > 0)) {
            throw new IllegalArgumentException("bar is " + bar + ", but must be above 0");
        }
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is '" + value + "', but must be a whole number from " + least + " to " + most);
        }
    }
}
