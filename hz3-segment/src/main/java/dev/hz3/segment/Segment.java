package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.segment.bits.FreeBits;
import org.jspecify.annotations.Nullable;

/// The bookkeeping of 2 MiB of addresses: which pages are free, what the used ones hold, who holds the blocks.
///
///     free_bits   1 1 0 0 0 1 …      written by the release boundary alone
///     page words  · · c > > · …      what the used ones hold, see PageWord; written by whoever claimed the pages
///
/// Page words, and the states of the blocks, lie in the [PageTable]; the words are written here and in the lists of stock alone.
///
/// Threads: every read may be made by any thread and gives a recent value. Words are written by the thread that owns
/// the pages: the one that claimed them, until it hands the block out.
public final class Segment {

    /// Stands in the address map where there is no segment: it has no free page and begins no block.
    public static final Segment NOWHERE = new Segment();

    static {
        Slab.ready(); // now, and not when the first small segment opens: there may be neither stack nor Java memory for it then
    }

    private final int index;
    private final long base;
    private final SegmentKind kind;
    private final PackPool home;
    private final FreeBits bits;
    private final @Nullable PageTable table; // null for NOWHERE alone
    private final @Nullable Slab slab; // of a small segment
    private volatile boolean hasWords;
    private volatile boolean closed;
    private volatile boolean huge;

    /// Whether it is closed and its slot not free yet; the address map's own, under its lock.
    boolean holdsSlot;

    /// Where the pack pool keeps this segment; the pool's own, under its lock.
    final PackPool.Place place = new PackPool.Place(this);

    private Segment() {
        index = -1;
        base = 0;
        kind = SegmentKind.MEDIUM;
        home = PackPool.NOBODYS;
        bits = new FreeBits(0, new long[FreeBits.LENGTH]);
        table = null;
        slab = null;
    }

    /// The bookkeeping of slot `index`, whose first address is `base`, for the owner of `home`; every page is free but the header.
    ///
    /// @param nothing see [FreeBits]
    /// @param spent a segment that is closed, whose bits this one takes over; [#NOWHERE] for bits of its own
    Segment(PageTable table, int index, long base, SegmentKind kind, PackPool home, long[] nothing, Segment spent) {
        if (index < 0 || base <= 0 || (base & (SEGMENT_BYTES - 1)) != 0) {
            throw new IllegalArgumentException("no such segment: index=" + index + ", base=0x" + Long.toHexString(base));
        }
        this.index = index;
        this.base = base;
        this.kind = kind;
        this.home = home;
        this.table = table;
        slab = kind == SegmentKind.SMALL ? new Slab(table, index) : null;
        bits = spent == NOWHERE ? new FreeBits(kind.headerPages(), nothing) : new FreeBits(kind.headerPages(), spent.bits, true);
    }

    /// The bookkeeping of the slot of `before`, which is closed and whose pages and tables stay as they are: what is not known to be clean may be resident.
    Segment(Segment before, SegmentKind kind, PackPool home) {
        index = before.index;
        base = before.base;
        this.kind = kind;
        this.home = home;
        table = before.table;
        slab = before.slab == null && kind == SegmentKind.SMALL ? new Slab(before.tables(), index) : before.slab;
        hasWords = before.hasWords;
        huge = before.huge;
        bits = new FreeBits(kind.headerPages(), before.bits, false); // last: what came before it may fail, and the bits are gone from there now
    }

    /// Its slot in the reserved range, from 0; -1 for [#NOWHERE].
    public int index() {
        return index;
    }

    /// Its first address.
    public long base() {
        return base;
    }

    /// What it holds.
    public SegmentKind kind() {
        return kind;
    }

    /// The pack pool of the shard that owns it.
    public PackPool home() {
        return home;
    }

    /// Whether it has left the address map for good.
    public boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    /// Whether one huge page backs all of it, as far as is known.
    public boolean isHuge() {
        return huge;
    }

    /// Says that one huge page backs all of it, or that this has ended.
    public void huge(boolean isHuge) {
        huge = isHuge;
    }

    /// The first address of page `page`.
    public long addressOf(int page) {
        return base + ((long) page << PAGE_SHIFT);
    }

    /// The page of its segment that `address` lies in.
    public static int pageOf(long address) {
        return (int) (address >>> PAGE_SHIFT) & (PAGES_PER_SEGMENT - 1);
    }

    /// Whether `address` lies in this segment.
    public boolean spans(long address) {
        return index >= 0 && address >>> SEGMENT_SHIFT == base >>> SEGMENT_SHIFT;
    }

    // ---- free_bits, to read --------------------------------------------------------------------------------------

    /// Whether `page` is free.
    public boolean isFree(int page) {
        return (bits.freeWord(page >>> Geometry.WORD_SHIFT) >>> page & 1) != 0;
    }

    /// The number of free pages; equals the bits of `free_bits` after each crossing (I2).
    public int freePages() {
        return bits.freePages();
    }

