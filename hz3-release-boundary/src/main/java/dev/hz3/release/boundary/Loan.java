package dev.hz3.release.boundary;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.WORD_SHIFT;

import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import java.util.Arrays;

/// Pages of one segment that somebody wants to borrow, those of them that were lent, and those that come back clean.
///
///     wanted ⊇ lent ⊇ cleaned
///
/// To be used by one thread at a time; may be used again, for the same pages or after [#ask(Segment)] for others.
public final class Loan {

    private final long[] wanted = new long[FREE_BITS_WORDS];
    private final long[] lent = new long[FREE_BITS_WORDS];
    private final long[] cleaned = new long[FREE_BITS_WORDS];
    private Segment segment = Segment.NOWHERE;

    /// A loan of nothing.
    public Loan() {}

    /// Begins anew: a loan of pages of `segment`, none wanted yet.
    public void ask(Segment segment) {
        this.segment = segment;
        Arrays.fill(wanted, 0);
        Arrays.fill(lent, 0);
        Arrays.fill(cleaned, 0);
    }

    /// Wants the pages of `mask` in `word` too.
    public void want(int word, long mask) {
        wanted[word] |= mask;
    }

    /// Whose pages.
    public Segment segment() {
        return segment;
    }

    /// Word `word` of the pages wanted.
    public long wantedWord(int word) {
        return wanted[word];
    }

    /// Word `word` of the pages lent: those wanted ones that were free.
    public long lentWord(int word) {
        return lent[word];
    }

    /// How many pages were lent.
    public int lentPages() {
        int pages = 0;
        for (long word : lent) {
            pages += Long.bitCount(word);
        }
        return pages;
    }

    /// How many pages were wanted and found used.
    public int refusedPages() {
        int pages = 0;
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            pages += Long.bitCount(wanted[w] & ~lent[w]);
        }
        return pages;
    }

    /// The first stretch of lent pages that begins at or behind `page`, as `first << 16 | count`; [#NO_STRETCH] behind the last.
    public int nextLent(int page) {
        int first = next(page, 0L);
        return first == PAGES_PER_SEGMENT ? NO_STRETCH : first << COUNT_BITS | next(first, -1L) - first;
    }

    /// What [#nextLent(int)] answers where there is no further stretch.
    public static final int NO_STRETCH = -1;

    private static final int COUNT_BITS = 16;

    /// The first page of a stretch.
    public static int firstOf(int stretch) {
        return stretch >>> COUNT_BITS;
    }

    /// The number of pages of a stretch.
    public static int countOf(int stretch) {
        return stretch & (1 << COUNT_BITS) - 1;
    }

    /// Says that lent pages come back clean: the kernel has taken them, and they read as zero.
    ///
    /// @throws IllegalArgumentException where one of them was not lent
    public void cleaned(PageRange pages) {
        cleaned(pages.first(), pages.count());
    }

    /// Marks the `count` pages from `first` on as clean, without an object.
    ///
    /// @throws IllegalArgumentException where one of them was not lent
    public void cleaned(int first, int count) {
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            long mask = PageRange.mask(first, first + count, w);
            if ((mask & ~lent[w]) != 0) {
                throw new IllegalArgumentException("cleaned(first=" + first + ", count=" + count + "): not lent, segment=" + segment);
            }
            cleaned[w] |= mask;
        }
    }

    /// Forgets what was lent and cleaned before: it says nothing of this time.
    void begin() {
        Arrays.fill(lent, 0);
        Arrays.fill(cleaned, 0);
    }

    void lend(int word, long mask) {
        lent[word] = mask;
    }

    long cleanedWord(int word) {
        return cleaned[word];
    }

    private int next(int page, long flip) {
        for (int w = page >>> WORD_SHIFT, from = page; w < FREE_BITS_WORDS; w++, from = 0) {
            long word = (lent[w] ^ flip) & (-1L << from);
            if (word != 0) {
                return (w << WORD_SHIFT) + Long.numberOfTrailingZeros(word);
            }
        }
        return PAGES_PER_SEGMENT;
    }
}
