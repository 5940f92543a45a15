package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.Tally;
import java.util.List;

/// The runs of whole pages that large blocks are made of: each is claimed for one block and released with it.
///
///     up to a segment    room of a medium segment ──▶ stock becomes pages ──▶ a segment that is wholly free ──▶ a new segment
///     more               segments that adjoin (`SpanSupply`)
///
/// Threads: any.
public final class LargeRuns {

    /// What [#claim] returns if there is no room.
    public static final long NO_ROOM = SpanSupply.NO_ROOM;

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final List<Shard> shards;
    private final StockReclaim stock;
    private final SegmentSupply segments;
    private final SpanSupply spans;
    private final Tally claimedBytes = new Tally();

    LargeRuns(AddressMap map, ReleaseBoundary boundary, List<Shard> shards, StockReclaim stock, SegmentSupply segments, SpanSupply spans) {
        this.map = map;
        this.boundary = boundary;
        this.shards = shards;
        this.stock = stock;
        this.segments = segments;
        this.spans = spans;
    }

    /// Claims `pages` whole pages as one large block, out of what the heap has: inside a segment, or from the beginning of one through those behind it.
    ///
    /// @param alignment in pages, a power of two up to a segment's
    /// @return the address; [#NO_ROOM] where the heap must grow first
    public long claim(int shard, long pages, int alignment) {
        if (pages > PAGES_PER_SEGMENT) {
            return span(shard, pages); // it begins with a segment, which is alignment enough
        }
        int count = (int) pages;
        int stretch = Math.min(count + alignment - 1, PAGES_PER_SEGMENT); // so long that an aligned run is in it wherever it begins
        long address = claim(shard, count, alignment, stretch, false);
        if (address == NO_ROOM && stock.reclaimMedium()) {
            address = claim(shard, count, alignment, stretch, false);
        }
        return address != NO_ROOM ? address : claim(shard, count, alignment, stretch, true);
    }

    /// @param isEmptyToo whether segments that are wholly free may be begun
    private long claim(int shard, int count, int alignment, int stretch, boolean isEmptyToo) {
        for (int i = 0; i < shards.size(); i++) {
            PackPool pool = shards.get((shard + i) % shards.size()).mediumPool();
            for (Segment segment = pool.tightest(stretch, isEmptyToo);
                    segment != Segment.NOWHERE;
                    segment = pool.tightest(stretch, isEmptyToo)) {
                int first = boundary.claim(segment, count, alignment);
                pool.update(segment);
                if (first != ReleaseBoundary.NONE) {
                    return claimed(segment, first, count);
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
    public long grow(int shard, long pages, int alignment) {
        if (pages > PAGES_PER_SEGMENT) {
            return growSpan(shard, pages);
        }
        int count = (int) pages;
        Segment segment = segments.open(SegmentKind.MEDIUM, shards.get(shard).mediumPool(), count);
        int first = boundary.claim(segment, count, alignment);
        long address = first == ReleaseBoundary.NONE ? NO_ROOM : claimed(segment, first, count);
        segments.list(segment);
        if (address == NO_ROOM) {
            throw segments.full(count);
        }
        return address;
    }

    private static long claimed(Segment segment, int first, int count) {
        segment.tagLarge(first, count);
        return segment.addressOf(first);
    }

    private long span(int shard, long pages) {
        long address = spans.claim(pages);
        return address == NO_ROOM && segments.takeOverAll(shards.get(shard).mediumPool()) ? spans.claim(pages) : address;
    }

    private long growSpan(int shard, long pages) {
        StackRoom.ensure();
        return spans.grow(shards.get(shard).mediumPool(), pages);
    }

    /// Notes that a large block has been claimed, of so many bytes in the end.
    public void noteClaimed(long bytes) {
        claimedBytes.add(bytes);
    }

    /// Bytes of the large blocks that have been claimed and not been released.
    public long bytes() {
        return claimedBytes.sum();
    }

    /// Releases the large block at `address`. The caller has made it not live.
    public void release(long address) {
        Segment head = map.find(address);
        int first = Segment.pageOf(address);
        long left = head.largePages(first);
        claimedBytes.add(-(left << PAGE_SHIFT));
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
}
