package dev.hz3.bench.jmh;

/// Numbers that look random and are the same in each run: xorshift, Marsaglia 2003.
final class Draw {

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long state;

    Draw(long seed) {
        state = (seed + 1) * GOLDEN;
    }

    /// One of 0 … `bound` - 1.
    int below(int bound) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return (int) ((state >>> 33) % bound);
    }
}
