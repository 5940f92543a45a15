package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.raw.RawMemory;
import dev.hz3.segment.states.BlockStates;
import java.util.concurrent.atomic.AtomicLong;

/// What the pages of a range hold, found by arithmetic on the address: a word a page, and a slab of states a segment.
///
///     tables   │ dummy │ words of segment 0 │ words of 1 │ … │ slab of segment 0 │ slab of 1 │ …
///              4 KiB    4 KiB each, 8 bytes a page           320 KiB each, as much of it as its runs need
///
///     address ──▶ page word ──▶ state      two loads, all else is arithmetic
///
/// The tables lie outside the Java heap and away from the memory that users write, with unmapped room around them. What describes a segment is
/// given back with it. All of the tables can be read at any time; before a segment opened they read as zero.
///
/// Threads: a word is written by whoever owns its page; anybody may read it.
public final class PageTable {

    /// How many bytes of states and bookkeeping of runs a segment can have.
    static final int SLAB_BYTES = 320 << 10;

    private static final int WORD_SHIFT = 3;
    private static final long WORDS_BYTES = (long) PAGES_PER_SEGMENT << WORD_SHIFT;
    private static final long PER_SEGMENT = WORDS_BYTES + SLAB_BYTES;
    /// Tables are made usable for so many segments at once.
    private static final int STEP = 16;

    private final OperatingSystem os;
    private final ReservedRange range;
    private final ReservedRange tables;
    static {
        // Now, and not in an operation that may run out of stack or of Java memory: what is not initialized then never will be.
        RawMemory.ready();
        BlockStates.ready();
        SmallRun.ready();
    }

    private final int slots;
    private final long base; // of the range
    private final long bytes;
    private final long words; // where the word of page 0 of all addresses would lie
    private final long start;
    private final long slabs;
    private final AtomicLong touchedPages = new AtomicLong();
    private volatile int usableSlots; // written under this

    /// A table for the segments of `range`.
    ///
    /// @throws OutOfMemoryError if the system refuses the addresses
    PageTable(OperatingSystem os, ReservedRange range) {
        this.os = os;
        this.range = range;
        slots = Math.toIntExact(range.bytes() >>> SEGMENT_SHIFT);
        long dummy = Math.max(PAGE_BYTES, os.pageBytes());
        long unit = Math.max(1, os.pageBytes() / WORDS_BYTES); // so that the slabs begin at a page of the kernel's
        long wordsBytes = (slots + unit - 1) / unit * unit * WORDS_BYTES;
        tables = os.reserveTable(dummy + wordsBytes + (long) slots * SLAB_BYTES);
        base = range.base();
        bytes = range.bytes();
        start = tables.base();
        words = start + dummy - (base >>> PAGE_SHIFT << WORD_SHIFT);
        slabs = start + dummy + wordsBytes;
    }

    /// Returns how many bytes of a range of `bytes` a table can describe, a multiple of a segment.
    static long describable(long bytes) {
        return Math.min(bytes, (PageWord.MAX_STATES_OFFSET - SEGMENT_BYTES) / PER_SEGMENT << SEGMENT_SHIFT);
    }

    /// Gives the tables' addresses back.
    void close() {
        os.unreserve(tables);
    }

    // ---- the way from an address to its block ----------------------------------------------------------------------

    /// Whether `address`, any number, lies in the range, so that it has a word.
    public boolean covers(long address) {
        return Long.compareUnsigned(address - base, bytes) < 0;
    }

    /// Returns the word of the page that `address` lies in, which must be in the range.
    public long word(long address) {
        return RawMemory.getLong(wordAt(address));
    }

    /// Returns what [#word(long)] does but for the state in it, which reads as 0. A processor that has just written that state need not wait
    /// until the write has reached its cache, as it must before it reads the whole word.
    public long shape(long address) {
        return RawMemory.getLong(wordAt(address) + PageWord.STATE_BYTES) << PageWord.STATE_BITS;
    }

    /// Returns the address of the first state of the run that `word` belongs to.
    public long states(long word) {
        return start + PageWord.statesOffset(word);
    }

    /// Returns the address of the state of the block that begins at `address`; [#NO_STATE] if no block of a size class begins there, and
    /// for every number that is not in the range.
    public long stateOf(long address) {
        if (!covers(address)) {
            return NO_STATE;
        }
        long word = word(address);
        int sizeClass = PageWord.sizeClass(word);
        if (word == PageWord.NOBODYS || sizeClass >= SizeClasses.COUNT) {
            return NO_STATE;
        }
        long offset = PageWord.offset(word, address);
        long block = SizeClasses.blockAt(sizeClass, offset);
        if (block * SizeClasses.bytes(sizeClass) != offset || block >= SizeClasses.objects(sizeClass)) {
            return NO_STATE;
        }
        // The word of a run in stock has a link where the place of its states stands.
        return SizeClasses.isMedium(sizeClass) ? wordAt(address) : states(word) + block * BlockStates.BYTES;
    }

