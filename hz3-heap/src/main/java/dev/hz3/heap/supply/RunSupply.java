package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.os.OperatingSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireBudget;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
import dev.hz3.segment.Tally;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/// Where blocks come from, nearest first: stock of one's own shard, stock of the others (medium runs), room in one's segments, room
/// in those of the others, a new segment.
///
/// Threads: any.
public final class RunSupply {

    /// Less than this is not worth reclaiming when room runs out, or more is resident than ever was.
    private static final int RECLAIM_FROM_PAGES = 128;
    /// Medium stock below so small a part of the segments that are begun is not worth reclaiming either, while there is room to grow: a load that uses many sizes would
    /// have its runs reclaimed for one class only to want them again for another.
    private static final int RECLAIM_SHARE = 10;
    /// Huge pages are asked for while this part of the limit is free.
    private static final int ROOM_FOR_HUGE_SHARE = 8;
    private static final ReclaimBudget RECLAIM = new ReclaimBudget(64, Long.MAX_VALUE, false);
    private static final RetireBudget RETIRE = new RetireBudget(RECLAIM_FROM_PAGES, false);

    private final OperatingSystem os;
    private final LongSupplier nanoTime;
    private final SegmentWatch watch;
    private final HugePagePolicy hugePages;
    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final MediumReclaim reclaim;
    private final RetireScan retire;
    private final List<Shard> shards;
    private final Tally largeBytes = new Tally();
    private final AtomicLongArray claimedByClass = new AtomicLongArray(SizeClasses.COUNT);
    /// Closed segments that the kernel has not taken yet.
    private final ClosedSegments halfClosed;
    private final SpanSupply spans;

    public RunSupply(OperatingSystem os, AddressMap map, ReleaseBoundary boundary, ReleaseLedger ledger, MediumReclaim reclaim, RetireScan retire,
            List<Shard> shards, HugePagePolicy hugePages, LongSupplier nanoTime, SegmentWatch watch) {
        this.watch = watch;
        this.reclaim = reclaim;
        this.retire = retire;
        this.nanoTime = nanoTime;
        this.os = os;
        this.hugePages = hugePages;
        halfClosed = new ClosedSegments(map, boundary, ledger, shards, watch);
        spans = new SpanSupply(map, boundary, shards, watch);
        this.map = map;
        this.boundary = boundary;
        this.shards = shards;
    }

    /// Medium runs of a class that were claimed from free pages since the beginning.
    public long claimedRuns(int sizeClass) {
        return claimedByClass.get(sizeClass);
    }

    private Shard shard(int from, int step) {
        return shards.get((from + step) % shards.size());
    }

    /// Puts blocks of a class into `pairs[from]` and behind it, for each its address and the address of its state, at most `max`, out of what the heap has:
    /// what is its own shard's, or room of another that has whole segments free. Threads of two shards that use neighbouring pages of one segment wait for
    /// each other at each block: who holds them is written down in one place.
    ///
    /// @return how many it was; 0 where the heap must grow first
    public int fill(int shard, int sizeClass, long[] pairs, int from, int max) {
        return fill(shard, sizeClass, pairs, from, max, false);
    }

    /// @param everywhere whether any room will do, whosever it is
    private int fill(int shard, int sizeClass, long[] pairs, int from, int max, boolean everywhere) {
        return SizeClasses.isMedium(sizeClass)
                ? fillMedium(shard, sizeClass, pairs, from, max, everywhere)
                : fillSmall(shard, sizeClass, pairs, from, max, everywhere);
    }

    /// Fills a stack of pairs with blocks of a new segment.
    ///
    /// @return how many it was, at least one
    /// @throws OutOfMemoryError where there is none
    public int grow(int shard, int sizeClass, long[] pairs, int from, int max) {
        try {
            return SizeClasses.isMedium(sizeClass)
                    ? growMedium(shard, sizeClass, pairs, from, max)
                    : growSmall(shard, sizeClass, pairs, from, max);
        } catch (OutOfMemoryError full) {
            int filled = fill(shard, sizeClass, pairs, from, max, true);
            if (filled == 0) {
                throw full;
            }
            return filled;
        }
    }

