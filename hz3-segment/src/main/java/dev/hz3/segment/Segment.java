package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.segment.bits.FreeBits;
import java.util.Arrays;

/// The bookkeeping of 2 MiB of addresses: which pages are free, what the used ones hold, who holds the blocks.
///
///     free_bits   1 1 0 0 0 1 …      written by the release boundary alone
///     tags        · · c > > · …      the class of a run at its head, "interior" behind it; written by whoever claimed the run
///     runs            s              who holds the run that begins at that page, in a medium segment
///     small runs      r r            the run of blocks that the page belongs to, in a small segment
///
/// Threads: every read may be made by any thread and gives a recent value. Tags are written by the thread that owns
/// the pages: the one that claimed them, until it hands the block out.
public final class Segment {

    /// The tag of a page that begins no block: free, or just claimed.
    public static final int UNTAGGED = 0;
    /// The tag of every page of a run but its first.
    public static final int INTERIOR = 0x7F;
    /// The tag of the first page of a block that is larger than medium.
    public static final int LARGE = 0x7E;
    /// The tag of the first page of a block that is larger than a segment.
    public static final int SPAN = 0x7D;
    private static final int CLASS_TAG = 1;

    /// Stands in the address map where there is no segment: it has no free page and begins no block.
    public static final Segment NOWHERE = new Segment();

    private final int index;
    private final long base;
    private final SegmentKind kind;
    private final PackPool home;
    private final FreeBits bits;
    private final byte[] tags = new byte[PAGES_PER_SEGMENT];
    private final BlockStates runs;
    private final SmallRun[] smallRuns;
    private long spanPages;
    private volatile boolean closed;
    private volatile boolean huge;

    /// Where the pack pool keeps this segment; the pool's own, under its lock.
    final PackPool.Place place = new PackPool.Place(this);

    private Segment() {
        index = -1;
        base = 0;
        kind = SegmentKind.MEDIUM;
        home = PackPool.NOBODYS;
        bits = new FreeBits(0);
        runs = new BlockStates(PAGES_PER_SEGMENT);
        smallRuns = noSmallRuns();
    }

    /// The bookkeeping of slot `index`, whose first address is `base`, for the owner of `home`; every page is free but the header.
    public Segment(int index, long base, SegmentKind kind, PackPool home) {
        if (index < 0 || base <= 0 || (base & (SEGMENT_BYTES - 1)) != 0) {
            throw new IllegalArgumentException("no such segment: index=" + index + ", base=0x" + Long.toHexString(base));
        }
        this.index = index;
        this.base = base;
        this.kind = kind;
        this.home = home;
        bits = new FreeBits(kind.headerPages());
        runs = kind == SegmentKind.SMALL ? NOWHERE.runs : new BlockStates(PAGES_PER_SEGMENT);
        smallRuns = kind == SegmentKind.SMALL ? noSmallRuns() : NOWHERE.smallRuns;
    }

    private static SmallRun[] noSmallRuns() {
        SmallRun[] none = new SmallRun[PAGES_PER_SEGMENT];
        Arrays.fill(none, SmallRun.NONE);
        return none;
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

    /// The length of the longest stretch of free pages, 0 … 512. Goes from stretch to stretch, not from page to page.
    public int longestFreeStretch() {
        int longest = 0;
        int page = nextFree(0);
        while (page < PAGES_PER_SEGMENT) {
            int end = nextUsed(page);
            longest = Math.max(longest, end - page);
            page = nextFree(end);
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

    // ---- tags and blocks -----------------------------------------------------------------------------------------

    /// The tag of `page`: [#UNTAGGED], [#INTERIOR], or what [#classOf(int)] understands.
    public int tag(int page) {
        return tags[page];
    }

    /// Whether `tag` says that a block, or a page of blocks, begins here.
    public static boolean isHead(int tag) {
        return tag != UNTAGGED && tag != INTERIOR;
    }

    /// Whether `tag` says that a run of a size class begins here.
    public static boolean isRun(int tag) {
        return tag > UNTAGGED && tag <= SizeClasses.COUNT;
    }

    /// The size class that a head's tag stands for.
    public static int classOf(int tag) {
        return tag - CLASS_TAG;
    }

    /// Writes the tags of a run that the caller has just claimed.
    public void tag(PageRange run, int sizeClass) {
        for (int page = run.first() + 1; page < run.end(); page++) {
            tags[page] = INTERIOR;
        }
        tags[run.first()] = (byte) (sizeClass + CLASS_TAG);
    }

    /// Writes the tags of a run that the caller has just claimed for a block larger than medium.
    public void tagLarge(PageRange run) {
        for (int page = run.first() + 1; page < run.end(); page++) {
            tags[page] = INTERIOR;
        }
        tags[run.first()] = LARGE;
    }

    /// Writes the tags of a block of `pages` pages that begins with this segment and goes on in those behind it. The caller has claimed all of it.
    public void tagSpan(long pages) {
        Arrays.fill(tags, (byte) INTERIOR);
        tags[0] = SPAN;
        spanPages = pages;
    }

    /// Writes the tags of the first `pages` pages of a segment into which a block goes on that began in another.
    public void tagGoesOn(int pages) {
        Arrays.fill(tags, 0, pages, (byte) INTERIOR);
    }

    /// How many pages the block has that begins with this segment and goes on in those behind it.
    public long spanPages() {
        return spanPages;
    }

    /// How many pages the run has that begins at `first`, by its tags.
    public int runPages(int first) {
        int end = first + 1;
        while (end < PAGES_PER_SEGMENT && tags[end] == INTERIOR) {
            end++;
        }
        return end - first;
    }

    /// Clears the tags of pages that are about to be released, or were never tagged.
    public void untag(PageRange pages) {
        for (int page = pages.first(); page < pages.end(); page++) {
            tags[page] = UNTAGGED;
        }
    }

    /// The run of small or sub-4K blocks that `page` belongs to; [SmallRun#NONE] where there is none.
    public SmallRun smallRun(int page) {
        return smallRuns[page];
    }

    /// Enters a run of small or sub-4K blocks, in a small segment, on pages that the caller has claimed. No block of it may be in use yet.
    public void enter(SmallRun run) {
        if (kind != SegmentKind.SMALL || run.segment() != this) {
            throw new IllegalArgumentException("enter(" + run + "): not in " + this);
        }
        PageRange pages = run.pages();
        tag(pages, run.sizeClass());
        Arrays.fill(smallRuns, pages.first(), pages.end(), run);
    }

    /// Forgets a run, which is empty and on its way to be released.
    void forget(SmallRun run) {
        Arrays.fill(smallRuns, run.first(), run.pages().end(), SmallRun.NONE);
    }

    /// Who holds the runs, by the page that each begins at.
    public BlockStates runs() {
        return runs;
    }

    @Override
    public String toString() {
        return index < 0
                ? "Segment[nowhere]"
                : "Segment[index=" + index + ", base=0x" + Long.toHexString(base) + ", kind=" + kind + ", freePages=" + freePages() + "]";
    }
}
