package dev.hz3.segment;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.WORD_SHIFT;

import java.util.Arrays;

/// A set of pages of one segment, as a bitmap: page `p` is bit `p & 63` of word `p >>> 6`, and there are 8 words.
///
/// Pages may be named one by one, as a range, or as a mask in a word, which is how two bitmaps meet. No method makes an object.
///
/// Threads: one at a time.
public final class PageSet {

    private final long[] words = new long[FREE_BITS_WORDS];

    /// Makes an empty set.
    public PageSet() {}

    /// Returns word `word`, 0 … [Geometry#FREE_BITS_WORDS] - 1.
    public long word(int word) {
        return words[word];
    }

    /// Makes the pages of `mask` all that the set has in `word`.
    public void set(int word, long mask) {
        words[word] = mask;
    }

    /// Adds the pages of `mask` in `word`.
    ///
    /// @return how many of them were not in the set
    public int add(int word, long mask) {
        int added = Long.bitCount(mask & ~words[word]);
        words[word] |= mask;
        return added;
    }

    /// Adds the pages from `first` up to `end`, at least one, all of which must exist.
    ///
    /// @return how many of them were not in the set
    public int addRange(int first, int end) {
        int added = 0;
        for (int w = first >>> WORD_SHIFT; w <= (end - 1) >>> WORD_SHIFT; w++) {
            added += add(w, PageRange.mask(first, end, w));
        }
        return added;
    }

    /// Removes the pages of `mask` in `word`.
    public void remove(int word, long mask) {
        words[word] &= ~mask;
    }

    /// Removes all pages.
    public void clear() {
        Arrays.fill(words, 0);
    }

    /// Whether `page` is in the set.
    public boolean contains(int page) {
        return (words[page >>> WORD_SHIFT] >>> page & 1) != 0;
    }

    /// Whether no page is in the set.
    public boolean isEmpty() {
        return nextSet(0) == PAGES_PER_SEGMENT;
    }

    /// The number of pages in the set.
    public int count() {
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /// Returns the first page at or behind `page` that is in the set; 512 if there is none.
    public int nextSet(int page) {
        return next(page, 0L);
    }

    /// Returns the first page at or behind `page` that is not in the set; 512 if there is none.
    public int nextClear(int page) {
        return next(page, -1L);
    }

    private int next(int page, long flip) {
        for (int w = page >>> WORD_SHIFT, from = page; w < FREE_BITS_WORDS; w++, from = 0) {
            long word = (words[w] ^ flip) & (-1L << from);
            if (word != 0) {
                return (w << WORD_SHIFT) + Long.numberOfTrailingZeros(word);
            }
        }
        return PAGES_PER_SEGMENT;
    }
}