    /// Whether so few segments are open that what single threads keep may spare another one.
    public boolean isSmall() {
        return !hugePages.isLarge(map.open());
    }

    // ---- medium --------------------------------------------------------------------------------------------------

    private int fillMedium(int shard, int sizeClass, long[] pairs, int from, int max, boolean everywhere) {
        int filled = 0;
        for (int i = 0; filled == 0 && i < (everywhere ? shards.size() : 1); i++) {
            filled = shard(shard, i).runs().pop(sizeClass, pairs, from, max);
        }
        if (filled == 0) {
            filled = claimMedium(shard, sizeClass, pairs, from, max, everywhere, false);
        }
        if (filled == 0 && reclaimStock()) {
            filled = claimMedium(shard, sizeClass, pairs, from, max, everywhere, false);
        }
        return filled != 0 ? filled : claimMedium(shard, sizeClass, pairs, from, max, everywhere, true);
    }

    /// @param isEmptyToo whether segments that are wholly free may be begun
    private int claimMedium(int shard, int sizeClass, long[] pairs, int from, int max, boolean everywhere, boolean isEmptyToo) {
        int filled = 0;
        for (int i = 0; filled == 0 && i < shards.size(); i++) {
            PackPool pool = shard(shard, i).mediumPool();
            if (i == 0 || everywhere || isEmptyToo && pool.hasEmpty()) {
                filled = claimMedium(pool, sizeClass, pairs, from, max, isEmptyToo);
            }
        }
        return filled;
    }

    private int growMedium(int shard, int sizeClass, long[] pairs, int from, int max) {
        // Ours alone until it is listed, so that one who has opened a segment goes away with a run.
        int pages = SizeClasses.pages(sizeClass);
        Segment segment = open(SegmentKind.MEDIUM, shards.get(shard).mediumPool(), pages);
        int filled = claimMedium(segment, sizeClass, pairs, from, max);
        list(segment);
        if (filled == 0) {
            throw full(pages);
        }
        return filled;
    }

