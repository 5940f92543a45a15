package dev.hz3.heap;

import java.util.Arrays;

/// Blocks that others have freed and that their owner has yet to collect.
///
/// Threads: any; its own lock, for a few instructions. The count may be read without it.
final class Inbox {

    private static final int CLASS_SHIFT = 56; // above every address
    private static final int LEAST = 64;
    private static final int MOST_KEPT = 16 * LEAST;
    private static final long[] NOTHING = {};

    private long[] letters = NOTHING;
    private long[] read = NOTHING; // what the owner took last
    private int taken; // the owner's
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

    /// Takes everything out. By the owner; what it returns is valid until the next time.
    ///
    /// @return an array whose first [#taken()] elements are the letters
    synchronized long[] take() {
        long[] full = letters;
        taken = count;
        count = 0;
        letters = read.length > MOST_KEPT ? NOTHING : read;
        read = full;
        return full;
    }

    /// How many letters were taken last. By the owner.
    int taken() {
        return taken;
    }
}
