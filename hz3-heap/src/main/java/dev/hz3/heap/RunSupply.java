package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.os.HugePageMode;
import dev.hz3.os.OperatingSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireBudget;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
import dev.hz3.segment.SmallRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Where blocks come from, nearest first: stock of one's own shard, stock of the others (medium runs), room in one's segments, room
/// in those of the others, a new segment.
///
/// Threads: any.
final class RunSupply {

    /// Less than this is not worth a recall when room runs out, or more is resident than ever was.
    private static final int RECALL_FROM_PAGES = 128;
    private static final ReclaimBudget RECALL = new ReclaimBudget(64, Long.MAX_VALUE, false);
    private static final RetireBudget RETIRE = new RetireBudget(RECALL_FROM_PAGES, false);

    /// Much of what is resident lies free where it is this share, one in so many; less than that is much in a heap of few pages, 128 MiB.
    private static final int SLACK_SHARE = 4;
    private static final int SMALL_SLACK_SHARE = 24;
    private static final int FEW_PAGES = 128 << 8;
    /// So many pages of growth are worth a look.
    private static final int GROWTH_PAGES = 64;
    /// Of what was more than ever, this share, one in so many, is never paid for again: so a load that goes round in a circle comes to an end of paying.
    private static final int FORGIVEN_SHARE = 32;
    /// At a turn of a busy heap, this share of what has gone since is forgotten.
    private static final int FORGOTTEN_SHARE = 16;
    private static final int GROWTH_CALLS = 4;

    private final OperatingSystem os;
    private final boolean releases;
    private final LongSupplier nanoTime;
    private final HugePagePolicy hugePages;
    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final ReleaseLedger ledger;
    private final MediumReclaim recall;
    private final RetireScan retire;
    private final List<Shard> shards;
    private final AtomicLongArray claimedByClass = new AtomicLongArray(SizeClasses.COUNT);
    private final LongAdder claimedPages = new LongAdder();
    /// Pages that were clean when they were claimed, since the beginning. Less those that were purged they are what is resident, or may be.
    private final LongAdder grown = new LongAdder();
    /// Those of them that have not been looked at yet.
    private final AtomicLong unpaid = new AtomicLong();
    /// The most pages that were resident, as far as is remembered.
    private final AtomicLong highest = new AtomicLong();
    /// Closed segments that the kernel has not taken yet.
    private final Queue<Segment> halfClosed = new ConcurrentLinkedQueue<>();

    RunSupply(OperatingSystem os, AddressMap map, ReleaseBoundary boundary, ReleaseLedger ledger, MediumReclaim recall, RetireScan retire,
            List<Shard> shards, HeapOptions options, LongSupplier nanoTime) {
        this.recall = recall;
        this.retire = retire;
        this.nanoTime = nanoTime;
        this.os = os;
        releases = options.release();
        hugePages = new HugePagePolicy(
                options.hugePages() && os.hugePageMode() != HugePageMode.NEVER,
                (int) Math.min(Integer.MAX_VALUE, options.hugeAfterBytes() >>> SEGMENT_SHIFT));
        this.map = map;
        this.boundary = boundary;
        this.ledger = ledger;
        this.shards = shards;
    }

    /// Medium runs of a class that were claimed from free pages since the beginning.
    long claimedRuns(int sizeClass) {
        return claimedByClass.get(sizeClass);
    }

    private Shard shard(int from, int step) {
        return shards.get((from + step) % shards.size());
    }

    /// Puts blocks of a class into `addresses[from]` and behind it, at most `max`, out of what the heap has: what is its own shard's, or room of another that
    /// has whole segments free. Threads of two shards that use neighbouring pages of one segment wait for each other at each block: who holds them is written down in one place.
    ///
    /// @return how many it was; 0 where the heap must grow first
    int fill(int shard, int sizeClass, long[] addresses, int from, int max) {
        return fill(shard, sizeClass, addresses, from, max, false);
    }

