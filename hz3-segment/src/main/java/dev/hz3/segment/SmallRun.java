package dev.hz3.segment;

import dev.hz3.os.raw.RawMemory;
import dev.hz3.segment.states.BlockStates;

/// What is known of a run that holds several blocks of one size class. There is no object for it: it lies in front of the states of its blocks.
///
///     │ next │ previous │ out │ carved │ first │ bucket │ state 0 │ state 1 │ … │
///     -16    -12        -8    -6       -4      -2       0         2
///
///     stock:  first ──▶ block ──▶ block ──▶ …    by the states of the blocks, and then those from `carved` on
///     out + |stock| == blocks,  empty ⇔ out == 0
///
/// `out` counts the blocks that have left the run's stock, to caches or users: it is the live count that tells an empty run from others
/// in one look. `carved` is the first block that has never left it. `next` and `previous` are the runs that [SmallPages] lists beside it, by the
/// number of their first pages. A run whose blocks are free is not touched.
///
/// Threads: all of it belongs to the [SmallPages] that lists the run, under its lock; the state of a block that has left is [BlockStates]' business.
final class SmallRun {

    static final int HEAD_BYTES = 16;
    /// In place of a bucket: the run is in no list.
    static final int UNLISTED = -1;

    private static final int NEXT = -16;
    private static final int PREVIOUS = -12;
    private static final int OUT = -8;
    static final int CARVED = -6;
    private static final int FIRST = -4;
    private static final int BUCKET = -2;

    private SmallRun() {}

    /// Does nothing; when it returns, this class is initialized.
    static void ready() {}

    /// Returns how many bytes of a slab a run of the class takes.
    static int slotBytes(int sizeClass) {
        int pageBytes = SizeClasses.pages(sizeClass) << Geometry.PAGE_SHIFT;
        // A state also for what is left over behind the last block: a wrong free may ask for it.
        int states = (pageBytes + SizeClasses.bytes(sizeClass) - 1) / SizeClasses.bytes(sizeClass);
        return HEAD_BYTES + states * BlockStates.BYTES;
    }

    /// Writes what a new run is: all blocks in stock, unlisted. What lies there reads as zero.
    static void init(long states) {
        RawMemory.putShort(states + FIRST, (short) BlockStates.NO_BLOCK);
        bucket(states, UNLISTED);
    }

    static int next(long states) {
        return RawMemory.getInt(states + NEXT);
    }

    static void next(long states, int run) {
        RawMemory.putInt(states + NEXT, run);
    }

    static int previous(long states) {
        return RawMemory.getInt(states + PREVIOUS);
    }

    static void previous(long states, int run) {
        RawMemory.putInt(states + PREVIOUS, run);
    }

    static int out(long states) {
        return RawMemory.getShort(states + OUT);
    }

    static int bucket(long states) {
        return RawMemory.getShort(states + BUCKET);
    }

    static void bucket(long states, int bucket) {
        RawMemory.putShort(states + BUCKET, (short) bucket);
    }

    /// Takes at most `max` blocks out of stock into `pairs[from]` and behind it, each an address and the address of its state. A call that breaks
    /// off in the middle, for want of stack, has lost none but the one it was at.
    ///
    /// @return how many
    static int take(long states, int sizeClass, long base, long[] pairs, int from, int max) {
        int size = SizeClasses.bytes(sizeClass);
        int blocks = SizeClasses.objects(sizeClass);
        int taken = 0;
        while (taken < max) {
            int block = RawMemory.getShort(states + FIRST);
            if (block != BlockStates.NO_BLOCK) {
                RawMemory.putShort(states + FIRST, (short) BlockStates.unstock(states + (long) block * BlockStates.BYTES));
            } else {
                block = RawMemory.getShort(states + CARVED);
                if (block == blocks) {
                    break;
                }
                RawMemory.putShort(states + CARVED, (short) (block + 1));
            }
            RawMemory.putShort(states + OUT, (short) (out(states) + 1));
            pairs[from + 2 * taken] = base + (long) block * size;
            pairs[from + 2 * taken + 1] = states + (long) block * BlockStates.BYTES;
            taken++;
        }
        return taken;
    }

    /// Puts a block back in stock.
    static void give(long states, long state) {
        assert BlockStates.peek(state) == BlockStates.NOT_LIVE;
        BlockStates.stock(state, RawMemory.getShort(states + FIRST));
        RawMemory.putShort(states + FIRST, (short) (int) ((state - states) / BlockStates.BYTES));
        RawMemory.putShort(states + OUT, (short) (out(states) - 1));
        assert out(states) >= 0;
    }

    static String describe(long page, long states, int sizeClass) {
        return "run[page=" + page + ", sizeClass=" + sizeClass + ", out=" + out(states) + " of " + SizeClasses.objects(sizeClass) + "]";
    }
}
