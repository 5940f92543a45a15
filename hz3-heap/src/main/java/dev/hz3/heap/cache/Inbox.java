package dev.hz3.heap.cache;

/// A ring of blocks that other threads have freed and that their owner has yet to collect. It is so large that a thread that finds it full can afford to have it emptied.
///
///     add ──▶ │ … │ youngest │  free  │ oldest │ … │ ──▶ take
///
/// It never grows, so that a free needs no memory.
///
/// Threads: any; its own lock, for a few instructions. The count may be read without it.
final class Inbox {

    /// The most letters that it holds.
    static final int CAPACITY = 1024;

    private static final int MASK = CAPACITY - 1;
    private static final int CLASS_SHIFT = 56; // above every address

    private final long[] letters = new long[CAPACITY];
    private int oldest;
    private volatile int count; // written under the lock

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

    /// Puts in `from[first]` and those behind it, as many as there is room for.
    ///
    /// @return how many
    synchronized int add(long[] from, int first, int howMany) {
        int had = count;
        int added = Math.min(howMany, CAPACITY - had);
        for (int i = 0; i < added; i++) {
            letters[oldest + had + i & MASK] = from[first + i];
        }
        count = had + added;
        return added;
    }

    /// Takes the oldest letters out, as many as `into` has room for. By the owner.
    ///
    /// @return how many
    synchronized int take(long[] into) {
        int taken = Math.min(into.length, count);
        for (int i = 0; i < taken; i++) {
            into[i] = letters[oldest + i & MASK];
        }
        oldest = oldest + taken & MASK;
        count -= taken;
        return taken;
    }
}
