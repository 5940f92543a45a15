package dev.hz3.heap;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.os.testing.SimulatedSystem.PageState;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.PageTable;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentHeader;
import dev.hz3.segment.SegmentKind;
import java.util.List;
import java.util.function.LongConsumer;

/// What must be true of a simulated heap, whatever has happened: of its boxes between two steps, of what is purged while it is, and of an allocation that is refused.
final class SimulationAudit {

    private static final int SMALL_RUN_PAGES = 16; // at most

    private final NativeHeap heap;
    private final AddressMap map;
    private final SimulationMachine machine;
    private final SimulationModel model;
    private final HeapOptions options;
    private final boolean isExact;
    private final LongConsumer note;
    private long forcedTicks; // before the step
    private boolean wasNearlyFull; // before the step

    /// @param isExact whether all that is counted as resident is
    /// @param note told of what happened, in order
    SimulationAudit(
            NativeHeap heap, SimulationMachine machine, SimulationModel model, HeapOptions options, boolean isExact, LongConsumer note) {
        this.heap = heap;
        map = heap.parts().map();
        this.machine = machine;
        this.model = model;
        this.options = options;
        this.isExact = isExact;
        this.note = note;
    }

    /// Notes what was true before a step.
    void stepBegins() {
        forcedTicks = forcedTicks();
        wasNearlyFull = isNearlyFull();
    }

    // ---- between two steps ---------------------------------------------------------------------------------------

    /// Looks at everything.
    ///
    /// @param isThorough whether at the contents of all blocks and free pages too
    void audit(boolean isThorough, List<SimulationArena> arenas, SimulationMisuse misuse) {
        long dirty = 0;
        int open = 0;
        long resident = 0;
        for (int slot = 0; slot < map.usedSlots(); slot++) {
            Segment segment = map.at(slot);
            if (segment != Segment.NOWHERE) {
                open++;
                resident += dirtyPages(segment);
                dirty += audit(segment, isThorough);
            } else if (model.isLive(heap.base() + ((long) slot << SEGMENT_SHIFT), SEGMENT_BYTES)) {
                throw new SimulationFailure("live blocks in no segment: slot=" + slot);
            }
        }
        HeapStats stats = heap.stats();
        note.accept(stats.purgedPages());
        require(stats.waitingPages() >= dirty, "pages that are free and not clean do not wait: " + dirty + ", ", stats);
        require(stats.liveBytes() == model.liveBytes(), "liveBytes is not " + model.liveBytes() + ": ", stats);
        require(stats.violations() == misuse.refusedCrossings(), "violations is not " + misuse.refusedCrossings() + ": ", stats);
        require(stats.invalidFrees() == misuse.refusedFrees(), "invalidFrees is not " + misuse.refusedFrees() + ": ", stats);
        require(stats.stepFailures() == 0, "a step of a tick failed: ", stats);
        require(stats.mappedBytes() >= (long) open << SEGMENT_SHIFT, "mapped: open=" + open + ", ", stats);
        require(map.residentPages() >= resident && (!isExact || map.residentPages() <= map.limitPages()),
                "resident: counted=" + map.residentPages() + ", in open segments=" + resident + ", limit=" + map.limitPages() + ", ", stats);
        if (isThorough) {
            for (SimulationModel.Block block : model.blocks()) {
                model.verify(block);
            }
            for (SimulationArena arena : arenas) {
                arena.verify();
            }
        }
    }

    private void require(boolean isTrue, String what, HeapStats stats) {
        if (!isTrue) {
            throw new SimulationFailure(what + stats + " " + heap.lastFailure());
        }
    }

