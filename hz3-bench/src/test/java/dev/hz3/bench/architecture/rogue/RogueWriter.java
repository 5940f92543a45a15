package dev.hz3.bench.architecture.rogue;

import dev.hz3.segment.bits.FreeBits;

/// Writes `free_bits`: by calls, by a reference, and from within a lambda.
public final class RogueWriter {

    /// What a reference to a writer fits.
    interface Writer {
        void write(int word, long mask);
    }

    private RogueWriter() {}

    static void byCalls(FreeBits bits) {
        synchronized (bits) {
            bits.give(0, bits.freeWord(0) & 1);
            bits.markClean(0, 1);
        }
    }

    static Writer byReference(FreeBits bits) {
        return bits::take;
    }

    static Runnable byLambda(FreeBits bits) {
        return () -> bits.markDirty(0, 1);
    }
}