    /// Before the heap grows, runs that lie in stock for other classes become pages that serve any.
    ///
    /// @return whether some did
    private boolean reclaimStock() {
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
    public long stockedPages() {
        long stocked = 0;
        for (int i = 0; i < shards.size(); i++) { // by index, here and elsewhere: an iterator would be an object for each tick
            stocked += shards.get(i).runs().pages();
        }
        return stocked;
    }

    private int claimMedium(PackPool pool, int sizeClass, long[] pairs, int from, int max, boolean isEmptyToo) {
        int pages = SizeClasses.pages(sizeClass);
        int filled = 0;
        for (Segment segment = pool.tightest(pages, isEmptyToo);
                segment != Segment.NOWHERE && filled < max;
                segment = pool.tightest(pages, isEmptyToo)) {
            int more = claimMedium(segment, sizeClass, pairs, from + 2 * filled, max - filled);
            pool.update(segment);
            filled += more;
            if (more == 0 && !map.isRoomFor(pages)) {
                break; // it has room, and may not be touched: it would be the tightest again
            }
        }
        return filled;
    }

    private int claimMedium(Segment segment, int sizeClass, long[] pairs, int from, int max) {
        int pages = SizeClasses.pages(sizeClass);
        int filled = 0;
        while (filled < max) {
            int first = boundary.claim(segment, pages);
            if (first == ReleaseBoundary.NONE) {
                break;
            }
            segment.tag(first, pages, sizeClass);
            claimedByClass.incrementAndGet(sizeClass);
            pairs[from + 2 * filled] = segment.addressOf(first);
            pairs[from + 2 * filled + 1] = segment.wholeState(first);
            filled++;
        }
        return filled;
    }

    // ---- small ---------------------------------------------------------------------------------------------------

    private int fillSmall(int shard, int sizeClass, long[] pairs, int from, int max, boolean everywhere) {
        int filled = shards.get(shard).smallPages().take(sizeClass, pairs, from, max);
        while (filled == 0) {
            long run = claimSmall(shard, sizeClass, everywhere);
            if (run == SmallPages.NO_RUN) {
                break;
            }
            filled = listAndTake(run, sizeClass, pairs, from, max);
        }
        return filled;
    }

    /// Before a small segment is opened, runs that are empty become pages that serve any small class.
    ///
    /// @return whether some did
    private boolean retireEmpty() {
        return emptyPages() >= RECLAIM_FROM_PAGES && retire.tick(RETIRE) > 0;
    }

    /// Pages of small runs that are empty. A recent value.
    public long emptyPages() {
        long empty = 0;
        for (int i = 0; i < shards.size(); i++) {
            empty += shards.get(i).smallPages().emptyPages();
        }
        return empty;
    }

    private int growSmall(int shard, int sizeClass, long[] pairs, int from, int max) {
        int filled = retireEmpty() ? fillSmall(shard, sizeClass, pairs, from, max, false) : 0;
        while (filled == 0) {
            int pages = SizeClasses.pages(sizeClass);
            Segment segment = open(SegmentKind.SMALL, shards.get(shard).smallPool(), pages);
            int first = boundary.claim(segment, pages);
            list(segment);
            if (first == ReleaseBoundary.NONE) {
                throw full(pages);
            }
            filled = listAndTake(entered(segment, first, sizeClass), sizeClass, pairs, from, max);
        }
        return filled;
    }

    /// @return how many; 0 where others were quicker and took all that was listed
    private int listAndTake(long run, int sizeClass, long[] pairs, int from, int max) {
        SmallPages pages = shards.get(map.find(run).home().shard()).smallPages();
        pages.add(run);
        return pages.take(sizeClass, pairs, from, max);
    }

    /// @return the address of a new run; [SmallPages#NO_RUN] if there is no room
    private long claimSmall(int shard, int sizeClass, boolean everywhere) {
        int pages = SizeClasses.pages(sizeClass);
        for (int i = 0; i < shards.size(); i++) {
            PackPool pool = shard(shard, i).smallPool();
            if (i != 0 && !everywhere && !pool.hasEmpty()) {
                continue;
            }
            for (Segment segment = pool.tightest(pages); segment != Segment.NOWHERE; segment = pool.tightest(pages)) {
                int first = boundary.claim(segment, pages);
                pool.update(segment);
                if (first != ReleaseBoundary.NONE) {
                    long run = entered(segment, first, sizeClass);
                    if (run == SmallPages.NO_RUN) {
                        break; // its states have no room in this segment, which would be the tightest again
                    }
                    return run;
                }
                if (!map.isRoomFor(pages)) {
                    return SmallPages.NO_RUN; // it may not be touched, and would be the tightest again
                }
            }
        }
        return SmallPages.NO_RUN;
    }

    private long entered(Segment segment, int first, int sizeClass) {
        int pages = SizeClasses.pages(sizeClass);
        if (!segment.enter(first, sizeClass)) {
            boundary.release(segment, first, pages, ReleaseReason.SMALL_PAGE_RETIRE);
            segment.home().update(segment);
            return SmallPages.NO_RUN;
        }
        return segment.addressOf(first);
    }

    // ---- back to stock -------------------------------------------------------------------------------------------

    /// Puts free blocks of one class back in stock, each with the shard that owns its segment: `pairs[from]` and those behind it. Needs no memory.
    public void stock(int sizeClass, long[] pairs, int from, int count) {
        int end = from + 2 * count;
        int first = from;
        while (first < end) {
            int owner = ownerOf(pairs[first]);
            int next = first + 2;
            while (next < end && ownerOf(pairs[next]) == owner) {
                next += 2;
            }
            Shard shard = shards.get(owner);
            if (SizeClasses.isMedium(sizeClass)) {
                shard.runs().push(sizeClass, pairs, first, (next - first) / 2);
            } else {
                shard.smallPages().give(sizeClass, pairs, first, (next - first) / 2);
            }
            first = next;
        }
    }

    private int ownerOf(long address) {
        return map.find(address).home().shard();
    }

    // ---- large ---------------------------------------------------------------------------------------------------

    /// There is no room.
    public static final long NO_ROOM = 0;

    /// Claims `pages` whole pages as one large block, out of what the heap has: inside a segment, or from the beginning of one through those behind it.
    ///
    /// @param alignment in pages, a power of two up to a segment's
    /// @return the address; [#NO_ROOM] where the heap must grow first
    public long large(int shard, long pages, int alignment) {
        if (pages > PAGES_PER_SEGMENT) {
            return span(shard, pages); // it begins with a segment, which is alignment enough
        }
        int count = (int) pages;
        int stretch = Math.min(count + alignment - 1, PAGES_PER_SEGMENT); // so long that an aligned run is in it wherever it begins
        long address = large(shard, count, alignment, stretch, false);
        if (address == NO_ROOM && reclaimStock()) {
            address = large(shard, count, alignment, stretch, false);
        }
        return address != NO_ROOM ? address : large(shard, count, alignment, stretch, true);
    }

    /// @param isEmptyToo whether segments that are wholly free may be begun
    private long large(int shard, int count, int alignment, int stretch, boolean isEmptyToo) {
        for (int i = 0; i < shards.size(); i++) {
            PackPool pool = shard(shard, i).mediumPool();
            for (Segment segment = pool.tightest(stretch, isEmptyToo);
                    segment != Segment.NOWHERE;
                    segment = pool.tightest(stretch, isEmptyToo)) {
                int first = boundary.claim(segment, count, alignment);
                pool.update(segment);
                if (first != ReleaseBoundary.NONE) {
                    return claimedLarge(segment, first, count);
                }
                if (!map.isRoomFor(count)) {
                    break; // it may not be touched, and would be the tightest again
                }
            }
        }
        return NO_ROOM;
    }

    /// Claims a run of large pages in new segments.
    ///
    /// @return the address
    /// @throws OutOfMemoryError where there are none
    public long growLarge(int shard, long pages, int alignment) {
        if (pages > PAGES_PER_SEGMENT) {
            return growSpan(shard, pages);
        }
        int count = (int) pages;
        Segment segment = open(SegmentKind.MEDIUM, shards.get(shard).mediumPool(), count);
        int first = boundary.claim(segment, count, alignment);
        long address = first == ReleaseBoundary.NONE ? NO_ROOM : claimedLarge(segment, first, count);
        list(segment);
        if (address == NO_ROOM) {
            throw full(count);
        }
        return address;
    }

    private long claimedLarge(Segment segment, int first, int count) {
        segment.tagLarge(first, count);
        return segment.addressOf(first);
    }

    private long span(int shard, long pages) {
        long address = spans.claim(pages);
        return address == NO_ROOM && takeOverAll(shards.get(shard).mediumPool()) ? spans.claim(pages) : address;
    }

    private long growSpan(int shard, long pages) {
        StackRoom.ensure();
        return spans.grow(shards.get(shard).mediumPool(), pages);
    }

    private OutOfMemoryError full(long pages) {
        return map.full("claim(pages=" + pages + ")");
    }

    /// Every small segment that is wholly free becomes a medium one.
    ///
    /// @return whether one did
    private boolean takeOverAll(PackPool home) {
        StackRoom.ensure();
        Segment taken = takeOver(SegmentKind.MEDIUM, home);
        boolean isAny = taken != Segment.NOWHERE;
        while (taken != Segment.NOWHERE) {
            list(taken);
            taken = takeOverEmpty(SegmentKind.MEDIUM, home);
        }
        return isAny;
    }

    /// Notes that a large block has been claimed, of so many bytes in the end.
    public void noteLarge(long bytes) {
        largeBytes.add(bytes);
    }

    /// Bytes of the large blocks that have been claimed and not been released.
    public long largeBytes() {
        return largeBytes.sum();
    }

    /// Releases the large block at `address`. The caller holds it.
    public void releaseLarge(long address) {
        Segment head = map.find(address);
        int first = Segment.pageOf(address);
        long left = head.largePages(first);
        largeBytes.add(-(left << PAGE_SHIFT));
        long at = address;
        while (left > 0) {
            Segment segment = map.find(at);
            int count = (int) Math.min(left, PAGES_PER_SEGMENT);
            boundary.release(segment, Segment.pageOf(at), count, ReleaseReason.LARGE_FREE);
            segment.home().update(segment);
            left -= count;
            at += (long) count << PAGE_SHIFT;
        }
    }

    // ---- segments ------------------------------------------------------------------------------------------------

    /// Opens a segment for a run of `pages`, backed by a huge page where the heap is large enough to fill it soon. The caller claims and then lists it.
    private Segment open(SegmentKind kind, PackPool home, int pages) {
        StackRoom.ensure();
        Segment other = takeOver(kind, home);
        if (other != Segment.NOWHERE) {
            return other;
        }
        if (!map.isRoomFor(pages + kind.headerPages())) {
            throw full(pages);
        }
        // A huge page is resident as a whole: not where that is wanted for something else.
        boolean asks = map.isRoomFor(map.limitPages() / ROOM_FOR_HUGE_SHARE + PAGES_PER_SEGMENT) && hugePages.chooseHuge(map.open());
        Segment segment = map.openUntouched(kind, home);
        if (asks) {
            askForHugePage(segment);
        }
        map.begin(segment);
        watch.opened(segment);
        return segment;
    }

    private void askForHugePage(Segment segment) {
        long begun = nanoTime.getAsLong();
        if (os.backByHugePage(map.range(), segment.base(), SEGMENT_BYTES)) {
            hugePages.granted(nanoTime.getAsLong() - begun);
            segment.huge(true);
            boundary.noteResident(segment);
        } else {
            hugePages.refused();
        }
    }

    /// A segment of the other kind that is wholly free becomes one of this kind, with the pages that it has: what is free and resident serves first,
    /// whoever had it, and nothing is purged in order to grow.
    private Segment takeOver(SegmentKind kind, PackPool home) {
        Segment unpurged = map.isRoomFor(PAGES_PER_SEGMENT) ? halfClosed.reopen(kind, home) : Segment.NOWHERE;
        if (unpurged != Segment.NOWHERE) {
            return unpurged;
        }
        Segment taken = takeOverEmpty(kind, home);
        return taken == Segment.NOWHERE && reclaimOther(kind) ? takeOverEmpty(kind, home) : taken;
    }

    /// What lies in stock for the other kind becomes free pages, if it is as much as a segment.
    ///
    /// @return whether some did
    private boolean reclaimOther(SegmentKind kind) {
        return kind == SegmentKind.SMALL
                ? stockedPages() >= PAGES_PER_SEGMENT && reclaim.tick(ReclaimBudget.ALL) > 0
                : emptyPages() >= PAGES_PER_SEGMENT && retire.tick(RetireBudget.ALL) > 0;
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
    private void list(Segment segment) {
        boundary.noteFree(segment); // what is never claimed of it may be resident all the same, and goes back like all else
        segment.home().update(segment);
    }

    /// Closes the segments that are wholly free and purges what is left in them, so that their slots can be used by any shard, for
    /// any kind. For an idle heap.
    ///
    /// @return how many it was
    public long closeEmpty() {
        return halfClosed.closeEmpty();
    }
}
