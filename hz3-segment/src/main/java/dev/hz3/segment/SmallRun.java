package dev.hz3.segment;

import org.jspecify.annotations.Nullable;

/// A run that holds several blocks of one size class: a small page, or the two pages of sub-4K blocks.
///
///     run     │ block 0 │ block 1 │ block 2 │ … │ rest │
///     stock      1         0         1             bit set = in the run's own stock
///     blocks     HELD      LIVE      HELD          who holds each, see BlockStates
///
///     out + popCount(stock) == blocks,  empty ⇔ out == 0
///
/// `out` counts the blocks that have left the run's stock, to caches or users: it is the live count that tells an empty run from others
/// in one look. All of this lies beside the memory and never in it: a run whose blocks are free is not touched.
///
/// Threads: stock, count and links belong to the [SmallPages] that lists the run, under its lock; who holds a block is [BlockStates]' business.
public final class SmallRun extends BlockStates {

    /// Stands where a page holds no small blocks.
    public static final SmallRun NONE = new SmallRun();

    private static final long[] NO_MORE = {};

    private final @Nullable Segment segment; // null for NONE and heads alone: they must not need Segment in order to exist
    private final long base;
    private final int first;
    private final int sizeClass;
    private final int size;
    private final long inverse; // of the odd part of the size, modulo 2^64
    private final int shift; // the rest of the size is a power of two, and this is which

    private long stock; // of the first 64 blocks
    private final long[] moreStock; // of the others
    private int out;

    // Where SmallPages lists it.
    SmallRun next = this;
    SmallRun previous = this;
    int bucket = SmallPages.UNLISTED;

    private SmallRun() {
        super(0);
        segment = null;
        base = 0;
        first = 0;
        sizeClass = 0;
        size = 1;
        inverse = 1;
        shift = 0;
        moreStock = NO_MORE;
    }

    /// The run of class `sizeClass` at page `first` of `segment`, which the caller has claimed; all blocks in stock.
    public SmallRun(Segment segment, int first, int sizeClass) {
        super(SizeClasses.objects(sizeClass));
        if (SizeClasses.isMedium(sizeClass)) {
            throw new IllegalArgumentException("SmallRun(sizeClass=" + sizeClass + "): a run with one block");
        }
        this.segment = segment;
        base = segment.addressOf(first);
        this.first = first;
        this.sizeClass = sizeClass;
        size = SizeClasses.bytes(sizeClass);
        shift = Integer.numberOfTrailingZeros(size);
        inverse = inverse(size >>> shift);
        int objects = blocks();
        stock = ones(objects);
        moreStock = objects <= Long.SIZE ? NO_MORE : new long[(objects - 1) / Long.SIZE];
        for (int w = 0; w < moreStock.length; w++) {
            moreStock[w] = ones(objects - (w + 1) * Long.SIZE);
        }
    }

    /// The number whose product with `odd` is one. Each step of Newton's doubles the digits that are right, and three are to begin with.
    private static long inverse(long odd) {
        long inverse = odd;
        for (int digits = 3; digits < Long.SIZE; digits *= 2) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
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

    /// How many blocks are not in its stock. A recent value.
    public int out() {
        return out;
    }

    /// The block whose first byte the caller knows to be at `address`.
    public int blockOf(long address) {
        return (int) Long.rotateRight((address - base) * inverse, shift);
    }

    /// The block that begins at `address`, any number; -1 where none does.
    public int blockAt(long address) {
        // The product is the quotient where the size divides the distance, and otherwise a number too large to be one.
        long block = Long.rotateRight((address - base) * inverse, shift);
        return Long.compareUnsigned(block, blocks()) < 0 ? (int) block : -1;
    }

    // ---- stock, under the lock of its SmallPages -----------------------------------------------------------------

    /// Takes at most `max` blocks out of stock, the lowest first. A call that breaks off in the middle, for want of stack, has lost none but the one it was at.
    int take(long[] into, int from, int max) {
        int taken = 0;
        while (taken < max && stock != 0) {
            int block = Long.numberOfTrailingZeros(stock);
            stock &= stock - 1;
            out++;
            into[from + taken++] = base + (long) block * size;
        }
        for (int w = 0; w < moreStock.length && taken < max; w++) {
            while (taken < max && moreStock[w] != 0) {
                int block = (w + 1) * Long.SIZE + Long.numberOfTrailingZeros(moreStock[w]);
                moreStock[w] &= moreStock[w] - 1;
                out++;
                into[from + taken++] = base + (long) block * size;
            }
        }
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
        return "SmallRun[first=" + first + ", sizeClass=" + sizeClass + ", out=" + out + " of " + blocks() + ", " + segment() + "]";
    }
}