    /// @param everywhere whether any room will do, whosever it is
    private int fill(int shard, int sizeClass, long[] addresses, int from, int max, boolean everywhere) {
        return SizeClasses.isMedium(sizeClass)
                ? fillMedium(shard, sizeClass, addresses, from, max, everywhere)
                : fillSmall(shard, sizeClass, addresses, from, max, everywhere);
    }

    /// The same out of a new segment.
    ///
    /// @return how many it was, at least one
    /// @throws OutOfMemoryError where there is none
    int grow(int shard, int sizeClass, long[] addresses, int from, int max) {
        try {
            return SizeClasses.isMedium(sizeClass)
                    ? growMedium(shard, sizeClass, addresses, from, max)
                    : growSmall(shard, sizeClass, addresses, from, max);
        } catch (OutOfMemoryError full) {
            int filled = fill(shard, sizeClass, addresses, from, max, true);
            if (filled == 0) {
                throw full;
            }
            return filled;
        }
    }

    /// Whether so few segments are open that what single threads keep may spare another one.
    boolean isSmall() {
        return !hugePages.isLarge(map.open());
    }

    // ---- medium --------------------------------------------------------------------------------------------------

    private int fillMedium(int shard, int sizeClass, long[] addresses, int from, int max, boolean everywhere) {
        int filled = 0;
        for (int i = 0; filled == 0 && i < (everywhere ? shards.size() : 1); i++) {
            filled = shard(shard, i).runs().pop(sizeClass, addresses, from, max);
        }
        do {
            for (int i = 0; filled == 0 && i < shards.size(); i++) {
                PackPool pool = shard(shard, i).mediumPool();
                if (i == 0 || everywhere || pool.hasEmpty()) {
                    filled = claimMedium(pool, sizeClass, addresses, from, max);
                }
            }
        } while (filled == 0 && recall());
        return filled;
    }

    private int growMedium(int shard, int sizeClass, long[] addresses, int from, int max) {
        // Ours alone until it is listed, so that one who has opened a segment goes away with a run.
        Segment segment = open(SegmentKind.MEDIUM, shards.get(shard).mediumPool());
        int filled = claimMedium(segment, sizeClass, addresses, from, max);
        list(segment);
        return filled;
    }

    /// Before the heap grows, runs that lie in stock for other classes become pages that serve any.
    ///
    /// @return whether some did
    private boolean recall() {
        if (stockedPages() < RECALL_FROM_PAGES) {
            return false;
        }
        StackRoom.ensure();
        return recall.tick(RECALL) > 0;
    }

    private long stockedPages() {
        long stocked = 0;
        for (Shard shard : shards) {
            stocked += shard.runs().pages();
        }
        return stocked;
    }

    private int claimMedium(PackPool pool, int sizeClass, long[] addresses, int from, int max) {
        int pages = SizeClasses.pages(sizeClass);
        int filled = 0;
        for (Segment segment = pool.tightest(pages); segment != Segment.NOWHERE && filled < max; segment = pool.tightest(pages)) {
            filled += claimMedium(segment, sizeClass, addresses, from + filled, max - filled);
            pool.update(segment);
        }
        return filled;
    }

    private int claimMedium(Segment segment, int sizeClass, long[] addresses, int from, int max) {
        int pages = SizeClasses.pages(sizeClass);
        int filled = 0;
        int clean = 0;
        while (filled < max) {
            int first = boundary.claim(segment, pages);
            if (first == ReleaseBoundary.NONE) {
                break;
            }
            PageRange run = new PageRange(first, pages);
            clean += segment.cleanPages(run);
            segment.tag(run, sizeClass);
            claimedByClass.incrementAndGet(sizeClass);
            addresses[from + filled++] = segment.addressOf(first);
        }
        claimedPages.add((long) filled * pages);
        note(clean);
        return filled;
    }

    // ---- small ---------------------------------------------------------------------------------------------------

    private int fillSmall(int shard, int sizeClass, long[] addresses, int from, int max, boolean everywhere) {
        int filled = shards.get(shard).smallPages().take(sizeClass, addresses, from, max);
        while (filled == 0) {
            SmallRun run = claimSmall(shard, sizeClass, everywhere);
            if (run == SmallRun.NONE) {
                break;
            }
            filled = listAndTake(run, addresses, from, max);
        }
        return filled;
    }

