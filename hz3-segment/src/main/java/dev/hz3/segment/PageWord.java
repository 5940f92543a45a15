package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

/// The shape of the 64 bits that the page table has for each page.
///
///     63                             26 25         22 21        16 15                      0
///     │ states, in units of 8 bytes    │ page of run │   class    │ state of a whole run    │
///
/// `class` is a size class or one of [#LONE], [#SPAN], [#INTERIOR] and [#LARGE]. A run that is one block has its state in the low bits of its own
/// word, and `states` names that word; a run of several blocks has its states in the segment's slab. A page that belongs to nobody has
/// the word 0, whose states are those of a dummy that nobody owns: a wrong free reads it and is refused, without a branch.
public final class PageWord {

    /// The word of a page that belongs to nobody.
    public static final long NOBODYS = 0;
    /// In place of a class: a block that is one page of its own, because of its alignment.
    public static final int LONE = 60;
    /// In place of a class: the first page of a block that is larger than a segment.
    public static final int SPAN = 61;
    /// In place of a class: a page of a block of whole pages, but not its first.
    public static final int INTERIOR = 62;
    /// In place of a class: the first page of a block that is larger than medium and lies in one segment.
    public static final int LARGE = 63;

    static final int CLASSES = 64;

    static final int STATE_BITS = 16;
    static final int STATE_BYTES = STATE_BITS / Byte.SIZE;
    private static final int PAGE_FIELD = 22;
    private static final int STATES_FIELD = 26;
    private static final int UNIT_SHIFT = 3;
    private static final int MAX_PAGE = 15;

    /// The most bytes that lie between the beginning of the tables and a state.
    static final long MAX_STATES_OFFSET = 1L << (Long.SIZE - STATES_FIELD + UNIT_SHIFT);

    private PageWord() {}

    /// Returns a word whose state is 0.
    static long of(int sizeClass, int page, long statesOffset) {
        return statesOffset >>> UNIT_SHIFT << STATES_FIELD | (long) page << PAGE_FIELD | (long) sizeClass << STATE_BITS;
    }

    /// Returns the word of a page of a block of whole pages that is not its first; `pages` stands in the place of the states. Its place in the
    /// run is never 0, so that no address in it is taken for a block's.
    static long interior(long pages) {
        return of(INTERIOR, MAX_PAGE, pages << UNIT_SHIFT);
    }

    /// Returns the number of pages that [#interior(long)] was given.
    static long pagesOf(long interior) {
        return interior >>> STATES_FIELD;
    }

    /// Returns the class.
    public static int sizeClass(long word) {
        return (int) (word >>> STATE_BITS) & (CLASSES - 1);
    }

    /// Whether a block of no class and of more than one page begins with the page that has this class.
    public static boolean isLarge(int sizeClass) {
        return sizeClass == LARGE || sizeClass == SPAN;
    }

    /// Returns where the page lies in its run, from 0.
    public static int page(long word) {
        return (int) (word >>> PAGE_FIELD) & MAX_PAGE;
    }

    /// Returns how far `address`, in the page of `word`, lies behind the first byte of its run.
    public static long offset(long word, long address) {
        return (address & (PAGE_BYTES - 1)) + ((word >>> PAGE_FIELD & MAX_PAGE) << PAGE_SHIFT);
    }

    /// Returns how far the states of the run lie behind the beginning of the tables, in bytes.
    public static long statesOffset(long word) {
        return word >>> STATES_FIELD << UNIT_SHIFT;
    }
}
