package dev.hz3.heap;

import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/// Where runs come from, nearest first: stock of one's own shard, room in its segments, stock and room of the others, a new segment.
///
/// Threads: any.
final class RunSupply {

    /// No run to be had without a new segment.
    static final long NONE = 0;

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final List<Shard> shards;
    private final AtomicLongArray claimedByClass = new AtomicLongArray(SizeClasses.COUNT);

    RunSupply(AddressMap map, ReleaseBoundary boundary, List<Shard> shards) {
        this.map = map;
        this.boundary = boundary;
        this.shards = shards;
    }

    /// Runs of a class that were claimed from free pages since the beginning.
    long claimedRuns(int sizeClass) {
        return claimedByClass.get(sizeClass);
    }

    /// Puts runs of class `sizeClass` into `addresses[from]` and behind it, at most `max` and at least one.
    ///
    /// @return how many it was
    /// @throws OutOfMemoryError where there is none
    int fill(int shard, int sizeClass, long[] addresses, int from, int max) {
        int filled = stocked(shard, sizeClass, addresses, from, max);
        if (filled != 0) {
            return filled;
        }
        for (int i = 0; i < shards.size(); i++) {
            filled = claimed(shards.get((shard + i) % shards.size()).pool(), sizeClass, addresses, from, max);
            if (filled != 0) {
                return filled;
            }
        }
        Segment segment = map.open(SegmentKind.MEDIUM, shards.get(shard).pool());
        // Ours alone until it is listed, so that one who has opened a segment goes away with a run.
        int pages = SizeClasses.pages(sizeClass);
        while (filled < max) {
            int first = boundary.claim(segment, pages);
            if (first == ReleaseBoundary.NONE) {
                break;
            }
            addresses[from + filled++] = tagged(segment, first, sizeClass);
        }
        segment.home().update(segment);
        return filled;
    }

    private int stocked(int shard, int sizeClass, long[] addresses, int from, int max) {
        int filled = shards.get(shard).central().pop(sizeClass, addresses, from, max);
        for (int i = 1; filled == 0 && i < shards.size(); i++) {
            filled = shards.get((shard + i) % shards.size()).central().pop(sizeClass, addresses, from, max);
        }
        return filled;
    }

    private int claimed(PackPool pool, int sizeClass, long[] addresses, int from, int max) {
        int pages = SizeClasses.pages(sizeClass);
        int filled = 0;
        for (Segment segment = pool.tightest(pages); segment != Segment.NOWHERE && filled < max; segment = pool.tightest(pages)) {
            int first;
            while (filled < max && (first = boundary.claim(segment, pages)) != ReleaseBoundary.NONE) {
                addresses[from + filled++] = tagged(segment, first, sizeClass);
            }
            pool.update(segment);
        }
        return filled;
    }

    private long tagged(Segment segment, int first, int sizeClass) {
        segment.tag(new PageRange(first, SizeClasses.pages(sizeClass)), sizeClass);
        claimedByClass.incrementAndGet(sizeClass);
        return segment.addressOf(first);
    }

    /// Claims `pages` whole pages in one run, tagged as a large block.
    ///
    /// @param mayOpen whether a new segment may be opened for it
    /// @return the address, or [#NONE] where nobody has room and no segment may be opened
    long large(int shard, int pages, boolean mayOpen) {
        for (int i = 0; i < shards.size(); i++) {
            PackPool pool = shards.get((shard + i) % shards.size()).pool();
            for (Segment segment = pool.tightest(pages); segment != Segment.NOWHERE; segment = pool.tightest(pages)) {
                int first = boundary.claim(segment, pages);
                pool.update(segment);
                if (first != ReleaseBoundary.NONE) {
                    segment.tagLarge(new PageRange(first, pages));
                    return segment.addressOf(first);
                }
            }
        }
        if (!mayOpen) {
            return NONE;
        }
        Segment segment = map.open(SegmentKind.MEDIUM, shards.get(shard).pool());
        int first = boundary.claim(segment, pages);
        segment.tagLarge(new PageRange(first, pages));
        segment.home().update(segment);
        return segment.addressOf(first);
    }

    /// Puts free runs of one class back in stock, each with the shard that owns its segment.
    void stock(int sizeClass, long[] addresses, int from, int count) {
        int end = from + count;
        int first = from;
        while (first < end) {
            int shard = shardOf(addresses[first]);
            int next = first + 1;
            while (next < end && shardOf(addresses[next]) == shard) {
                next++;
            }
            shards.get(shard).central().push(sizeClass, addresses, first, next - first);
            first = next;
        }
    }

    private int shardOf(long address) {
        return map.find(address).home().shard();
    }
}