    /// Before a small segment is opened, runs that are empty become pages that serve any small class.
    ///
    /// @return whether some did
    private boolean retireEmpty() {
        return emptyPages() >= RECALL_FROM_PAGES && retire.tick(RETIRE) > 0;
    }

    private long emptyPages() {
        long empty = 0;
        for (Shard shard : shards) {
            empty += shard.smallPages().emptyPages();
        }
        return empty;
    }

    private int growSmall(int shard, int sizeClass, long[] addresses, int from, int max) {
        int filled = retireEmpty() ? fillSmall(shard, sizeClass, addresses, from, max, false) : 0;
        while (filled == 0) {
            Segment segment = open(SegmentKind.SMALL, shards.get(shard).smallPool());
            int first = boundary.claim(segment, SizeClasses.pages(sizeClass));
            list(segment);
            filled = listAndTake(entered(segment, first, sizeClass), addresses, from, max);
        }
        return filled;
    }

    /// @return how many; 0 where others were quicker and took all that was listed
    private int listAndTake(SmallRun run, long[] addresses, int from, int max) {
        SmallPages pages = shards.get(run.segment().home().shard()).smallPages();
        pages.add(run);
        return pages.take(run.sizeClass(), addresses, from, max);
    }

    private SmallRun claimSmall(int shard, int sizeClass, boolean everywhere) {
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
                    return entered(segment, first, sizeClass);
                }
            }
        }
        return SmallRun.NONE;
    }

    private SmallRun entered(Segment segment, int first, int sizeClass) {
        SmallRun run = new SmallRun(segment, first, sizeClass);
        segment.enter(run);
        claimedPages.add(run.pages().count());
        note(segment.cleanPages(run.pages()));
        return run;
    }

    // ---- back to stock -------------------------------------------------------------------------------------------

    /// Puts free blocks of one class back in stock, each with the shard that owns its segment. No cache has a say in what becomes of a run of pages there.
    void stock(int sizeClass, long[] addresses, int from, int count) {
        int end = from + count;
        int first = from;
        while (first < end) {
            int owner = ownerOf(addresses[first]);
            int next = first + 1;
            while (next < end && ownerOf(addresses[next]) == owner) {
                next++;
            }
            Shard shard = shards.get(owner);
            if (SizeClasses.isMedium(sizeClass)) {
                for (int i = first; i < next; i++) {
                    map.find(addresses[i]).runs().hold(Segment.pageOf(addresses[i]));
                }
                shard.runs().push(sizeClass, addresses, first, next - first);
            } else {
                shard.smallPages().give(map, sizeClass, addresses, first, next - first);
            }
            first = next;
        }
    }

    private int ownerOf(long address) {
        return map.find(address).home().shard();
    }

    // ---- large ---------------------------------------------------------------------------------------------------

    /// Claims `pages` whole pages as one large block: inside a segment, or from the beginning of one through those behind it.
    ///
    /// @return the address
    /// @throws OutOfMemoryError where there is no room
    long large(int shard, long pages) {
        if (pages > PAGES_PER_SEGMENT) {
            return span(shard, pages);
        }
        int count = (int) pages;
        pay(count); // before it is resident, and before anything is claimed
        do {
            for (int i = 0; i < shards.size(); i++) {
                PackPool pool = shard(shard, i).mediumPool();
                for (Segment segment = pool.tightest(count); segment != Segment.NOWHERE; segment = pool.tightest(count)) {
                    int first = boundary.claim(segment, count);
                    pool.update(segment);
                    if (first != ReleaseBoundary.NONE) {
                        return claimedLarge(segment, first, count);
                    }
                }
            }
        } while (recall());
        Segment segment = open(SegmentKind.MEDIUM, shards.get(shard).mediumPool());
        long address = claimedLarge(segment, boundary.claim(segment, count), count);
        list(segment);
        return address;
    }

    private long claimedLarge(Segment segment, int first, int count) {
        PageRange run = new PageRange(first, count);
        claimedPages.add(count);
        grown.add(segment.cleanPages(run));
        segment.tagLarge(run);
        return segment.addressOf(first);
    }

    private long span(int shard, long pages) {
        long segments = (pages + PAGES_PER_SEGMENT - 1) / PAGES_PER_SEGMENT;
        if (segments > map.slots()) {
            throw new OutOfMemoryError("pages=" + pages + ": more than the reserved range has, slots=" + map.slots());
        }
        List<Segment> found = claimAdjoining((int) segments);
        boolean isFound = !found.isEmpty();
        if (!isFound) {
            StackRoom.ensure();
            pay(segments * PAGES_PER_SEGMENT);
            found = map.open(SegmentKind.MEDIUM, shards.get(shard).mediumPool(), (int) segments);
        }
        long left = pages;
        for (Segment segment : found) {
            int count = (int) Math.min(left, PAGES_PER_SEGMENT);
            claimedPages.add(isFound ? PAGES_PER_SEGMENT : count);
            grown.add(segment.cleanPages(new PageRange(0, count)));
            if (!isFound) {
                boundary.claim(segment, count);
            } else if (count < PAGES_PER_SEGMENT) {
                boundary.release(segment, new PageRange(count, PAGES_PER_SEGMENT - count), ReleaseReason.LARGE_FREE);
            }
            if (left == pages) {
                segment.tagSpan(pages);
            } else {
                segment.tagGoesOn(count);
            }
            left -= count;
        }
        for (Segment segment : found) {
            segment.home().update(segment);
        }
        return found.getFirst().base();
    }

    /// Claims `count` adjoining segments, each of them whole, out of those that are wholly free; none where there are no such.
    private List<Segment> claimAdjoining(int count) {
        List<Segment> empty = new ArrayList<>();
        for (Shard shard : shards) {
            if (shard.mediumPool().hasEmpty()) {
                empty.addAll(shard.mediumPool().empty());
            }
        }
        empty.sort(Comparator.comparingInt(Segment::index));
        List<Segment> claimed = new ArrayList<>(count);
        for (Segment segment : empty) {
            if (!claimed.isEmpty() && claimed.getLast().index() != segment.index() - 1) {
                giveUp(claimed);
            }
            if (boundary.claim(segment, PAGES_PER_SEGMENT) == ReleaseBoundary.NONE) {
                giveUp(claimed);
            } else {
                claimed.add(segment);
            }
            if (claimed.size() == count) {
                return claimed;
            }
        }
        giveUp(claimed);
        return claimed;
    }

    private void giveUp(List<Segment> claimed) {
        for (Segment segment : claimed) {
            claimedPages.add(PAGES_PER_SEGMENT);
            boundary.release(segment, new PageRange(0, PAGES_PER_SEGMENT), ReleaseReason.LARGE_FREE);
            segment.home().update(segment);
        }
        claimed.clear();
    }

    /// Releases the pages of a block that begins with `head` and goes on behind it. The caller owns all of it.
    void releaseSpan(Segment head) {
        long left = head.spanPages();
        long at = head.base();
        while (left > 0) {
            Segment segment = map.find(at);
            int count = (int) Math.min(left, PAGES_PER_SEGMENT);
            boundary.release(segment, new PageRange(0, count), ReleaseReason.LARGE_FREE);
            segment.home().update(segment);
            left -= count;
            at += (long) PAGES_PER_SEGMENT << PAGE_SHIFT;
        }
    }

    // ---- segments ------------------------------------------------------------------------------------------------

    /// Opens a segment, backed by a huge page where the heap is large enough to fill it soon. The caller claims and then lists it.
    private Segment open(SegmentKind kind, PackPool home) {
        StackRoom.ensure();
        boolean asks = hugePages.wants(map.open());
        Segment segment = map.open(kind, home);
        note(kind.headerPages());
        if (!asks) {
            return segment;
        }
        long begun = nanoTime.getAsLong();
        if (os.backByHugePage(map.range(), segment.base(), SEGMENT_BYTES)) {
            hugePages.granted(nanoTime.getAsLong() - begun);
            segment.huge(true);
            note(segment.freePages());
            boundary.noteResident(segment);
        } else {
            hugePages.refused();
        }
        return segment;
    }

    /// Notes pages that were clean and are no longer.
    private void note(int pages) {
        grown.add(pages);
        unpaid.addAndGet(pages);
    }

    /// Whether the heap has grown to where it never was, so that [#pay()] is due.
    boolean isOwing() {
        return unpaid.get() >= GROWTH_PAGES && unpaid.getAndSet(0) >= GROWTH_PAGES && residentPages() > highest.get();
    }

    /// Pays for what the heap has grown by.
    void pay() {
        pay(0);
    }

    /// More is resident than ever was, or will be with the `coming` pages: as much of what is free and resident goes back, where much is. So the
    /// footprint follows what is live, however fast it changes its shape.
    private void pay(long coming) {
        long before = highest.get();
        long resident = residentPages() + coming;
        long over = resident - before;
        if (!releases || over <= 0) {
            return;
        }
        if (!isMuchResident()) {
            highest.compareAndSet(before, resident);
            return;
        }
        StackRoom.ensure();
        highest.compareAndSet(before, before + over / FORGIVEN_SHARE);
        recall.tick(new ReclaimBudget(Integer.MAX_VALUE, over, false));
        retire.tick(new RetireBudget(over, false));
        ledger.purgeEarly(boundary, new PurgePlan(0, over, GROWTH_CALLS));
    }

    /// At a turn: what was resident once counts less and less; what was before a silence, not at all.
    void forget(boolean idle) {
        long before = highest.get();
        long fallen = before - residentPages();
        highest.compareAndSet(before, before - (idle ? fallen : fallen / FORGOTTEN_SHARE));
    }

    /// Whether so little is resident that what single threads keep matters to it.
    boolean hasFewPages() {
        return residentPages() < FEW_PAGES;
    }

    private long residentPages() {
        return grown.sum() - ledger.purgedPages();
    }

    /// Whether much of what is resident lies free, in stock or in empty runs, or waits.
    private boolean isMuchResident() {
        long resident = residentPages();
        long used = claimedPages.sum() - boundary.releasedPages();
        long free = resident - used + stockedPages() + emptyPages();
        return free >= RECALL_FROM_PAGES && free * (hasFewPages() ? SMALL_SLACK_SHARE : SLACK_SHARE) >= resident;
    }

    /// Lists a segment that was just opened, after what it was opened for has been claimed: from now on others may have pages of it, the ledger too.
    private void list(Segment segment) {
        if (segment.isHuge()) {
            // What is never claimed of it is resident all the same, and goes back like all else.
            int header = segment.kind().headerPages();
            ledger.enqueue(segment, new PageRange(header, PAGES_PER_SEGMENT - header));
        }
        segment.home().update(segment);
    }

    /// Closes the segments that are wholly free and purges what is left in them, so that their slots can be used by any shard, for
    /// any kind. For an idle heap.
    ///
    /// @return how many it was
    long closeEmpty() {
        for (Shard shard : shards) {
            for (PackPool pool : shard.pools()) {
                for (Segment segment : pool.empty()) {
                    close(segment);
                }
            }
        }
        List<Segment> closed = new ArrayList<>();
        for (Segment segment = halfClosed.poll(); segment != null; segment = halfClosed.poll()) {
            closed.add(segment);
        }
        List<Segment> purged;
        try {
            purged = ledger.purgeClosed(closed);
            closed.removeAll(purged);
        } finally {
            halfClosed.addAll(closed); // all of them where it threw: to purge one twice does no harm
        }
        for (Segment segment : purged) {
            map.free(segment);
        }
        return purged.size();
    }

    private void close(Segment segment) {
        int header = segment.kind().headerPages();
        int pages = PAGES_PER_SEGMENT - header;
        // One without a header is purged whole while it is lent, and closed when that is done.
        if (header == 0 && !segment.isClean(new PageRange(0, pages))) {
            return;
        }
        if (boundary.claim(segment, pages) != ReleaseBoundary.NONE) {
            map.close(segment);
            halfClosed.add(segment);
        }
    }
}
