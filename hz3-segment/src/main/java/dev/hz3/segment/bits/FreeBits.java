package dev.hz3.segment.bits;

import org.jspecify.annotations.Nullable;

/// The `free_bits` of one segment, its count of free pages, and which free pages are known to be clean.
///
/// One bit a page, 1 = free. `clean` is kept beside it: a clean page is not resident and reads as zero, because it was
/// never touched or was purged since. The equations, asserted after each change (I2):
///
///     freePages == popCount(free_bits),  free ∩ lent == ∅
///
/// Threads: whoever writes holds this object's monitor. Readers without it see a recent value of each word, not of all
/// of them at once; what they decide by it is asked again under the monitor.
public final class FreeBits {

    private static final int WORDS = 8;

    private final long[] free = new long[WORDS];
    private final long[] clean = new long[WORDS];
    private final long[] lent = new long[WORDS]; // neither free nor used
    private final long[] scratch = new long[WORDS];
    private volatile int freePages;

    /// All pages free but the first `headerPages`; all of them clean.
    public FreeBits(int headerPages) {
        this(headerPages, null);
    }

    /// Bits of a segment in which the pages are clean that are clean in `before`, which nobody writes any more.
    ///
    /// @param before null where all are
    public FreeBits(int headerPages, @Nullable FreeBits before) {
        for (int w = 0; w < WORDS; w++) {
            free[w] = -1L;
            clean[w] = before == null ? -1L : before.clean[w];
        }
        free[0] = -1L << headerPages;
        clean[0] &= free[0];
        freePages = WORDS * Long.SIZE - headerPages;
    }

    /// Word `word` of `free_bits`.
    public long freeWord(int word) {
        return free[word];
    }

    /// Word `word` of the clean bits.
    public long cleanWord(int word) {
        return clean[word];
    }

    /// The number of free pages.
    public int freePages() {
        return freePages;
    }

    /// Makes the pages of `mask` in `word` used. They must be free. Whether they are clean does not change.
    public void take(int word, long mask) {
        assert Thread.holdsLock(this) && (free[word] & mask) == mask;
        free[word] &= ~mask;
        count(-Long.bitCount(mask));
    }

    /// Makes the pages of `mask` in `word` free. They must not be.
    public void give(int word, long mask) {
        assert Thread.holdsLock(this) && (free[word] & mask) == 0;
        free[word] |= mask;
        count(Long.bitCount(mask));
    }

    /// Word `word` of the pages that are lent: not free, and yet nobody's to release.
    public long lentWord(int word) {
        return lent[word];
    }

    /// Takes free pages for a loan.
    public void lend(int word, long mask) {
        take(word, mask);
        lent[word] |= mask;
    }

    /// Makes pages of a loan free again.
    public void unlend(int word, long mask) {
        assert Thread.holdsLock(this) && (lent[word] & mask) == mask;
        lent[word] &= ~mask;
        give(word, mask);
    }

    /// Says that the pages of `mask` in `word` are clean.
    ///
    /// @return how many of them were not known to be
    public int markClean(int word, long mask) {
        assert Thread.holdsLock(this);
        int changed = Long.bitCount(mask & ~clean[word]);
        clean[word] |= mask;
        return changed;
    }

    /// Says that the pages of `mask` in `word` may hold anything.
    ///
    /// @return how many of them were known to be clean
    public int markDirty(int word, long mask) {
        assert Thread.holdsLock(this);
        int changed = Long.bitCount(mask & clean[word]);
        clean[word] &= ~mask;
        return changed;
    }

    private void count(int pages) {
        int sum = freePages + pages;
        freePages = sum;
        assert sum == popCount() : "freePages=" + sum + ", popCount=" + popCount();
    }

    /// The bits counted anew; equals [#freePages()] whenever nobody is writing.
    public int popCount() {
        int sum = 0;
        for (long word : free) {
            sum += Long.bitCount(word);
        }
        return sum;
    }

    /// The first page, a multiple of `alignment`, of the lowest stretch of at least `pages` free pages that are not clean: they are resident, and cost nothing
    /// to use again. Of free pages of any kind where there is none; -1 where there is none of them either.
    ///
    /// Shifts the whole set onto itself, doubling the distance: after the steps a bit stands where `pages` free pages
    /// begin. That is log2(pages) passes over eight words, however the pages are scattered.
    public int findRun(int pages, int alignment) {
        assert Thread.holdsLock(this);
        long[] starts = scratch;
        long any = 0;
        for (int w = 0; w < WORDS; w++) {
            starts[w] = free[w] & ~clean[w];
            any |= starts[w];
        }
        int first = any != 0 && narrow(starts, pages) ? lowest(starts, alignment) : -1;
        if (first < 0) {
            System.arraycopy(free, 0, starts, 0, WORDS);
            first = narrow(starts, pages) ? lowest(starts, alignment) : -1;
        }
        return first;
    }

    /// Keeps of `set` the bits at which `pages` consecutive ones begin; false where none does.
    private static boolean narrow(long[] set, int pages) {
        int have = 1;
        while (have < pages) {
            int step = Math.min(have, pages - have);
            if (!andShifted(set, step)) {
                return false;
            }
            have += step;
        }
        return true;
    }

    /// `set &= set >>> distance` over all words as one number; false where nothing is left.
    private static boolean andShifted(long[] set, int distance) {
        int words = distance >>> 6;
        int bits = distance & 63;
        long any = 0;
        for (int w = 0; w < WORDS; w++) {
            int from = w + words;
            long low = from < WORDS ? set[from] : 0;
            long high = from + 1 < WORDS ? set[from + 1] : 0;
            long shifted = bits == 0 ? low : (low >>> bits) | (high << (Long.SIZE - bits));
            set[w] &= shifted;
            any |= set[w];
        }
        return any != 0;
    }

    /// The lowest of `set` that is a multiple of `alignment`, a power of two.
    private static int lowest(long[] set, int alignment) {
        int step = Math.max(1, alignment >>> 6); // in words: those between them have no multiple
        long multiples = alignment >= Long.SIZE ? 1 : Long.divideUnsigned(-1L, (1L << alignment) - 1);
        for (int w = 0; w < WORDS; w += step) {
            long aligned = set[w] & multiples;
            if (aligned != 0) {
                return (w << 6) + Long.numberOfTrailingZeros(aligned);
            }
        }
        return -1;
    }
}