    /// Whether every page that can be free is.
    public boolean isEmpty() {
        return freePages() == PAGES_PER_SEGMENT - kind.headerPages();
    }

    /// Word `word` of `free_bits`, 0 … [Geometry#FREE_BITS_WORDS] - 1.
    public long freeWord(int word) {
        return bits.freeWord(word);
    }

    /// Word `word` of the clean bits: pages that are known to be neither resident nor anything but zero.
    public long cleanWord(int word) {
        return bits.cleanWord(word);
    }

    /// Whether every page of `pages` is known to read as zero. Of use to whoever has just claimed them.
    public boolean isClean(PageRange pages) {
        for (int w = pages.first() >>> Geometry.WORD_SHIFT; w <= (pages.end() - 1) >>> Geometry.WORD_SHIFT; w++) {
            if ((pages.mask(w) & ~bits.cleanWord(w)) != 0) {
                return false;
            }
        }
        return true;
    }

    /// How many of `pages` are known to read as zero: so many are not resident.
    public int cleanPages(PageRange pages) {
        int clean = 0;
        for (int w = pages.first() >>> Geometry.WORD_SHIFT; w <= (pages.end() - 1) >>> Geometry.WORD_SHIFT; w++) {
            clean += Long.bitCount(pages.mask(w) & bits.cleanWord(w));
        }
        return clean;
    }

    /// How many of all its pages, used and free, may be resident. Without an object: it is asked where there may be no Java memory.
    public int dirtyPages() {
        int dirty = 0;
        for (int w = 0; w < Geometry.FREE_BITS_WORDS; w++) {
            dirty += Long.bitCount(~bits.cleanWord(w));
        }
        return dirty;
    }

    /// The length of the longest stretch of free pages, 0 … 512. Goes from word to word, and within a word from length to length: it is asked after each
    /// claim and release, and every second page may be free.
    public int longestFreeStretch() {
        int longest = 0;
        int run = 0; // how many pages before the word are free
        for (int w = 0; w < Geometry.FREE_BITS_WORDS; w++) {
            long word = bits.freeWord(w);
            int head = Long.numberOfTrailingZeros(~word);
            longest = Math.max(longest, run + head);
            if (head == Long.SIZE) {
                run += head;
            } else {
                longest = Math.max(longest, longestWithin(word, longest));
                run = Long.numberOfLeadingZeros(~word);
            }
        }
        return longest;
    }

    /// The length of the longest stretch of ones in `word`, which is not all ones; `known` where it has none longer than that.
    private static int longestWithin(long word, int known) {
        long starts = word; // where stretches of `length` begin
        int length = 1;
        while (length <= known && starts != 0) {
            int more = Math.min(length, known + 1 - length);
            starts &= starts >>> more;
            length += more;
        }
        int longest = known;
        while (starts != 0) {
            longest = length++;
            starts &= starts >>> 1;
        }
        return longest;
    }

    /// The first free page at or behind `page`; 512 where there is none.
    public int nextFree(int page) {
        return next(page, 0L);
    }

    /// The first page at or behind `page` that is not free; 512 where there is none.
    public int nextUsed(int page) {
        return next(page, -1L);
    }

    private int next(int page, long flip) {
        if (page >= PAGES_PER_SEGMENT) {
            return PAGES_PER_SEGMENT;
        }
        int w = page >>> Geometry.WORD_SHIFT;
        long word = (bits.freeWord(w) ^ flip) & (-1L << page);
        while (word == 0) {
            if (++w == Geometry.FREE_BITS_WORDS) {
                return PAGES_PER_SEGMENT;
            }
            word = bits.freeWord(w) ^ flip;
        }
        return (w << Geometry.WORD_SHIFT) + Long.numberOfTrailingZeros(word);
    }

    /// The pen's paper. Its type is exported to the release boundary alone, so nobody else can name or call what this returns.
    @SuppressWarnings("exports") // that clients cannot use the type is the point
    public FreeBits bits() {
        return bits;
    }

    // ---- page words ----------------------------------------------------------------------------------------------

    /// Returns the word of `page`; [PageWord#NOBODYS] if it is free, or was just claimed.
    public long word(int page) {
        return table == null ? PageWord.NOBODYS : table.word(addressOf(page));
    }

    /// Whether no run or block has `page`: it is free, or was just claimed.
    public boolean isNobodys(int page) {
        return word(page) == PageWord.NOBODYS;
    }

    /// Whether a run of whole pages of the class begins at `page`, or one of several blocks.
    public boolean beginsRun(int page, int sizeClass) {
        long word = word(page);
        return word != PageWord.NOBODYS && PageWord.sizeClass(word) == sizeClass && PageWord.page(word) == 0;
    }

    /// Whether a block of whole pages that is of no class begins at `page`.
    public boolean beginsLarge(int page) {
        int sizeClass = PageWord.sizeClass(word(page));
        return sizeClass == PageWord.LARGE || sizeClass == PageWord.SPAN || sizeClass == PageWord.LONE;
    }

