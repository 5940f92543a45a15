package dev.hz3.bench.jmh;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;

/// The bench on which single boxes are clamped: a tireless machine, an address map of 64 segments, a boundary, a ledger.
final class Bench implements AutoCloseable {

    static final int SEGMENTS = 64;
    /// In a fragmented segment one page in so many is used, so that no longer stretch is free before the last of them.
    static final int FRAGMENT_PAGES = 4;

    final OperatingSystem os = new TirelessMachine();
    final ReservedRange range = os.reserve((long) SEGMENTS * SEGMENT_BYTES, SEGMENT_BYTES, SEGMENT_BYTES);
    final AddressMap map = new AddressMap(os, range);
    final PackPool pool = new PackPool(0);
    final ReleaseLedger ledger = new ReleaseLedger(os, map);
    final ReleaseBoundary boundary;

    /// A boundary that tells the ledger, or nobody.
    Bench(boolean hasLedger) {
        boundary = new ReleaseBoundary(map, hasLedger ? ledger : (_, _, _, _) -> {});
    }

    /// A new segment, listed in the pool.
    Segment open(SegmentKind kind) {
        Segment segment = map.open(kind, pool);
        pool.update(segment);
        return segment;
    }

    /// Frees all of a segment but one page in [#FRAGMENT_PAGES] of its first seven eighths.
    void fragment(Segment segment) {
        int pages = PAGES_PER_SEGMENT - segment.kind().headerPages();
        int first = boundary.claim(segment, pages);
        for (int page = first; page < PAGES_PER_SEGMENT; page++) {
            if (page % FRAGMENT_PAGES != 0 || page >= PAGES_PER_SEGMENT / 8 * 7) {
                boundary.release(segment, new PageRange(page, 1), ReleaseReason.LARGE_FREE);
            }
        }
        pool.update(segment);
    }

    /// Claims a run of a class and tags it; opens a segment where none has room.
    long claimRun(int sizeClass) {
        int pages = SizeClasses.pages(sizeClass);
        Segment segment = roomFor(pages, SegmentKind.MEDIUM);
        int first = boundary.claim(segment, pages);
        segment.tag(new PageRange(first, pages), sizeClass);
        pool.update(segment);
        return segment.addressOf(first);
    }

    /// Claims a run of small blocks; opens a segment where none has room.
    ///
    /// @return its address
    long claimSmallRun(int sizeClass) {
        int pages = SizeClasses.pages(sizeClass);
        Segment segment = roomFor(pages, SegmentKind.SMALL);
        int first = boundary.claim(segment, pages);
        segment.enter(first, sizeClass);
        pool.update(segment);
        return segment.addressOf(first);
    }

    private Segment roomFor(int pages, SegmentKind kind) {
        Segment segment = pool.tightest(pages);
        return segment == Segment.NOWHERE ? open(kind) : segment;
    }

    @Override
    public void close() {
        map.unreserve();
        os.close();
    }
}
