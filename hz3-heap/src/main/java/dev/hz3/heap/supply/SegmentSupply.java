package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.os.OperatingSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.List;
import java.util.function.LongSupplier;

/// Opens segments when the heap grows, and closes those that are wholly free.
///
///     open        closed and not purged yet ──▶ wholly free, of the other kind ──▶ a new one, backed by a huge page or not
///     closeEmpty  wholly free ──▶ closed ──▶ purged ──▶ a free slot
///
/// Threads: any.
final class SegmentSupply {

    /// Huge pages are asked for while this part of the limit is free.
    private static final int ROOM_FOR_HUGE_SHARE = 8;

    private final OperatingSystem os;
    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final StockReclaim stock;
    private final List<Shard> shards;
    private final HugePagePolicy hugePages;
    private final LongSupplier nanoTime;
    private final SegmentWatch watch;
    /// Closed segments that the kernel has not taken yet.
    private final ClosedSegments halfClosed;

    SegmentSupply(OperatingSystem os, AddressMap map, ReleaseBoundary boundary, ReleaseLedger ledger, StockReclaim stock, List<Shard> shards,
            HugePagePolicy hugePages, LongSupplier nanoTime, SegmentWatch watch) {
        this.os = os;
        this.map = map;
        this.boundary = boundary;
        this.stock = stock;
        this.shards = shards;
        this.hugePages = hugePages;
        this.nanoTime = nanoTime;
        this.watch = watch;
        halfClosed = new ClosedSegments(map, boundary, ledger, shards, watch);
    }

    /// Whether so few segments are open that what single threads keep may spare another one.
    boolean isSmall() {
        return !hugePages.isLarge(map.open());
    }

    /// Opens a segment for a run of `pages`, backed by a huge page where the heap is large enough to fill it soon. The caller claims and then lists it.
    Segment open(SegmentKind kind, PackPool home, int pages) {
        StackRoom.ensure();
        Segment other = takeOver(kind, home);
        if (other != Segment.NOWHERE) {
            return other;
        }
        if (!map.isRoomFor(pages + kind.headerPages())) {
            throw full(pages);
        }
        int others = map.open();
        Segment segment = map.openUntouched(kind, home);
        askForHugePage(segment, others);
        map.begin(segment);
        watch.opened(segment);
        return segment;
    }

    /// A huge page is resident as a whole: not where that is wanted for something else. Its pages are counted first, because others grow meanwhile.
    private void askForHugePage(Segment segment, int others) {
        int pages = PAGES_PER_SEGMENT - segment.kind().headerPages();
        if (!map.isRoomFor(map.limitPages() / ROOM_FOR_HUGE_SHARE + pages) || !map.tryTouch(pages)) {
            return;
        }
        boolean isGranted = false;
        try {
            isGranted = hugePages.chooseHuge(others) && isGranted(segment);
        } finally {
            if (!isGranted) {
                map.touched(-pages);
            }
        }
        if (isGranted) {
            segment.huge(true);
            boundary.noteResident(segment, pages);
        }
    }

    private boolean isGranted(Segment segment) {
        long begun = nanoTime.getAsLong();
        if (os.backByHugePage(map.range(), segment.base(), SEGMENT_BYTES)) {
            hugePages.granted(nanoTime.getAsLong() - begun);
            return true;
        }
        hugePages.refused();
        return false;
    }

    /// A segment of the other kind that is wholly free becomes one of this kind, with the pages that it has: what is free and resident serves first,
    /// whoever had it, and nothing is purged in order to grow.
    private Segment takeOver(SegmentKind kind, PackPool home) {
        Segment unpurged = map.isRoomFor(PAGES_PER_SEGMENT) ? halfClosed.reopen(kind, home) : Segment.NOWHERE;
        if (unpurged != Segment.NOWHERE) {
            return unpurged;
        }
        Segment taken = takeOverEmpty(kind, home);
        return taken == Segment.NOWHERE && stock.reclaimOther(kind) ? takeOverEmpty(kind, home) : taken;
    }

    /// Every small segment that is wholly free becomes a medium one.
    ///
    /// @return whether one did
    boolean takeOverAll(PackPool home) {
        StackRoom.ensure();
        Segment taken = takeOver(SegmentKind.MEDIUM, home);
        boolean isAny = taken != Segment.NOWHERE;
        while (taken != Segment.NOWHERE) {
            list(taken);
            taken = takeOverEmpty(SegmentKind.MEDIUM, home);
        }
        return isAny;
    }

    private Segment takeOverEmpty(SegmentKind kind, PackPool home) {
        for (int i = 0; i < shards.size(); i++) {
            Shard shard = shards.get(i);
            PackPool pool = kind == SegmentKind.SMALL ? shard.mediumPool() : shard.smallPool();
            // One that is not resident is not worth it: a new one is as good.
            int refused = 0;
            for (Segment segment = pool.emptyAndDirty(0); segment != Segment.NOWHERE; segment = pool.emptyAndDirty(++refused)) {
                Segment taken = halfClosed.reopen(segment, kind, home);
                if (taken != Segment.NOWHERE) {
                    return taken;
                }
            }
        }
        return Segment.NOWHERE;
    }

    /// Lists a segment that was just opened, after what it was opened for has been claimed: from now on others may have pages of it, the ledger too.
    void list(Segment segment) {
        boundary.noteFree(segment); // what is never claimed of it may be resident all the same, and goes back like all else
        segment.home().update(segment);
    }

    /// Returns the error that says why `pages` pages cannot be claimed.
    OutOfMemoryError full(long pages) {
        return map.full("claim(pages=" + pages + ")");
    }

    /// Closes the segments that are wholly free and purges what is left in them, so that their slots can be used by any shard, for
    /// any kind. For an idle heap.
    ///
    /// @return how many it was
    long closeEmpty() {
        return halfClosed.closeEmpty();
    }
}
