package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;

/// Consecutive pages of one segment: `first` is an index (from 0), `count` is a count (from 1).
public record PageRange(int first, int count) {

    /// Pages that exist.
    ///
    /// @throws IllegalArgumentException where the range leaves the segment; nothing can wrap, because the sum is never made
    public PageRange {
        if (first < 0 || count < 1 || count > PAGES_PER_SEGMENT - first) {
            throw new IllegalArgumentException("no such pages: first=" + first + ", count=" + count);
        }
    }

    /// The index of the first page behind the range.
    public int end() {
        return first + count;
    }

    /// The part of this range that lies in word `word` of a bit set over the pages, as a mask.
    public long mask(int word) {
        return mask(first, end(), word);
    }

    /// The bits of word `word` for the pages from `first` up to `end`, without an object.
    public static long mask(int first, int end, int word) {
        int low = Math.max(first - (word << Geometry.WORD_SHIFT), 0);
        int high = Math.min(end - (word << Geometry.WORD_SHIFT), Long.SIZE);
        if (low >= high) {
            return 0;
        }
        return (-1L << low) & (-1L >>> (Long.SIZE - high));
    }
}
