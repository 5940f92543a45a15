package dev.hz3.heap.supply;

import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.os.OperatingSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/// Supplies caches with blocks, from the nearest place first: stock of the cache's own shard, stock of the other shards (medium runs; small blocks if they
/// have many), room in segments of its own shard, room in those of the others, a new segment.
///
/// Threads: any.
public final class RunSupply {

    /// From so many free bytes of a small class on, a shard shares them with threads of others before these take new pages: trial 0030.
    private static final int SHARED_FROM_BYTES = 64 << 10;

    private static final int NO_SHARD = 0;

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final List<Shard> shards;
    private final StockReclaim stock;
    private final SegmentSupply segments;
    private final LargeRuns large;
    private final AtomicLongArray claimedByClass = new AtomicLongArray(SizeClasses.COUNT);
    /// For each small class the number, from 1, of a shard that had much of it in stock; [#NO_SHARD] if none is known. A hint, deliberately racy: a stale one costs a look, nothing else.
    /// To look at every shard would be a look, for each run that is claimed, at as many places that other processors write to.
    /// A plain array: the first write to an `AtomicIntegerArray` links a method handle, which takes Java memory, and a free must not need any.
    private final int[] plenty = new int[SizeClasses.FIRST_MEDIUM];

    public RunSupply(OperatingSystem os, AddressMap map, ReleaseBoundary boundary, ReleaseLedger ledger, MediumReclaim reclaim, RetireScan retire,
            List<Shard> shards, HugePagePolicy hugePages, LongSupplier nanoTime, SegmentWatch watch) {
        this.map = map;
        this.boundary = boundary;
        this.shards = shards;
        stock = new StockReclaim(map, reclaim, retire, shards);
        segments = new SegmentSupply(os, map, boundary, ledger, stock, shards, hugePages, nanoTime, watch);
        large = new LargeRuns(map, boundary, shards, stock, segments, new SpanSupply(map, boundary, shards, watch));
    }

    /// The runs of large blocks.
    public LargeRuns large() {
        return large;
    }

    /// Whether so few segments are open that what single threads keep may spare another one.
    public boolean isSmall() {
        return segments.isSmall();
    }

    /// Pages of medium runs in stock. A recent value.
    public long stockedPages() {
        return stock.stockedPages();
    }

    /// Pages of small runs that are empty. A recent value.
    public long emptyPages() {
        return stock.emptyPages();
    }

    /// Closes the segments that are wholly free and purges what is left in them, so that their slots can be used by any shard, for
    /// any kind. For an idle heap.
    ///
    /// @return how many it was
    public long closeEmpty() {
        return segments.closeEmpty();
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

    // ---- medium --------------------------------------------------------------------------------------------------

    private int fillMedium(int shard, int sizeClass, long[] pairs, int from, int max, boolean everywhere) {
        int filled = 0;
        for (int i = 0; filled == 0 && i < (everywhere ? shards.size() : 1); i++) {
            filled = shard(shard, i).runs().pop(sizeClass, pairs, from, max);
        }
        if (filled == 0) {
            filled = claimMedium(shard, sizeClass, pairs, from, max, everywhere, false);
        }
        if (filled == 0 && stock.reclaimMedium()) {
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
        Segment segment = segments.open(SegmentKind.MEDIUM, shards.get(shard).mediumPool(), pages);
        int filled = claimMedium(segment, sizeClass, pairs, from, max);
        segments.list(segment);
        if (filled == 0) {
            throw segments.full(pages);
        }
        return filled;
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
        if (filled == 0) {
            filled = takePlenty(sizeClass, pairs, from, max);
        }
        while (filled == 0) {
            long run = claimSmall(shard, sizeClass, everywhere);
            if (run == SmallPages.NO_RUN) {
                break;
            }
            filled = listAndTake(run, sizeClass, pairs, from, max);
        }
        return filled;
    }

    /// Takes blocks of the shard that has much of the class in stock, if one is known.
    private int takePlenty(int sizeClass, long[] pairs, int from, int max) {
        int number = plenty[sizeClass];
        if (number == NO_SHARD) {
            return 0;
        }
        SmallPages pages = shards.get(number - 1).smallPages();
        if (pages.stockedBytes(sizeClass) < SHARED_FROM_BYTES) {
            plenty[sizeClass] = NO_SHARD;
            return 0;
        }
        return pages.take(sizeClass, pairs, from, max);
    }

    private int growSmall(int shard, int sizeClass, long[] pairs, int from, int max) {
        int filled = stock.retireEmpty() ? fillSmall(shard, sizeClass, pairs, from, max, false) : 0;
        while (filled == 0) {
            int pages = SizeClasses.pages(sizeClass);
            Segment segment = segments.open(SegmentKind.SMALL, shards.get(shard).smallPool(), pages);
            int first = boundary.claim(segment, pages);
            segments.list(segment);
            if (first == ReleaseBoundary.NONE) {
                throw segments.full(pages);
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
            Segment segment = map.find(pairs[first]);
            int owner = segment.home().shard();
            int next = first + 2;
            while (next < end && (segment.spans(pairs[next]) || map.find(pairs[next]).home().shard() == owner)) {
                next += 2;
            }
            Shard shard = shards.get(owner);
            if (SizeClasses.isMedium(sizeClass)) {
                shard.runs().push(sizeClass, pairs, first, (next - first) / 2);
            } else {
                SmallPages pages = shard.smallPages();
                pages.give(sizeClass, pairs, first, (next - first) / 2);
                if (plenty[sizeClass] == NO_SHARD && pages.stockedBytes(sizeClass) >= SHARED_FROM_BYTES) {
                    plenty[sizeClass] = owner + 1;
                }
            }
            first = next;
        }
    }
}