    /// Returns how many pages the block has that begins at `address`, in the range, and is of no class but of more than one page. Any number where none begins there.
    public long largePages(long address) {
        return PageWord.pagesOf(word(address + PAGE_BYTES));
    }

    /// There is no such state.
    public static final long NO_STATE = 0;

    // ---- words, written by this box alone --------------------------------------------------------------------------

    private long wordAt(long address) {
        return words + (address >>> PAGE_SHIFT << WORD_SHIFT);
    }

    void word(long address, long word) {
        RawMemory.putLong(wordAt(address), word);
    }

    /// Writes the first word of a run that is one block; its state is in it.
    void whole(long address, int sizeClass) {
        word(address, wholeWord(address, sizeClass));
    }

    /// Returns the first word of a run that is one block and that nobody has.
    long wholeWord(long address, int sizeClass) {
        return PageWord.of(sizeClass, 0, wordAt(address) - start);
    }

    /// Returns the address of the state of the run of whole pages that begins at `address`.
    long wholeState(long address) {
        return wordAt(address);
    }

    /// Returns the first address of the page whose word lies at `offset` of the tables.
    long addressOfWord(long offset) {
        return start + offset - words >>> WORD_SHIFT << PAGE_SHIFT;
    }

    // ---- pages of the range by number: the names of runs -----------------------------------------------------------

    /// Returns the number of the page that `address` lies in, from 0.
    long pageNumber(long address) {
        return address - base >>> PAGE_SHIFT;
    }

    /// Returns the first address of a page by its number.
    long addressOf(long pageNumber) {
        return base + (pageNumber << PAGE_SHIFT);
    }

    // ---- the slabs -------------------------------------------------------------------------------------------------

    long slab(int slot) {
        return slabs + (long) slot * SLAB_BYTES;
    }

    long offsetOf(long at) {
        return at - start;
    }

    /// Makes the tables of the slots below `end` usable.
    ///
    /// @throws OutOfMemoryError if the system refuses
    void commit(int end) {
        int usable = usableSlots;
        if (end <= usable) {
            return;
        }
        int to = (int) Math.min(slots, ((long) end + STEP - 1) / STEP * STEP);
        long from = Math.max(start, words + (base + ((long) usable << SEGMENT_SHIFT) >>> PAGE_SHIFT << WORD_SHIFT));
        long pageBytes = Math.max(PAGE_BYTES, os.pageBytes());
        long wordsEnd = words + (base + ((long) to << SEGMENT_SHIFT) >>> PAGE_SHIFT << WORD_SHIFT);
        from &= -pageBytes;
        wordsEnd = Math.min(slabs, wordsEnd + pageBytes - 1 & -pageBytes);
        os.commit(tables, from, wordsEnd - from);
        os.commit(tables, slab(usable), slab(to) - slab(usable)); // harmless to repeat: others may be at the same
        synchronized (this) {
            usableSlots = Math.max(usableSlots, to);
        }
    }

    /// How many ranges [#tableAddress(int, int)] has for a segment.
    public static final int RANGES = 2;

    /// Returns the first address of a range of the tables that describe slot `slot` alone.
    ///
    /// @param which 0 for the words, 1 for the slab
    public long tableAddress(int slot, int which) {
        return which == 0 ? wordAt(base + ((long) slot << SEGMENT_SHIFT)) : slab(slot);
    }

    /// Returns how many bytes of one segment's words can be given back with it: all, if they are whole pages of the kernel's. Where they are not, they read as
    /// zero all the same.
    long purgeableWords() {
        return os.pageBytes() <= PAGE_BYTES ? WORDS_BYTES : 0;
    }

    /// Returns how many bytes of a slab can be given back of which the first `touchedBytes` were touched.
    long purgeableSlab(int touchedBytes) {
        long pageBytes = Math.max(PAGE_BYTES, os.pageBytes());
        return Math.min(SLAB_BYTES, touchedBytes + pageBytes - 1 & -pageBytes);
    }

    /// Notes that pages of the tables were touched, or given back where the number is negative.
    void touched(long pages) {
        touchedPages.addAndGet(pages);
    }

    /// Returns how many bytes of the tables are resident, as far as is known.
    public long bookkeepingBytes() {
        return touchedPages.get() << PAGE_SHIFT;
    }

    @Override
    public String toString() {
        return "PageTable[" + range + "]";
    }
}
