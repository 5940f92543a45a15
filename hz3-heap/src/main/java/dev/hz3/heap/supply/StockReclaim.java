package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;

import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.retire.scan.RetireBudget;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.SegmentKind;
import java.util.List;

/// Turns stock into free pages before the heap grows, outside the calendar: medium runs that lie in stock for other classes, and small runs that are empty.
///
/// Threads: any.
final class StockReclaim {

    /// Fewer pages than this are not worth reclaiming when room runs out.
    private static final int RECLAIM_FROM_PAGES = 128;
    /// Medium stock below this part of the segments that are begun, one in so many, is not worth reclaiming either while there is room to grow: a load that
    /// uses many sizes would have its runs reclaimed for one class only to want them again for another.
    private static final int RECLAIM_SHARE = 10;
    private static final ReclaimBudget RECLAIM = new ReclaimBudget(64, Long.MAX_VALUE, false);
    private static final RetireBudget RETIRE = new RetireBudget(RECLAIM_FROM_PAGES, false);

    private final AddressMap map;
    private final MediumReclaim reclaim;
    private final RetireScan retire;
    private final List<Shard> shards;

    StockReclaim(AddressMap map, MediumReclaim reclaim, RetireScan retire, List<Shard> shards) {
        this.map = map;
        this.reclaim = reclaim;
        this.retire = retire;
        this.shards = shards;
    }

    /// Before the heap grows, runs that lie in stock for other classes become pages that serve any.
    ///
    /// @return whether some did
    boolean reclaimMedium() {
        if (stockedPages() < worthReclaiming()) {
            return false;
        }
        StackRoom.ensure();
        return reclaim.tick(RECLAIM) > 0;
    }

    private long worthReclaiming() {
        long begun = map.open();
        for (Shard shard : shards) {
            begun -= shard.mediumPool().whole();
        }
        long share = begun * PAGES_PER_SEGMENT / RECLAIM_SHARE;
        return map.isRoomFor(PAGES_PER_SEGMENT) ? Math.max(RECLAIM_FROM_PAGES, share) : RECLAIM_FROM_PAGES;
    }

    /// Pages of medium runs in stock. A recent value.
    long stockedPages() {
        long stocked = 0;
        for (int i = 0; i < shards.size(); i++) { // by index, here and elsewhere: an iterator would be an object for each tick
            stocked += shards.get(i).runs().pages();
        }
        return stocked;
    }

    /// Before a small segment is opened, runs that are empty become pages that serve any small class.
    ///
    /// @return whether some did
    boolean retireEmpty() {
        return emptyPages() >= RECLAIM_FROM_PAGES && retire.tick(RETIRE) > 0;
    }

    /// Pages of small runs that are empty. A recent value.
    long emptyPages() {
        long empty = 0;
        for (int i = 0; i < shards.size(); i++) {
            empty += shards.get(i).smallPages().emptyPages();
        }
        return empty;
    }

    /// What lies in stock for the other kind becomes free pages, if it is as much as a segment.
    ///
    /// @return whether some did
    boolean reclaimOther(SegmentKind kind) {
        return kind == SegmentKind.SMALL
                ? stockedPages() >= PAGES_PER_SEGMENT && reclaim.tick(ReclaimBudget.ALL) > 0
                : emptyPages() >= PAGES_PER_SEGMENT && retire.tick(RetireBudget.ALL) > 0;
    }
}
