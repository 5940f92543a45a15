package dev.hz3.segment;

import org.jspecify.annotations.Nullable;

/// A run that holds several blocks of one size class: a small page, or the two pages of sub-4K blocks.
///
///     run     │ block 0 │ block 1 │ block 2 │ … │ rest │
///     stock      1         0         1             bit set = in the run's own stock
///     blocks     HELD      LIVE      HELD          who holds each, see BlockStates
///
///     out + popCount(stock) == objects,  empty ⇔ out == 0
///
/// `out` counts the blocks that have left the run's stock, to caches or users: it is the live count that tells an empty run from others
/// in one look. All of this lies beside the memory and never in it: a run whose blocks are free is not touched.
///
/// Threads: stock, count and links belong to the [SmallPages] that lists the run, under its lock; who holds a block is [BlockStates]' business.
public final class SmallRun {

    /// Stands where a page holds no small blocks.
    public static final SmallRun NONE = new SmallRun();

    private static final int RECIPROCAL_SHIFT = 20;
    private static final int GRANULE_SHIFT = 4;
    private static final long[] NO_MORE = {};

    private final @Nullable Segment segment; // null for NONE and heads alone: they must not need Segment in order to exist
    private final long base;
    private final int first;
    private final int sizeClass;
    private final int objects;
    private final int granules;
    private final int reciprocal;
    private final BlockStates blocks;

    private long stock; // of the first 64 blocks
    private final long[] moreStock; // of the others
    private int out;

    // Where SmallPages lists it.
    SmallRun next = this;
    SmallRun previous = this;
    int bucket = SmallPages.UNLISTED;

    private SmallRun() {
        segment = null;
        base = 0;
        first = 0;
        sizeClass = 0;
        objects = 0;
        granules = 1;
        reciprocal = 0;
        blocks = new BlockStates(0);
        moreStock = NO_MORE;
    }

    /// The run of class `sizeClass` at page `first` of `segment`, which the caller has claimed; all blocks in stock.
    public SmallRun(Segment segment, int first, int sizeClass) {
        if (SizeClasses.isMedium(sizeClass)) {
            throw new IllegalArgumentException("SmallRun(sizeClass=" + sizeClass + "): a run with one block");
        }
        this.segment = segment;
        base = segment.addressOf(first);
        this.first = first;
        this.sizeClass = sizeClass;
        objects = SizeClasses.objects(sizeClass);
        granules = SizeClasses.bytes(sizeClass) >>> GRANULE_SHIFT;
        reciprocal = ((1 << RECIPROCAL_SHIFT) + granules - 1) / granules;
        blocks = new BlockStates(objects);
        stock = ones(objects);
        moreStock = objects <= Long.SIZE ? NO_MORE : new long[(objects - 1) / Long.SIZE];
        for (int w = 0; w < moreStock.length; w++) {
            moreStock[w] = ones(objects - (w + 1) * Long.SIZE);
        }
    }

    private static long ones(int count) {
        return count >= Long.SIZE ? -1L : (1L << count) - 1;
    }

    /// Its segment.
    public Segment segment() {
        return segment == null ? Segment.NOWHERE : segment;
    }

    /// Its first page.
    public int first() {
        return first;
    }

    /// Its pages.
    public PageRange pages() {
        return new PageRange(first, SizeClasses.pages(sizeClass));
    }

    /// The size class of its blocks.
    public int sizeClass() {
        return sizeClass;
    }

    /// How many blocks it has.
    public int objects() {
        return objects;
    }

    /// Who holds its blocks.
    public BlockStates blocks() {
        return blocks;
    }

    /// How many blocks are not in its stock. A recent value.
    public int out() {
        return out;
    }

    /// The block that begins at `address`, an address in one of its pages; -1 where none does.
    public int blockAt(long address) {
        int offset = (int) (address - base);
        // Exact: with 2^20 the error of the reciprocal stays below one part in 2^11, and there are at most 2^9 granules.
        int block = (offset >>> GRANULE_SHIFT) * reciprocal >>> RECIPROCAL_SHIFT;
        return block * granules << GRANULE_SHIFT == offset && block < objects ? block : -1;
    }

    /// The block whose first byte the caller knows to be at `address`.
    public int blockOf(long address) {
        return ((int) (address - base) >>> GRANULE_SHIFT) * reciprocal >>> RECIPROCAL_SHIFT;
    }

    // ---- stock, under the lock of its SmallPages -----------------------------------------------------------------

    /// Takes at most `max` blocks out of stock, the lowest first.
    int take(long[] into, int from, int max) {
        int taken = 0;
        int size = granules << GRANULE_SHIFT;
        while (taken < max && stock != 0) {
            into[from + taken++] = base + (long) Long.numberOfTrailingZeros(stock) * size;
            stock &= stock - 1;
        }
        for (int w = 0; w < moreStock.length && taken < max; w++) {
            while (taken < max && moreStock[w] != 0) {
                into[from + taken++] = base + (long) ((w + 1) * Long.SIZE + Long.numberOfTrailingZeros(moreStock[w])) * size;
                moreStock[w] &= moreStock[w] - 1;
            }
        }
        out += taken;
        return taken;
    }

    /// Puts a block back in stock.
    void give(int block) {
        long bit = 1L << block;
        if (block < Long.SIZE) {
            assert (stock & bit) == 0;
            stock |= bit;
        } else {
            assert (moreStock[block / Long.SIZE - 1] & bit) == 0;
            moreStock[block / Long.SIZE - 1] |= bit;
        }
        out--;
        assert out >= 0;
    }

    void unlink() {
        previous.next = next;
        next.previous = previous;
        next = this;
        previous = this;
    }

    void linkBehind(SmallRun head) {
        next = head.next;
        previous = head;
        next.previous = this;
        head.next = this;
    }

    /// A list's head, which is no run.
    static SmallRun head() {
        return new SmallRun();
    }

    @Override
    public String toString() {
        return "SmallRun[first=" + first + ", sizeClass=" + sizeClass + ", out=" + out + " of " + objects + ", " + segment() + "]";
    }
}
