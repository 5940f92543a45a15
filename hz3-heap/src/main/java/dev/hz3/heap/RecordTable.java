package dev.hz3.heap;

import java.util.Arrays;

/// Two numbers for each key, in one array, so that nothing is allocated but when it grows.
///
///     slot   │ key │ first │ second │      key 0: nobody's; a key stands at its hash, or at the next free slot behind it
///
/// Threads: one at a time.
final class RecordTable {

    static final int NONE = -1;

    private static final int WIDTH = 3;
    private static final int FIRST_SLOTS = 1 << 10; // a power of two
    private static final int MOST_SLOTS = 1 << 29;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long[] words = new long[WIDTH * FIRST_SLOTS];
    private int slots = FIRST_SLOTS;
    private int size;

    int size() {
        return size;
    }

    /// Returns where `key`, which is not 0, stands; [#NONE] if it does not.
    int find(long key) {
        int at = home(key);
        while (words[WIDTH * at] != 0) {
            if (words[WIDTH * at] == key) {
                return at;
            }
            at = at + 1 & slots - 1;
        }
        return NONE;
    }

    long first(int slot) {
        return words[WIDTH * slot + 1];
    }

    long second(int slot) {
        return words[WIDTH * slot + 2];
    }

    /// Adds a key that does not stand in it.
    ///
    /// @throws OutOfMemoryError if it had to grow and could not; nothing has changed then
    void add(long key, long first, long second) {
        if (size >= slots / 2) {
            grow();
        }
        insert(key, first, second);
        size++;
    }

    private void grow() {
        if (slots == MOST_SLOTS) {
            throw new OutOfMemoryError("a table of " + size + " keys");
        }
        long[] before = words;
        words = new long[2 * before.length];
        slots *= 2;
        for (int at = 0; at < before.length; at += WIDTH) {
            if (before[at] != 0) {
                insert(before[at], before[at + 1], before[at + 2]);
            }
        }
    }

    private void insert(long key, long first, long second) {
        int at = home(key);
        while (words[WIDTH * at] != 0) {
            at = at + 1 & slots - 1;
        }
        words[WIDTH * at] = key;
        words[WIDTH * at + 1] = first;
        words[WIDTH * at + 2] = second;
    }

    /// Removes what stands at `slot`. Those behind it that were pushed away from where they belong move up, so that none is behind a gap.
    void remove(int slot) {
        int gap = slot;
        for (int at = gap + 1 & slots - 1; words[WIDTH * at] != 0; at = at + 1 & slots - 1) {
            if ((at - home(words[WIDTH * at]) & slots - 1) >= (at - gap & slots - 1)) {
                System.arraycopy(words, WIDTH * at, words, WIDTH * gap, WIDTH);
                gap = at;
            }
        }
        Arrays.fill(words, WIDTH * gap, WIDTH * gap + WIDTH, 0);
        size--;
    }

    private int home(long key) {
        return (int) (key * GOLDEN >>> Long.SIZE - Integer.numberOfTrailingZeros(slots));
    }
}
