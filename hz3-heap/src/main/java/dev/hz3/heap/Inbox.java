package dev.hz3.heap;

import java.util.Arrays;

/// Blocks that others have freed and that their owner has yet to collect.
///
/// Threads: any; its own lock, for a few instructions. The count may be read without it.
final class Inbox {

    private static final int CLASS_SHIFT = 56; // above every address
    private static final int LEAST = 64;
    private static final long[] NOTHING = {};

    private long[] letters = NOTHING;
    private volatile int count;

    /// What is sent: the address of a block with its size class.
    static long letter(int sizeClass, long address) {
        return (long) sizeClass << CLASS_SHIFT | address;
    }

    static int sizeClassOf(long letter) {
        return (int) (letter >>> CLASS_SHIFT);
    }

    static long addressOf(long letter) {
        return letter & (1L << CLASS_SHIFT) - 1;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    synchronized void add(long[] from, int first, int howMany) {
        int had = count;
        if (had + howMany > letters.length) {
            letters = Arrays.copyOf(letters, Math.max(LEAST, Math.max(had + howMany, letters.length * 2)));
        }
        System.arraycopy(from, first, letters, had, howMany);
        count = had + howMany;
    }

    /// Takes everything out, in an array of that length.
    synchronized long[] takeAll() {
        if (count == 0) {
            return NOTHING;
        }
        long[] taken = Arrays.copyOf(letters, count);
        count = 0;
        if (letters.length > 16 * LEAST) {
            letters = NOTHING;
        }
        return taken;
    }
}
