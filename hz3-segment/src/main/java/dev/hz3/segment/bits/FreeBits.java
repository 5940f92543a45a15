package dev.hz3.segment.bits;

import java.util.Arrays;

/// The `free_bits` of one segment, its count of free pages, and which free pages are known to be clean.
///
/// One bit a page, 1 = free. `clean` is kept beside it: a clean page is not resident and reads as zero, because it was
/// never touched or was purged since. The equations, asserted after each change (I2):
///
///     freePages == popCount(free_bits),  free ∩ lent == ∅
///
/// Threads: whoever writes holds this object's monitor. Readers without it see a recent value of each word, not of all
/// of them at once; what they decide by it is asked again under the monitor. When the segment is closed the words go to another, and what such a reader sees may be that one's.
public final class FreeBits {

    private static final int WORDS = 8;
    // Where each set begins in the array:
    private static final int CLEAN = WORDS;
    private static final int LENT = 2 * WORDS; // neither free nor used
    private static final int SCRATCH = 3 * WORDS;
    /// How many words there are.
    public static final int LENGTH = 4 * WORDS;

    private final long[] nothing;
    private long[] words; // first free_bits; replaced under this
    private volatile int freePages;

    /// All pages free but the first `headerPages`; all of them clean.
    ///
    /// @param nothing [#LENGTH] words that are zero for good, for when its own are handed on
    public FreeBits(int headerPages, long[] nothing) {
        this.nothing = nothing;
        words = new long[LENGTH];
        Arrays.fill(words, CLEAN, LENT, -1L);
        freePages = freeAllBut(headerPages);
    }

    /// Takes over the words of `before`, whose segment is closed. Those who still know that one find no page free in it.
    ///
    /// @param isPurged whether all pages are clean; otherwise those that are clean there
    public FreeBits(int headerPages, FreeBits before, boolean isPurged) {
        nothing = before.nothing;
        words = before.handOn();
        if (isPurged) {
            Arrays.fill(words, CLEAN, LENT, -1L);
        }
        freePages = freeAllBut(headerPages);
    }

    private int freeAllBut(int headerPages) {
        Arrays.fill(words, 0, CLEAN, -1L);
        Arrays.fill(words, LENT, LENGTH, 0L);
        words[0] = -1L << headerPages;
        words[CLEAN] &= words[0];
        return WORDS * Long.SIZE - headerPages;
    }

    /// Ends these bits, none of which is free: no page will ever be.
    private synchronized long[] handOn() {
        assert freePages == 0 : "freePages=" + freePages;
        long[] own = words;
        words = nothing;
        return own;
    }

    /// Word `word` of `free_bits`.
    public long freeWord(int word) {
        return words[word];
    }

    /// Word `word` of the clean bits.
    public long cleanWord(int word) {
        return words[CLEAN + word];
    }

    /// The number of free pages.
    public int freePages() {
        return freePages;
    }

    /// Makes the pages of `mask` in `word` used. They must be free. Whether they are clean does not change.
    public void take(int word, long mask) {
        assert Thread.holdsLock(this) && (words[word] & mask) == mask;
        words[word] &= ~mask;
        count(-Long.bitCount(mask));
    }

    /// Makes the pages of `mask` in `word` free. They must not be.
    public void give(int word, long mask) {
        assert Thread.holdsLock(this) && (words[word] & mask) == 0;
        words[word] |= mask;
        count(Long.bitCount(mask));
    }

    /// Word `word` of the pages that are lent: not free, and yet nobody's to release.
    public long lentWord(int word) {
        return words[LENT + word];
    }

    /// Takes free pages for a loan.
    public void lend(int word, long mask) {
        take(word, mask);
        words[LENT + word] |= mask;
    }

    /// Makes pages of a loan free again.
    public void unlend(int word, long mask) {
        assert Thread.holdsLock(this) && (words[LENT + word] & mask) == mask;
        words[LENT + word] &= ~mask;
        give(word, mask);
    }

    /// Says that the pages of `mask` in `word` are clean.
    ///
    /// @return how many of them were not known to be
    public int markClean(int word, long mask) {
        assert Thread.holdsLock(this);
        int changed = Long.bitCount(mask & ~words[CLEAN + word]);
        words[CLEAN + word] |= mask;
        return changed;
    }

    /// Says that the pages of `mask` in `word` may hold anything.
    ///
    /// @return how many of them were known to be clean
    public int markDirty(int word, long mask) {
        assert Thread.holdsLock(this);
        int changed = Long.bitCount(mask & words[CLEAN + word]);
        words[CLEAN + word] &= ~mask;
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
        for (int w = 0; w < WORDS; w++) {
            sum += Long.bitCount(words[w]);
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
        long any = 0;
        for (int w = 0; w < WORDS; w++) {
            words[SCRATCH + w] = words[w] & ~words[CLEAN + w];
            any |= words[SCRATCH + w];
        }
        int first = any != 0 && narrow(words, pages) ? lowest(words, alignment) : -1;
        if (first < 0) {
            System.arraycopy(words, 0, words, SCRATCH, WORDS);
            first = narrow(words, pages) ? lowest(words, alignment) : -1;
        }
        return first;
    }

    /// Keeps of the scratch the bits at which `pages` consecutive ones begin; false where none does.
    private static boolean narrow(long[] words, int pages) {
        int have = 1;
        while (have < pages) {
            int step = Math.min(have, pages - have);
            if (!andShifted(words, step)) {
                return false;
            }
            have += step;
        }
        return true;
    }

    /// `scratch &= scratch >>> distance` over all its words as one number; false where nothing is left.
    private static boolean andShifted(long[] words, int distance) {
        int whole = distance >>> 6;
        int bits = distance & 63;
        long any = 0;
        for (int w = SCRATCH; w < LENGTH; w++) {
            int from = w + whole;
            long low = from < LENGTH ? words[from] : 0;
            long high = from + 1 < LENGTH ? words[from + 1] : 0;
            long shifted = bits == 0 ? low : (low >>> bits) | (high << (Long.SIZE - bits));
            words[w] &= shifted;
            any |= words[w];
        }
        return any != 0;
    }

    /// The lowest of the scratch that is a multiple of `alignment`, a power of two.
    private static int lowest(long[] words, int alignment) {
        int step = Math.max(1, alignment >>> 6); // in words: those between them have no multiple
        long multiples = alignment >= Long.SIZE ? 1 : Long.divideUnsigned(-1L, (1L << alignment) - 1);
        for (int w = 0; w < WORDS; w += step) {
            long aligned = words[SCRATCH + w] & multiples;
            if (aligned != 0) {
                return (w << 6) + Long.numberOfTrailingZeros(aligned);
            }
        }
        return -1;
    }
}
