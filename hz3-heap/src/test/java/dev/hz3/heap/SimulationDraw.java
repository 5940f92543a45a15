package dev.hz3.heap;

/// A stream of numbers that follows from one: the same on every machine and in every release of the JDK.
final class SimulationDraw {

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long state;

    SimulationDraw(long seed) {
        state = seed;
    }

    /// A number that looks like chance and is not, from two others (the finalizer of SplitMix64).
    static long mix(long a, long b) {
        long z = a + GOLDEN * (b + 1);
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    long next() {
        state += GOLDEN;
        return mix(state, 0);
    }

    /// From 0 to below `bound`.
    int next(int bound) {
        return (int) ((next() >>> 33) % bound);
    }

    /// True `of` times in a hundred.
    boolean percent(int of) {
        return next(100) < of;
    }

    /// One of these.
    int of(int... choices) {
        return choices[next(choices.length)];
    }
}
