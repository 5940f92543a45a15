package dev.hz3.release.ledger;

import dev.hz3.os.testing.CountingSystem;
import dev.hz3.os.testing.FaultySystem;
import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Segments on a machine of one's own, all of them claimed and touched, and a ledger that hears what is released.
final class LedgerBench {

    /// Everything, at once.
    static final PurgePlan NOW = new PurgePlan(0, 1 << 20, 1 << 20);

    private static final int LEAST_SLOTS = 8;

    final SimulatedSystem machine;
    final FaultySystem os;
    final CountingSystem counting;
    final AddressMap map;
    final ReleaseLedger ledger;
    final ReleaseBoundary boundary;
    final PackPool pool = new PackPool(0);
    final List<Segment> segments = new ArrayList<>();
    final Segment segment;
    final AtomicInteger ranges = new AtomicInteger();

    /// One segment.
    LedgerBench(int pageBytes) {
        this(pageBytes, 1);
    }

    LedgerBench(int pageBytes, int segmentCount) {
        long bytes = (long) Math.max(LEAST_SLOTS, segmentCount) << Geometry.SEGMENT_SHIFT;
        machine = new SimulatedSystem(pageBytes, 1L << 30);
        os = new FaultySystem(machine);
        counting = new CountingSystem(os);
        map = new AddressMap(counting, counting.reserve(bytes, bytes, Geometry.SEGMENT_BYTES));
        ledger = new ReleaseLedger(counting, map);
        boundary = new ReleaseBoundary(map, ledger);
        for (int i = 0; i < segmentCount; i++) {
            segments.add(open());
        }
        segment = segments.getFirst();
        machine.watch((address, bytesPurged) -> ranges.incrementAndGet());
    }

    /// One more, in the lowest free slot.
    Segment open() {
        Segment opened = map.open(SegmentKind.MEDIUM, pool);
        boundary.claim(opened, 512);
        machine.touch(opened.base(), Geometry.SEGMENT_BYTES);
        return opened;
    }

    void release(int first, int count) {
        release(segment, first, count);
    }

    void release(Segment from, int first, int count) {
        boundary.release(from, new PageRange(first, count), ReleaseReason.MEDIUM_RUN_RECLAIM);
    }

    long tick(PurgePlan plan) {
        return ledger.tick(boundary, plan);
    }

    /// Lets the ledger see that one call takes many ranges, and leaves nothing of it behind.
    void learnVectored() {
        release(0, 1);
        release(2, 1);
        tick(NOW);
        boundary.claim(segment, 1);
        boundary.claim(segment, 1);
    }

    boolean isPurged(int page) {
        return isPurged(segment, page);
    }

    boolean isPurged(Segment of, int page) {
        return machine.pageState(of.addressOf(page)) != SimulatedSystem.PageState.RESIDENT;
    }

    int purgedPages() {
        int pages = 0;
        for (int page = 0; page < 512; page++) {
            pages += isPurged(page) ? 1 : 0;
        }
        return pages;
    }
}
