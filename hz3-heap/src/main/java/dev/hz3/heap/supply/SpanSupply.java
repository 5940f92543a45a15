package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;

import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// Finds segments that adjoin, each free from its beginning, for blocks of more than a segment.
///
///     resident, side by side ──▶ side by side ──▶ some resident ones and the slots behind them ──▶ new segments
///
/// Threads: any.
final class SpanSupply {

    /// What [#claim] returns if there is no room.
    static final long NO_ROOM = 0;

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final List<Shard> shards;
    private final SegmentWatch watch;

    SpanSupply(AddressMap map, ReleaseBoundary boundary, List<Shard> shards, SegmentWatch watch) {
        this.map = map;
        this.boundary = boundary;
        this.shards = shards;
        this.watch = watch;
    }

    /// How many segments a block of `pages` begins or fills.
    ///
    /// @throws OutOfMemoryError if it is more than the range has
    int segmentsOf(long pages) {
        long segments = (pages + PAGES_PER_SEGMENT - 1) / PAGES_PER_SEGMENT;
        if (segments > map.slots()) {
            throw new OutOfMemoryError("pages=" + pages + ": more than the reserved range has, slots=" + map.slots());
        }
        return (int) segments;
    }

    /// Claims `pages` pages from the beginning of a segment that is wholly free through those behind it.
    ///
    /// @return the address; [#NO_ROOM] if no such segments are open
    long claim(long pages) {
        int count = segmentsOf(pages);
        BitSet dirty = new BitSet();
        BitSet all = new BitSet();
        addEmpty(dirty, all);
        List<Segment> found = claimAdjoining(dirty, count, pages);
        if (found.isEmpty()) {
            found = claimAdjoining(all, count, pages);
        }
        return found.isEmpty() ? NO_ROOM : written(found, pages);
    }

    private void addEmpty(BitSet dirty, BitSet all) {
        for (int i = 0; i < shards.size(); i++) {
            shards.get(i).mediumPool().addEmpty(dirty, all);
        }
    }

    /// Looks for the segments before it claims any: what is free stays as it is.
    private List<Segment> claimAdjoining(BitSet empty, int count, long pages) {
        for (int end = 0, first = empty.nextSetBit(0); first >= 0; first = empty.nextSetBit(end)) {
            end = empty.nextClearBit(first);
            for (; first + count <= end; first += count) {
                List<Segment> adjoining = open(first, first + count);
                if (boundary.claimSpan(adjoining, pages)) {
                    return adjoining;
                }
            }
        }
        return List.of();
    }

    private List<Segment> open(int from, int to) {
        return IntStream.range(from, to).mapToObj(map::at).toList();
    }

    /// Claims `pages` pages of segments of which some are opened for it, for the shard of `home`.
    ///
    /// @return the address
    /// @throws OutOfMemoryError if there is no room
    long grow(PackPool home, long pages) {
        if (!map.isRoomFor(pages)) {
            throw full(pages);
        }
        int count = segmentsOf(pages);
        List<Segment> segments = extend(home, count, pages);
        if (segments.isEmpty()) {
            segments = map.open(SegmentKind.MEDIUM, home, count);
            segments.forEach(watch::opened);
            if (!boundary.claimSpan(segments, pages)) {
                throw full(pages);
            }
        }
        return written(segments, pages);
    }

    private OutOfMemoryError full(long pages) {
        return map.full("claim(pages=" + pages + ")");
    }

    /// Claims the longest stretch of resident segments together with new ones behind it: what is resident need not be faulted in again. What was once one block
    /// is no longer whole as soon as a smaller block has taken its beginning.
    ///
    /// @return none where there is no such stretch, its neighbours are taken, or somebody else was quicker
    private List<Segment> extend(PackPool home, int count, long pages) {
        BitSet dirty = new BitSet();
        addEmpty(dirty, new BitSet());
        int longest = 0;
        int from = 0;
        for (int end = 0, first = dirty.nextSetBit(0); first >= 0; first = dirty.nextSetBit(end)) {
            end = dirty.nextClearBit(first);
            if (end - first > longest && end - first < count && map.isNobodys(end, count - (end - first))) {
                longest = end - first;
                from = first;
            }
        }
        int behind = from + longest;
        List<Segment> opened = longest == 0 ? List.of() : map.openAt(SegmentKind.MEDIUM, home, behind, count - longest);
        if (opened.isEmpty()) {
            return List.of();
        }
        opened.forEach(watch::opened);
        List<Segment> all = new ArrayList<>(open(from, behind));
        all.addAll(opened);
        if (boundary.claimSpan(all, pages)) {
            return all;
        }
        opened.forEach(home::update); // wholly free, and whoever wants them may have them
        return List.of();
    }

    /// Writes the words of a block whose pages are claimed, all of `segments` but for what the last of them has too much.
    private static long written(List<Segment> segments, long pages) {
        segments.getFirst().tagSpan(pages);
        long left = pages;
        for (Segment segment : segments) {
            if (left != pages) {
                segment.tagGoesOn((int) Math.min(left, PAGES_PER_SEGMENT));
            }
            left -= PAGES_PER_SEGMENT;
        }
        for (Segment segment : segments) {
            segment.home().update(segment);
        }
        return segments.getFirst().base();
    }
}
