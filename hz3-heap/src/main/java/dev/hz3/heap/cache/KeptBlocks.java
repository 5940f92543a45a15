package dev.hz3.heap.cache;

import dev.hz3.heap.supply.LargeRuns;

/// The free blocks above 64 KiB that one thread keeps for itself. A block that is freed and wanted again at once costs neither a purge nor page faults.
///
///     oldest ──▶ │ address · state · pages · tick │ … │      at most [#MOST_BLOCKS], and at most so many pages together
///
/// Their pages stay used: to the boundary they are blocks like any other. A block serves a request for exactly as many pages as it has.
///
/// Threads: whoever is inside the cache; counts and ages are read by anybody, and are recent values.
final class KeptBlocks {

    /// There is no such block.
    static final int NONE = -1;

    private static final int MOST_BLOCKS = 8;
    /// A block that nobody has wanted for this many ticks leaves, however busy its thread is.
    private static final int REST_TICKS = 4;

    private final long mostPages;
    private final long[] addresses = new long[MOST_BLOCKS];
    private final long[] states = new long[MOST_BLOCKS];
    private final long[] sizes = new long[MOST_BLOCKS];
    private final int[] ticks = new int[MOST_BLOCKS];
    private int count;
    private long pages;

    /// @param mostPages what they may have together; a block that has more is never kept
    KeptBlocks(long mostPages) {
        this.mostPages = mostPages;
    }

    /// How many there are.
    int count() {
        return count;
    }

    /// How many pages they have together.
    long pages() {
        return pages;
    }

    /// Whether a block of so many pages may be kept at all.
    boolean accepts(long blockPages) {
        return blockPages <= mostPages;
    }

    /// Whether one more, of so many pages, may be kept beside these.
    boolean hasRoom(long blockPages) {
        return count < MOST_BLOCKS && blockPages <= mostPages - pages;
    }

    /// The youngest block of so many pages; [#NONE] if there is none.
    int find(long blockPages) {
        int block = count - 1;
        while (block >= 0 && sizes[block] != blockPages) {
            block--;
        }
        return block;
    }

    /// Where a block begins.
    long address(int block) {
        return addresses[block];
    }

    /// Where its state lies.
    long state(int block) {
        return states[block];
    }

    /// Keeps a block, as the youngest, since tick `tick`. There is room for it.
    void add(long address, long state, long blockPages, int tick) {
        int last = count;
        addresses[last] = address;
        states[last] = state;
        sizes[last] = blockPages;
        ticks[last] = tick;
        pages += blockPages;
        count = last + 1;
    }

    /// Keeps a block no longer.
    void remove(int block) {
        pages -= sizes[block];
        int last = count - 1;
        for (int i = block; i < last; i++) {
            addresses[i] = addresses[i + 1];
            states[i] = states[i + 1];
            sizes[i] = sizes[i + 1];
            ticks[i] = ticks[i + 1];
        }
        count = last;
    }

    /// Whether the oldest has been here for so long, at tick `tick`, that it should leave.
    boolean hasRested(int tick) {
        return count != 0 && tick - ticks[0] >= REST_TICKS; // by subtraction: ticks may wrap
    }

    /// Releases the oldest block. Off the list before it is released: if this breaks off in between, the block is lost, and it is not in two places.
    void releaseOldest(LargeRuns runs) {
        long address = addresses[0];
        remove(0);
        runs.release(address);
    }

    /// Releases the blocks that have rested at tick `tick`.
    ///
    /// @return how many it was
    int releaseRested(LargeRuns runs, int tick) {
        int blocks = 0;
        while (hasRested(tick)) {
            releaseOldest(runs);
            blocks++;
        }
        return blocks;
    }

    /// Releases all of them, so that their pages serve whoever needs them.
    ///
    /// @return how many it was
    int releaseAll(LargeRuns runs) {
        int blocks = 0;
        while (count != 0) {
            releaseOldest(runs);
            blocks++;
        }
        return blocks;
    }
}
