package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_BYTES;

import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Segment;

/// What a simulated heap takes for resident is what is resident on the machine, page for page: whoever is given a page touches it, so that what is counted
/// and not resident is a page that nobody was ever given.
///
/// Runs of a class that are claimed and reclaimed within one step are not seen here, and may have been counted: so many pages are forgiven until both
/// agree again. Large blocks are never forgiven.
final class SimulationResidency {

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final SimulatedSystem machine;
    private long claims; // after the step before
    private long reclaimed; // pages, after the step before
    private long unseen;

    SimulationResidency(HeapParts parts, SimulatedSystem machine) {
        map = parts.map();
        boundary = parts.boundary();
        this.machine = machine;
    }

    /// After a step, while nobody is at work.
    ///
    /// @throws SimulationFailure where something else is counted than is resident
    void check() {
        long reclaimedNow = boundary.releasedPages() - boundary.releasedPages(ReleaseReason.LARGE_FREE);
        if (claims != boundary.claims()) {
            unseen += reclaimedNow - reclaimed;
            touchWhatIsUsed();
        }
        claims = boundary.claims();
        reclaimed = reclaimedNow;
        long resident = machine.residentBytes(map.range(), map.range().base(), map.range().bytes()) / PAGE_BYTES;
        long counted = map.residentPages();
        if (counted == resident) {
            unseen = 0;
        } else if (counted < resident || counted > resident + unseen) {
            throw new SimulationFailure("counted as resident: " + counted + " pages, and resident are " + resident + ", unseen=" + unseen);
        }
    }

    private void touchWhatIsUsed() {
        for (int slot = 0; slot < map.usedSlots(); slot++) {
            Segment segment = map.at(slot);
            int page = segment == Segment.NOWHERE ? PAGES_PER_SEGMENT : segment.nextUsed(0);
            while (page < PAGES_PER_SEGMENT) {
                int end = segment.nextFree(page);
                machine.touch(segment.addressOf(page), (long) (end - page) * PAGE_BYTES);
                page = segment.nextUsed(end);
            }
        }
    }
}
