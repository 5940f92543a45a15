package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.os.raw.RawMemory;

/// The states of one small segment's runs: slots of 16 bytes and more, in the segment's own part of the tables.
///
///     │ which units are taken │ slot │ slot │ … free … │ slot │ … never touched … │
///       one bit a unit          units of 16 bytes
///
/// A slot is taken from the lowest place that has room, so that as few pages as possible are touched.
///
/// Threads: any; its own lock, for a few instructions.
final class Slab {

    /// There was no room.
    static final long NONE = 0;

    private static final int UNIT_SHIFT = 4;
    private static final int UNITS = PageTable.SLAB_BYTES >>> UNIT_SHIFT;
    private static final int WORDS = UNITS / Long.SIZE;
    private static final int OWN_UNITS = WORDS * Long.BYTES >>> UNIT_SHIFT;

    private final PageTable table;
    private final long start;
    private int lowest = OWN_UNITS; // no unit below it is free
    private int touchedUnits; // behind it, nothing was ever written

    Slab(PageTable table, int slot) {
        this.table = table;
        start = table.slab(slot);
    }

    /// Does nothing; when it returns, this class is initialized.
    static void ready() {}

    /// Returns the address of `bytes` bytes that read as zero; [#NONE] if there is no room for them in one piece.
    synchronized long take(int bytes) {
        int units = units(bytes);
        int first = lowest;
        int free = 0; // units from `first` on that are free
        boolean isFirst = true;
        for (int unit = lowest; unit < UNITS; unit++) {
            if ((unit & Long.SIZE - 1) == 0 && free == 0 && word(unit) == -1L) {
                unit += Long.SIZE - 1; // a whole word that is taken
                first = unit + 1;
                continue;
            }
            if ((word(unit) >>> unit & 1) != 0) {
                free = 0;
                first = unit + 1;
                continue;
            }
            if (isFirst) {
                lowest = unit;
                isFirst = false;
            }
            if (++free == units) {
                mark(first, units, true);
                touch(first + units);
                long at = start + ((long) first << UNIT_SHIFT);
                RawMemory.clear(at, (long) units << UNIT_SHIFT);
                return at;
            }
        }
        return NONE;
    }

    /// Gives back what [#take(int)] returned for as many bytes.
    synchronized void give(long at, int bytes) {
        int first = (int) (at - start >>> UNIT_SHIFT);
        mark(first, units(bytes), false);
        lowest = Math.min(lowest, first);
    }

    /// Returns how many bytes from its beginning were ever touched.
    synchronized int touchedBytes() {
        return touchedUnits << UNIT_SHIFT;
    }

    private static int units(int bytes) {
        return bytes + (1 << UNIT_SHIFT) - 1 >>> UNIT_SHIFT;
    }

    private long word(int unit) {
        return RawMemory.getLong(start + ((long) unit >>> 6 << 3));
    }

    private void mark(int first, int units, boolean taken) {
        for (int unit = first; unit < first + units; unit++) {
            long at = start + ((long) unit >>> 6 << 3);
            long bit = 1L << unit;
            long word = RawMemory.getLong(at);
            assert (word & bit) == 0 == taken;
            RawMemory.putLong(at, taken ? word | bit : word & ~bit);
        }
    }

    private void touch(int end) {
        if (end > touchedUnits) {
            table.touched(pages(end) - pages(touchedUnits));
            touchedUnits = end;
        }
    }

    private static int pages(int units) {
        return (units << UNIT_SHIFT) + Geometry.PAGE_BYTES - 1 >>> PAGE_SHIFT;
    }
}
