package dev.hz3.release.boundary;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;

import dev.hz3.segment.PageRange;
import dev.hz3.segment.PageSet;
import dev.hz3.segment.Segment;

/// Pages of one segment that somebody wants to borrow, those of them that were lent, and those that come back clean.
///
///     wanted ⊇ lent ⊇ cleaned
///
/// To be used by one thread at a time; may be used again, for the same pages or after [#ask(Segment)] for others.
public final class Loan {

    private final PageSet wanted = new PageSet();
    private final PageSet lent = new PageSet();
    private final PageSet cleaned = new PageSet();
    private Segment segment = Segment.NOWHERE;

    /// A loan of nothing.
    public Loan() {}

    /// Begins anew: a loan of pages of `segment`, none wanted yet.
    public void ask(Segment segment) {
        this.segment = segment;
        wanted.clear();
        begin();
    }

    /// Wants the pages of `mask` in `word` too.
    public void want(int word, long mask) {
        wanted.add(word, mask);
    }

    /// Whose pages.
    public Segment segment() {
        return segment;
    }

    /// Word `word` of the pages wanted.
    public long wantedWord(int word) {
        return wanted.word(word);
    }

    /// Word `word` of the pages lent: those wanted ones that were free.
    public long lentWord(int word) {
        return lent.word(word);
    }

    /// How many pages were lent.
    public int lentPages() {
        return lent.count();
    }

    /// How many pages were wanted and found used.
    public int refusedPages() {
        return wanted.count() - lent.count();
    }

    /// The first stretch of lent pages that begins at or behind `page`, as `first << 16 | count`; [#NO_STRETCH] behind the last.
    public int nextLent(int page) {
        int first = lent.nextSet(page);
        return first == PAGES_PER_SEGMENT ? NO_STRETCH : first << COUNT_BITS | lent.nextClear(first) - first;
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
        if (lent.nextClear(first) < first + count) {
            throw new IllegalArgumentException("cleaned(first=" + first + ", count=" + count + "): not lent, segment=" + segment);
        }
        cleaned.addRange(first, first + count);
    }

    /// Forgets what was lent and cleaned before: it says nothing of this time.
    void begin() {
        lent.clear();
        cleaned.clear();
    }

    void lend(int word, long mask) {
        lent.set(word, mask);
    }

    long cleanedWord(int word) {
        return cleaned.word(word);
    }
}