    /// Returns the address of the state of the block of whole pages that begins at `page`.
    public long wholeState(int page) {
        return tables().wholeState(addressOf(page));
    }

    private PageTable tables() {
        if (table == null) {
            throw new IllegalStateException("no pages: " + this);
        }
        return table;
    }

    /// Writes the words of a run that the caller has just claimed for one block of a class of whole pages.
    public void tag(PageRange run, int sizeClass) {
        tag(run.first(), run.count(), sizeClass);
    }

    /// Writes the words of the run of `count` pages at `first`, which the caller has just claimed for one block of a class of whole pages.
    public void tag(int first, int count, int sizeClass) {
        interiors(first + 1, first + count, count);
        tables().whole(addressOf(first), sizeClass);
    }

    /// Writes the words of the run of `count` pages at `first`, which the caller has just claimed for a block that is of no class.
    public void tagLarge(int first, int count) {
        tag(first, count, count == 1 ? PageWord.LONE : PageWord.LARGE);
    }

    /// Writes the words of a block of `pages` pages that begins with this segment and goes on in those behind it. The caller has claimed all of it.
    public void tagSpan(long pages) {
        interiors(1, PAGES_PER_SEGMENT, pages);
        tables().whole(base, PageWord.SPAN);
    }

    /// Writes the words of the first `pages` pages of a segment into which a block goes on that began in another.
    public void tagGoesOn(int pages) {
        interiors(0, pages, pages);
    }

    private void interiors(int from, int to, long pages) {
        noteWords();
        PageTable words = tables();
        long interior = PageWord.interior(pages);
        for (int page = from; page < to; page++) {
            words.word(addressOf(page), interior);
        }
    }

    private void noteWords() {
        if (!hasWords) {
            synchronized (this) {
                if (!hasWords) {
                    hasWords = true;
                    tables().touched(1);
                }
            }
        }
    }

    /// How many pages the block has that is of no class and begins at `first`.
    public long largePages(int first) {
        return PageWord.sizeClass(word(first)) == PageWord.LONE ? 1 : PageWord.pagesOf(word(first + 1));
    }

    /// Clears the words of pages that are about to be released.
    public void untag(PageRange pages) {
        untag(pages.first(), pages.count());
    }

    /// Clears the words of `count` pages from `first` on.
    public void untag(int first, int count) {
        if (table != null && hasWords) {
            for (int page = first; page < first + count; page++) {
                table.word(addressOf(page), PageWord.NOBODYS);
            }
        }
    }

    /// Enters a run of several blocks, in a small segment, on pages that the caller has claimed.
    ///
    /// @param first its first page
    /// @return whether it did; `false` if the segment has no room for the states of its blocks in one piece
    public boolean enter(int first, int sizeClass) {
        if (kind != SegmentKind.SMALL || slab == null || SizeClasses.isMedium(sizeClass) || first < kind.headerPages()) {
            throw new IllegalArgumentException("enter(first=" + first + ", sizeClass=" + sizeClass + "): not in " + this);
        }
        long slot = slab.take(SmallRun.slotBytes(sizeClass));
        if (slot == Slab.NONE) {
            return false;
        }
        noteWords();
        long states = slot + SmallRun.HEAD_BYTES;
        SmallRun.init(states);
        long offset = tables().offsetOf(states);
        for (int page = 0; page < SizeClasses.pages(sizeClass); page++) {
            tables().word(addressOf(first + page), PageWord.of(sizeClass, page, offset));
        }
        return true;
    }

    /// Forgets a run, which is empty and on its way to be released.
    void forget(int first, int sizeClass) {
        long states = tables().states(word(first));
        untag(first, SizeClasses.pages(sizeClass));
        if (slab != null) {
            slab.give(states - SmallRun.HEAD_BYTES, SmallRun.slotBytes(sizeClass));
        }
    }

    /// What is known of the run of several blocks that begins at `page`, in words.
    public String describeRun(int page) {
        long word = word(page);
        return SmallRun.describe(page, tables().states(word), PageWord.sizeClass(word));
    }

    /// Returns the length of a range of the tables that describe this segment alone, in bytes, as far as it was ever touched; 0 if there is nothing to give back.
    ///
    /// @param which as in [PageTable#tableAddress(int, int)]
    public long tableBytes(int which) {
        if (which == 0) {
            return hasWords ? tables().purgeableWords() : 0;
        }
        return tables().purgeableSlab(slabBytes());
    }

    /// How many pages of the tables were touched for this segment.
    int tablePages() {
        return (hasWords ? 1 : 0) + (slabBytes() + Geometry.PAGE_BYTES - 1 >>> PAGE_SHIFT);
    }

    /// How many bytes of its slab were ever touched.
    private int slabBytes() {
        return slab == null ? 0 : slab.touchedBytes();
    }

    @Override
    public String toString() {
        return index < 0
                ? "Segment[nowhere]"
                : "Segment[index=" + index + ", base=0x" + Long.toHexString(base) + ", kind=" + kind + ", freePages=" + freePages() + "]";
    }
}
