package dev.hz3.segment;

import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.segment.bits.FreeBits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/// From an address to its segment, and the slots that segments stand in.
///
///     reserved range   │ slot 0 │ slot 1 │ slot 2 │ …
///     segments         │   S    │   S    │NOWHERE │ …     one array read, no lock
///     page table       │ words  │ words  │   0    │ …     see PageTable
///
/// Slots are taken from the lowest address up, so that what is committed stays in few mappings. A slot is made usable
/// when its first segment opens and stays so; closing a segment gives the slot to the next.
///
/// Threads: [#find(long)] is lock-free and may be called by anybody; opening and closing take a lock, which is not held
/// while the system is asked for memory.
public final class AddressMap {

    /// With so many usable slots, one more is made usable in advance.
    private static final int AHEAD_SHARE = 8;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Segment[].class);
    private static final int HALF = 2;
    private static final int NO_SLOT = -1;
    private static final int ANY_SLOT = -2;
    /// Closed segments are kept for their bits, which the next ones take over, up to 2 GiB: 400 KiB of Java memory.
    private static final int MAX_SPENT = 1024;

    private final OperatingSystem os;
    private final ReservedRange range;
    private final long base;
    private final PageTable table;
    private final int slotCount;
    private final Segment[] slots;
    private final BitSet taken = new BitSet();
    private final BitSet committed = new BitSet();
    private final Segment[] spent = new Segment[MAX_SPENT]; // closed, and their slots free; under this
    private int spentCount; // under this
    private final long[] nothing = new long[FreeBits.LENGTH]; // zero, see FreeBits
    private volatile int open; // written under this
    private volatile int maxOpen; // written under this
    private final AtomicLong residentPages = new AtomicLong();
    private volatile long maxResidentPages = Long.MAX_VALUE;
    private volatile IntConsumer beforeOpening = _ -> {};

    /// A map of a range that is reserved for it, with the tables that describe it: of `wantedBytes`, or the half of it, and so on, as the
    /// system grants both.
    ///
    /// @throws OutOfMemoryError if the system refuses even a range of one segment; nothing is reserved then
    public static AddressMap reserve(OperatingSystem os, long wantedBytes) {
        long wanted = PageTable.describable(Math.max(SEGMENT_BYTES, wantedBytes & -SEGMENT_BYTES));
        while (true) {
            ReservedRange range = os.reserve(wanted, SEGMENT_BYTES, SEGMENT_BYTES);
            boolean isDone = false;
            try {
                AddressMap map = new AddressMap(os, range);
                isDone = true;
                return map;
            } catch (OutOfMemoryError refused) {
                if (range.bytes() == SEGMENT_BYTES) {
                    OutOfMemoryError refusal = new OutOfMemoryError("reserve(wantedBytes=" + wantedBytes
                            + ", leastBytes=" + SEGMENT_BYTES + "): the tables of not even one segment: " + refused.getMessage());
                    refusal.initCause(refused);
                    throw refusal;
                }
                wanted = Math.max(SEGMENT_BYTES, range.bytes() / HALF & -SEGMENT_BYTES);
            } finally {
                if (!isDone) {
                    os.unreserve(range);
                }
            }
        }
    }

    /// Gives the range and its tables back. Nobody may use an address of it any more.
    public void unreserve() {
        try {
            os.unreserve(range);
        } finally {
            table.close();
        }
    }

    /// What the pages of the range hold.
    public PageTable table() {
        return table;
    }

    /// A map of a range that is aligned to a segment and holds at least one.
    public AddressMap(OperatingSystem os, ReservedRange range) {
        if ((range.base() & (SEGMENT_BYTES - 1)) != 0 || range.bytes() < SEGMENT_BYTES) {
            throw new IllegalArgumentException("not a range of segments: " + range);
        }
        this.os = os;
        this.range = range;
        base = range.base();
        slotCount = Math.toIntExact(range.bytes() >>> SEGMENT_SHIFT);
        slots = new Segment[slotCount];
        Arrays.fill(slots, Segment.NOWHERE);
        table = new PageTable(os, range);
        maxOpen = slotCount;
    }

    /// The reserved range.
    public ReservedRange range() {
        return range;
    }

    /// Lets somebody get ready for a slot each time before a segment opens in it, any number of times; what it throws, the opening throws, and nothing
    /// has changed then. There is one listener, the last.
    public void beforeOpening(IntConsumer listener) {
        beforeOpening = listener;
    }

    /// How many segments the range has room for.
    public int slots() {
        return slotCount;
    }

    /// Sets the most segments that may be open at once, 1 … [#slots()].
    public synchronized void limit(int segments) {
        if (segments < 1 || segments > slotCount) {
            throw new IllegalArgumentException("limit(" + segments + "): slots=" + slotCount);
        }
        maxOpen = segments;
    }

    /// The most segments that may be open at once.
    public int limit() {
        return maxOpen;
    }

    /// Sets the most pages that may be resident at once. More may be resident already: then none is added.
    public void limitPages(long pages) {
        maxResidentPages = pages;
    }

    /// The most pages that may be resident at once.
    public long limitPages() {
        return maxResidentPages;
    }

    /// The pages that may be resident: all of those of segments that are open, or closed and not free yet, but for those that are known to be clean. Pages of the
    /// bookkeeping do not count.
    public long residentPages() {
        return residentPages.get();
    }

    /// Whether `pages` more may be resident, as far as is known.
    public boolean isRoomFor(long pages) {
        return pages <= maxResidentPages - residentPages.get();
    }

    /// Counts pages that are about to be touched for the first time, if so many more may be resident.
    ///
    /// @return whether they may be touched; if not, they are not counted
    public boolean tryTouch(long pages) {
        long before = residentPages.get(); // and not added first: somebody else might be refused for it
        while (pages <= maxResidentPages - before) {
            if (residentPages.compareAndSet(before, before + pages)) {
                return true;
            }
            before = residentPages.get();
        }
        return pages == 0;
    }

    /// Counts pages that may have become resident; less than 0 for those that are not any more.
    public void touched(int pages) {
        if (pages != 0) {
            residentPages.addAndGet(pages);
        }
    }

    /// The segment that `address` lies in; [Segment#NOWHERE] for every other number.
    public Segment find(long address) {
        return range.contains(address, 1) ? at((int) (address - base >>> SEGMENT_SHIFT)) : Segment.NOWHERE;
    }

    /// The segment in slot `index`; [Segment#NOWHERE] if there is none.
    public Segment at(int index) {
        return (Segment) SLOT.getAcquire(slots, index);
    }

    /// The first slot that was never used: everything open lies below it.
    public synchronized int usedSlots() {
        return committed.length();
    }

    /// How many segments are open.
    public int open() {
        return open;
    }

    /// Opens a segment in the lowest free slot, for the shard of `home`. It is not listed in the pool yet.
    ///
    /// @throws OutOfMemoryError where no slot is left or the system refuses the memory; nothing has changed then
    public Segment open(SegmentKind kind, PackPool home) {
        Segment segment = openUntouched(kind, home);
        begin(segment);
        return segment;
    }

    /// Opens a segment, and leaves all its pages as they are: a huge page is given only where none of them is resident. The caller calls [#begin] before
    /// anything of it is claimed.
    ///
    /// @throws OutOfMemoryError where no slot is left or the system refuses the memory; nothing has changed then
    public Segment openUntouched(SegmentKind kind, PackPool home) {
        return at(openAll(kind, home, 1, ANY_SLOT));
    }

    /// Writes the header that a small segment begins with.
    public void begin(Segment segment) {
        if (segment.kind() == SegmentKind.SMALL) {
            SegmentHeader.write(range, segment);
        }
    }

    /// Opens `count` adjoining segments, in the lowest slots that adjoin, for one block that spans them.
    ///
    /// @throws OutOfMemoryError where there are no such slots or the system refuses the memory; nothing has changed then
    public List<Segment> open(SegmentKind kind, PackPool home, int count) {
        int first = openAll(kind, home, count, ANY_SLOT);
        return from(first, count);
    }

    /// Opens `count` adjoining segments from slot `slot` on, for a block that begins in front of them.
    ///
    /// @return none where one of the slots is taken or behind the range
    /// @throws OutOfMemoryError where no more segments may be open or the system refuses the memory; nothing has changed then
    public List<Segment> openAt(SegmentKind kind, PackPool home, int slot, int count) {
        return openAll(kind, home, count, slot) == NO_SLOT ? List.of() : from(slot, count);
    }

    /// Whether `count` slots from `slot` on are in the range and not taken. A recent value.
    public synchronized boolean isNobodys(int slot, int count) {
        int next = taken.nextSetBit(slot);
        return slot + count <= slotCount && (next < 0 || next >= slot + count);
    }

    private List<Segment> from(int first, int count) {
        List<Segment> opened = new ArrayList<>(count);
        for (int slot = first; slot < first + count; slot++) {
            Segment segment = at(slot);
            begin(segment);
            opened.add(segment);
        }
        return opened;
    }

    /// @param wanted where they are to begin; [#ANY_SLOT] for the lowest that will do
    /// @return the first slot; [#NO_SLOT] where those that were wanted are taken
    private int openAll(SegmentKind kind, PackPool home, int count, int wanted) {
        int headers = count * kind.headerPages();
        if (!tryTouch(headers)) {
            throw full("open(" + kind + ", count=" + count + ")");
        }
        int first = NO_SLOT;
        boolean done = false;
        try {
            first = takeSlots(kind, count, wanted);
            if (first == NO_SLOT) {
                return NO_SLOT;
            }
            commit(first, count);
            table.commit(first + count);
            for (int slot = first; slot < first + count; slot++) {
                beforeOpening.accept(slot);
                home.prepare(slot);
                Segment segment = new Segment(table, slot, addressOf(slot), kind, home, nothing, spent());
                SLOT.setRelease(slots, slot, segment);
            }
            done = true;
        } finally {
            if (!done) {
                touched(-headers);
                if (first != NO_SLOT) {
                    Arrays.fill(slots, first, first + count, Segment.NOWHERE); // nobody knows an address in them
                    freeSlots(first, count);
                }
            }
        }
        return first;
    }

    /// What is thrown where more pages would be resident than may be.
    public OutOfMemoryError full(String call) {
        return new OutOfMemoryError(call + ": as much is resident as may be: pages=" + residentPages() + ", limit=" + maxResidentPages + ", segments=" + open);
    }

    private long addressOf(int slot) {
        return base + ((long) slot << SEGMENT_SHIFT);
    }

    private synchronized int takeSlots(SegmentKind kind, int count, int wanted) {
        if (wanted != ANY_SLOT && !isNobodys(wanted, count)) {
            return NO_SLOT;
        }
        int first = wanted == ANY_SLOT ? lowestSlots(count) : wanted;
        if (first > slotCount - count || open > maxOpen - count) {
            throw new OutOfMemoryError("open(" + kind + ", count=" + count + "): not so many segments left: open=" + open + ", limit="
                    + maxOpen + ", slots=" + slotCount);
        }
        taken.set(first, first + count);
        open += count;
        return first;
    }

    private int lowestSlots(int count) {
        int first = taken.nextClearBit(0);
        int end = taken.nextSetBit(first);
        while (end >= 0 && end - first < count) {
            first = taken.nextClearBit(end);
            end = taken.nextSetBit(first);
        }
        return first;
    }

    private synchronized void freeSlots(int first, int count) {
        taken.clear(first, first + count);
        open -= count;
    }

    /// Makes slots usable that never were; the system is asked outside the lock, because they are ours already. A heap that has many gets some more
    /// along with them, which nobody need hold: each call stops the page faults of all threads for a moment.
    private void commit(int first, int count) {
        int done = first;
        while (done < first + count) {
            int from;
            int to;
            int ahead;
            synchronized (this) {
                from = committed.nextClearBit(done); // asked anew each time: another thread may have gone ahead as far as here meanwhile
                if (from >= first + count) {
                    return;
                }
                int next = committed.nextSetBit(from);
                to = next < 0 ? first + count : Math.min(next, first + count);
                ahead = Math.min(next < 0 ? slotCount : next, to + committed.length() / AHEAD_SHARE);
            }
            if (ahead == to || !tryCommit(from, ahead)) {
                os.commit(range, addressOf(from), (long) (to - from) << SEGMENT_SHIFT);
                ahead = to;
            }
            synchronized (this) {
                committed.set(from, ahead);
            }
            done = ahead;
        }
    }

    private boolean tryCommit(int from, int to) {
        try {
            os.commit(range, addressOf(from), (long) (to - from) << SEGMENT_SHIFT);
            return true;
        } catch (OutOfMemoryError tooMuch) {
            return false;
        }
    }

    /// Closes a segment that the caller has claimed whole, in two steps: from now on addresses in it are nobody's, but its slot stays
    /// taken, so that what is left in it can be purged; then [#free(Segment)].
    public void close(Segment segment) {
        if (at(segment.index()) != segment) {
            throw new IllegalArgumentException("close(" + segment + "): not in this map");
        }
        if (segment.freePages() != 0) {
            throw new IllegalStateException("close(" + segment + "): not claimed whole");
        }
        synchronized (this) {
            segment.holdsSlot = true;
        }
        segment.close();
        segment.home().remove(segment);
        SLOT.setRelease(slots, segment.index(), Segment.NOWHERE);
    }

    /// Opens a segment of another kind in the place of one that the caller has claimed whole and closed: its pages are what they were, clean or not. It
    /// is not listed in the pool yet.
    public Segment reopen(Segment closed, SegmentKind kind, PackPool home) {
        home.prepare(closed.index());
        synchronized (this) {
            takeSlot("reopen", closed);
        }
        int dirtyPages = closed.dirtyPages();
        Segment segment = null;
        try {
            segment = new Segment(closed, kind, home);
        } finally {
            if (segment == null) {
                synchronized (this) {
                    closed.holdsSlot = true;
                }
            }
        }
        touched(segment.dirtyPages() - dirtyPages); // by a header at most
        if (kind == SegmentKind.SMALL) {
            SegmentHeader.write(range, segment);
        }
        SLOT.setRelease(slots, segment.index(), segment);
        return segment;
    }

    /// Takes the slot from a closed segment; the caller holds the lock.
    private void takeSlot(String verb, Segment closed) {
        if (!closed.isClosed() || at(closed.index()) == closed || !closed.holdsSlot) {
            throw new IllegalStateException(verb + "(" + closed + "): not closed, or free already");
        }
        closed.holdsSlot = false;
    }

    /// Whether a segment is closed and its slot is not free yet: its pages are nobody's. Once the slot is free they may be another segment's.
    public synchronized boolean isClosing(Segment segment) {
        return segment.isClosed() && segment.holdsSlot;
    }

    /// Gives the slot of a closed segment to whoever opens next, who takes its pages for clean: they must be. Once: the second time the
    /// slot would be another segment's.
    public void free(Segment segment) {
        synchronized (this) {
            takeSlot("free", segment);
            table.touched(-segment.tablePages());
            touched(-segment.dirtyPages());
            freeSlots(segment.index(), 1);
            if (spentCount < MAX_SPENT) {
                spent[spentCount++] = segment;
            }
        }
    }

    private synchronized Segment spent() {
        return spentCount == 0 ? Segment.NOWHERE : spent[--spentCount];
    }
}
