package dev.hz3.heap.cache;

/// Blocks of other caches that this cache's thread has freed, on their way to the inboxes of the caches that handed them out.
///
///     put ──▶ │ letter · to │ letter · to │ … │ ──flush──▶ the inbox of each `to`; what finds no room there stays
///
/// Threads: whoever is inside the cache; the count is read by anybody, and is recent.
final class Outbox {

    /// The most letters that it holds.
    static final int CAPACITY = 64;

    private final long[] letters = new long[CAPACITY];
    private final int[] owners = new int[CAPACITY];
    private int count;

    int count() {
        return count;
    }

    boolean isFull() {
        return count == CAPACITY;
    }

    /// Puts in a letter to the cache with number `to`. There is room.
    void put(long letter, int to) {
        owners[count] = to;
        letters[count++] = letter;
    }

    /// Sends what there is room for; the rest stays.
    void flush(CacheTable caches) {
        int kept = 0;
        int first = 0;
        try {
            while (first < count) {
                int to = owners[first];
                int next = first + 1;
                while (next < count && owners[next] == to) {
                    next++;
                }
                first += caches.inboxOf(to).add(letters, first, next - first);
                for (; first < next; first++, kept++) {
                    letters[kept] = letters[first];
                    owners[kept] = to;
                }
            }
        } finally {
            // What was sent is sent once, also if this breaks off for want of stack.
            for (; first < count; first++, kept++) {
                letters[kept] = letters[first];
                owners[kept] = owners[first];
            }
            count = kept;
        }
    }
}