    /// Each page is free and nothing, or used and something; the count of the free ones is what it says.
    ///
    /// @return how many pages must wait to be purged, at least
    private int audit(Segment segment, boolean isThorough) {
        int free = 0;
        int dirty = 0;
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            free += Long.bitCount(segment.freeWord(w));
            dirty += purgeable(segment.freeWord(w), segment.cleanWord(w));
        }
        if (free != segment.freePages()) {
            throw new SimulationFailure("popCount(free_bits)=" + free + ": " + segment);
        }
        int stretch = segment.longestFreeStretch();
        if (stretch != 0 && segment.home().tightest(stretch) == Segment.NOWHERE) {
            throw new SimulationFailure("the pack pool does not know of " + stretch + " free pages: " + segment);
        }
        boolean isSmall = segment.kind() == SegmentKind.SMALL;
        for (int page = 0; page < PAGES_PER_SEGMENT; page++) {
            boolean isNothing = segment.isNobodys(page);
            boolean isHeader = page < segment.kind().headerPages();
            if (segment.isFree(page) ? !isNothing || isHeader : isNothing != isHeader) {
                throw new SimulationFailure("page " + page + " is free=" + segment.isFree(page) + ", word=0x"
                        + Long.toHexString(segment.word(page)) + ": " + segment);
            }
            if (isThorough && segment.isFree(page)) {
                auditFree(segment, page);
            }
        }
        if (isSmall && !SegmentHeader.isOf(map.range(), segment)) {
            throw new SimulationFailure("the header is damaged: " + SegmentHeader.describe(map.range(), segment));
        }
        return dirty;
    }

    /// The pages that must wait to be purged; where the kernel's pages are larger, one for each of those that is wholly free.
    private int purgeable(long free, long clean) {
        int groupPages = machine.pageBytes() / PAGE_BYTES;
        if (groupPages == 1) {
            return Long.bitCount(free & ~clean);
        }
        int groups = 0;
        long group = -1L >>> Long.SIZE - groupPages;
        for (int at = 0; at < Long.SIZE; at += groupPages) {
            groups += (free >>> at & group) == group && (clean >>> at & group) != group ? 1 : 0;
        }
        return groups;
    }

    private void auditFree(Segment segment, int page) {
        long address = segment.addressOf(page);
        if (model.isLive(address, PAGE_BYTES)) {
            throw new SimulationFailure("a free page has live blocks: page " + page + ", " + segment);
        }
        boolean isClean = (segment.cleanWord(page >>> Geometry.WORD_SHIFT) >>> page & 1) != 0;
        // Of a large kernel page, a neighbour may be what is resident.
        boolean isResident = machine.pageBytes() == PAGE_BYTES && machine.simulated().pageState(address) == PageState.RESIDENT;
        if (isClean && (isResident || !model.isZero(address, PAGE_BYTES))) {
            throw new SimulationFailure("clean and not: page " + page + ", resident=" + isResident + ", " + segment);
        }
    }

    // ---- an allocation that is refused -----------------------------------------------------------------------------

    /// An allocation may be refused where there really is no room: everything that is free has been given back by then, so what is not live
    /// are whole segments.
    void requireFull(long bytes, long alignment, OutOfMemoryError full) {
        long pages = Geometry.pagesFor(bytes);
        int wanted = (int) Math.min(Integer.MAX_VALUE, (pages + PAGES_PER_SEGMENT - 1) / PAGES_PER_SEGMENT);
        long room = Math.max(SMALL_RUN_PAGES, pages + Math.max(0, alignment / PAGE_BYTES - 1)) + 1; // with a header
        long used = 0;
        int gap = 0;
        int widest = 0;
        for (int slot = 0; slot < map.slots(); slot++) {
            boolean isLive = model.isLive(heap.base() + ((long) slot << SEGMENT_SHIFT), SEGMENT_BYTES);
            used += isLive ? dirtyPages(map.at(slot)) : 0;
            gap = isLive ? 0 : gap + 1;
            widest = Math.max(widest, gap);
        }
        if (widest >= wanted && used + room <= map.limitPages()) {
            throw new SimulationFailure("refused, and yet there is room: bytes=" + bytes + ", alignment=" + alignment + ", segments wanted="
                    + wanted + ", pages wanted=" + room + ", used=" + used + ", limit=" + map.limitPages() + ", " + heap.stats(), full);
        }
    }

    /// The pages of a segment that may be resident.
    private static int dirtyPages(Segment segment) {
        return PAGES_PER_SEGMENT - segment.cleanPages(new PageRange(0, PAGES_PER_SEGMENT));
    }

    // ---- while something is purged ----------------------------------------------------------------------------------

    /// Tables leave with the segment that they describe, and no sooner.
    private void requireTablesOfNobody(long address, long bytes) {
        for (int slot = 0; slot < map.slots(); slot++) {
            for (int which = 0; which < PageTable.RANGES; which++) {
                long at = map.table().tableAddress(slot, which);
                long end = slot + 1 < map.slots() ? map.table().tableAddress(slot + 1, which) : Long.MAX_VALUE;
                if (address < end && at < address + bytes && (which == 1 || slot + 1 < map.slots() || address < map.table().tableAddress(0, 1))
                        && (map.at(slot) != Segment.NOWHERE || model.isLive(heap.base() + ((long) slot << SEGMENT_SHIFT), SEGMENT_BYTES))) {
                    throw new SimulationFailure("tables are purged that describe slot " + slot + ", " + map.at(slot));
                }
            }
        }
    }

    /// What is purged describes no segment; or it is lent, or a whole segment that has left the map, and in any case it is not live.
    void requireNobodys(long address, long bytes) {
        if (!map.range().contains(address, 1)) {
            requireTablesOfNobody(address, bytes);
            return;
        }
        if (model.isLive(address, bytes)) {
            throw new SimulationFailure("live memory is purged: " + model.at(address, bytes));
        }
        Segment segment = map.find(address);
        if (segment == Segment.NOWHERE) {
            if ((address & SEGMENT_BYTES - 1) != 0) {
                throw new SimulationFailure("part of no segment is purged: " + model.at(address, bytes));
            }
            return;
        }
        requireRested(address, bytes);
        int first = Segment.pageOf(address);
        int end = first + (int) (bytes / PAGE_BYTES);
        for (int page = first; page < end; page++) {
            if (segment.isFree(page) || !segment.isNobodys(page) || page < segment.kind().headerPages()) {
                throw new SimulationFailure("purged and not lent: page " + page + ", free=" + segment.isFree(page) + ", word=0x"
                        + Long.toHexString(segment.word(page)) + ", " + segment);
            }
        }
    }

    /// Where nobody trims, and the heap neither grows nor is nearly full, pages rest for some ticks before they are purged.
    private void requireRested(long address, long bytes) {
        int rest = Math.min(options.delayEpochsIdle(), options.delayEpochsBusy());
        if (rest == 0 || wasNearlyFull || isNearlyFull() || forcedTicks != forcedTicks() || machine.pageBytes() != PAGE_BYTES) {
            return;
        }
        for (long page = address; page < address + bytes; page += PAGE_BYTES) {
            if (model.restedTicks(page) + 1 < rest) { // one tick later where it was freed in the middle of one
                throw new SimulationFailure("purged too soon: ticks=" + model.restedTicks(page) + ", rest=" + rest + ", " + model.at(page, bytes));
            }
        }
    }

    private boolean isNearlyFull() {
        long bytes = options.softMaxBytes() == 0 ? options.maxBytes() : Math.min(options.softMaxBytes(), options.maxBytes());
        return map.residentPages() * 100 >= Math.min(bytes / PAGE_BYTES, (long) map.slots() * PAGES_PER_SEGMENT) * options.eagerPercent();
    }

    private long forcedTicks() {
        return heap.upkeep().epoch().epochs() - heap.upkeep().epoch().idleTicks() - heap.upkeep().epoch().busyTicks() + heap.parts().ledger().earlyPurges();
    }

    // ---- at the end ------------------------------------------------------------------------------------------------

    /// All has been given back, so nothing is left.
    void requireNothing() {
        HeapStats stats = heap.stats();
        require(stats.liveBytes() == 0, "blocks are left: ", stats);
        require(machine.simulated().processResidentBytes() == 0,
                "pages are left, residentBytes=" + machine.simulated().processResidentBytes() + ": ", stats);
        require(stats.waitingPages() == 0, "pages wait still: ", stats);
        require(stats.mappedBytes() == 0, "segments are left: ", stats);
        require(stats.cachedBytes() == 0 && stats.stockPages() == 0, "free blocks are left in stock: ", stats);
    }

    /// Closes the heap, twice, and looks that it can be used no longer, and that the addresses stay as long as an arena is open.
    void close(List<SimulationArena> arenas, SimulationDraw draw) {
        heap.close();
        heap.close();
        requireClosed(() -> heap.allocateAddress(16));
        requireClosed(() -> heap.allocateAddress(1 << 20));
        requireClosed(() -> heap.freeAddress(heap.base()));
        requireClosed(() -> heap.usableSize(heap.base()));
        requireClosed(heap::tick);
        requireClosed(heap::trim);
        requireClosed(() -> heap.openConfinedArena().close());
        for (SimulationArena arena : arenas) {
            arena.verify(); // they keep the addresses
            try {
                arena.allocate(draw); // from the room that it still has
            } catch (IllegalStateException closed) {
                note.accept(-3);
            }
        }
        boolean isKept = machine.simulated().reservedBytes() != 0;
        if (isKept == arenas.isEmpty()) {
            throw new SimulationFailure("closed, arenas=" + arenas.size() + ", reservedBytes=" + machine.simulated().reservedBytes());
        }
        arenas.forEach(SimulationArena::close);
        if (machine.simulated().reservedBytes() != 0 || machine.simulated().processResidentBytes() != 0) {
            throw new SimulationFailure("closed, and yet reservedBytes=" + machine.simulated().reservedBytes());
        }
    }

    private static void requireClosed(Runnable use) {
        try {
            use.run();
        } catch (IllegalStateException closed) {
            return;
        }
        throw new SimulationFailure("used after it was closed");
    }
}
