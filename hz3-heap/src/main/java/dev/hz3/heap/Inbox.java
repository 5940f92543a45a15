package dev.hz3.heap;

import java.util.Arrays;

/// Blocks that others have freed and that their owner has yet to collect.
///
/// Threads: any; its own lock, for a few instructions. The count may be read without it.
final class Inbox {

    private static final int LEAST = 64;
    private static final long[] NOTHING = {};

    private long[] addresses = NOTHING;
    private volatile int count;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    synchronized void add(long[] from, int first, int howMany) {
        int had = count;
        if (had + howMany > addresses.length) {
            addresses = Arrays.copyOf(addresses, Math.max(LEAST, Math.max(had + howMany, addresses.length * 2)));
        }
        System.arraycopy(from, first, addresses, had, howMany);
        count = had + howMany;
    }

    /// Takes everything out: the addresses, in an array of that length.
    synchronized long[] takeAll() {
        if (count == 0) {
            return NOTHING;
        }
        long[] taken = Arrays.copyOf(addresses, count);
        count = 0;
        if (addresses.length > 16 * LEAST) {
            addresses = NOTHING;
        }
        return taken;
    }
}
