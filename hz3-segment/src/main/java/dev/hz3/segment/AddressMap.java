package dev.hz3.segment;

import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;

/// From an address to its segment, and the slots that segments stand in.
///
///     reserved range   │ slot 0 │ slot 1 │ slot 2 │ …
///     segments         │   S    │   S    │NOWHERE │ …     one array read, no lock
///
/// Slots are taken from the lowest address up, so that what is committed stays in few mappings. A slot is made usable
/// when its first segment opens and stays so; closing a segment gives the slot to the next.
///
/// Threads: [#find(long)] is lock-free and may be called by anybody; opening and closing take a lock, which is not held
/// while the system is asked for memory.
public final class AddressMap {

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Segment[].class);

    private final OperatingSystem os;
    private final ReservedRange range;
    private final long base;
    private final Segment[] slots;
    private final BitSet taken = new BitSet();
    private final BitSet committed = new BitSet();
    private int open;
    private int maxOpen;

    /// A map of a range that is aligned to a segment and holds at least one.
    public AddressMap(OperatingSystem os, ReservedRange range) {
        if ((range.base() & (SEGMENT_BYTES - 1)) != 0 || range.bytes() < SEGMENT_BYTES) {
            throw new IllegalArgumentException("not a range of segments: " + range);
        }
        this.os = os;
        this.range = range;
        base = range.base();
        slots = new Segment[Math.toIntExact(range.bytes() >>> SEGMENT_SHIFT)];
        Arrays.fill(slots, Segment.NOWHERE);
        maxOpen = slots.length;
    }

    /// The reserved range.
    public ReservedRange range() {
        return range;
    }

    /// How many segments the range has room for.
    public int slots() {
        return slots.length;
    }

    /// Sets the most segments that may be open at once, 1 … [#slots()].
    public synchronized void limit(int segments) {
        if (segments < 1 || segments > slots.length) {
            throw new IllegalArgumentException("limit(" + segments + "): slots=" + slots.length);
        }
        maxOpen = segments;
    }

    /// The segment that `address` lies in; [Segment#NOWHERE] for every other number.
    public Segment find(long address) {
        long slot = (address - base) >>> SEGMENT_SHIFT;
        return slot < slots.length ? (Segment) SLOT.getAcquire(slots, (int) slot) : Segment.NOWHERE;
    }

    /// The segment in slot `index`; [Segment#NOWHERE] where there is none.
    public Segment at(int index) {
        return (Segment) SLOT.getAcquire(slots, index);
    }

    /// The first slot that was never used: everything open lies below it.
    public synchronized int usedSlots() {
        return committed.length();
    }

    /// How many segments are open.
    public synchronized int open() {
        return open;
    }

    /// Opens a segment in the lowest free slot, for the shard of `home`. It is not listed in the pool yet.
    ///
    /// @throws OutOfMemoryError where no slot is left or the system refuses the memory; nothing has changed then
    public Segment open(SegmentKind kind, PackPool home) {
        int slot;
        boolean commit;
        synchronized (this) {
            slot = taken.nextClearBit(0);
            if (slot >= slots.length || open >= maxOpen) {
                throw new OutOfMemoryError("open(" + kind + "): every segment is in use: open=" + open + ", limit=" + maxOpen
                        + ", slots=" + slots.length);
            }
            taken.set(slot);
            commit = !committed.get(slot);
            open++;
        }
        Segment segment = Segment.NOWHERE;
        try {
            long address = base + ((long) slot << SEGMENT_SHIFT);
            if (commit) {
                os.commit(range, address, SEGMENT_BYTES);
            }
            segment = new Segment(slot, address, kind, home);
        } finally {
            synchronized (this) {
                if (segment == Segment.NOWHERE) {
                    taken.clear(slot);
                    open--;
                } else {
                    committed.set(slot);
                }
            }
        }
        SLOT.setRelease(slots, slot, segment);
        return segment;
    }

    /// Closes a segment that the caller has claimed whole: addresses in it are nobody's afterwards, and its slot is free.
    /// Its pages must be clean, because the next segment in the slot takes them for zero.
    public void close(Segment segment) {
        if (at(segment.index()) != segment) {
            throw new IllegalArgumentException("close(" + segment + "): not in this map");
        }
        for (int w = 0; w < Geometry.FREE_BITS_WORDS; w++) {
            if (segment.freeWord(w) != 0 || segment.cleanWord(w) != -1L) {
                throw new IllegalStateException("close(" + segment + "): not claimed whole, or not clean");
            }
        }
        segment.home().remove(segment);
        SLOT.setRelease(slots, segment.index(), Segment.NOWHERE);
        synchronized (this) {
            taken.clear(segment.index());
            open--;
        }
    }
}
