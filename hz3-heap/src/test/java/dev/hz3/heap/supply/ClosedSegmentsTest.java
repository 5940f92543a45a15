package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Two threads that want the same empty segment, one after the other: whoever comes second leaves it alone.
class ClosedSegmentsTest {

    private final SimulatedSystem os = new SimulatedSystem();
    private final AddressMap map = AddressMap.reserve(os, 4 * SEGMENT_BYTES);
    private final ReleaseLedger ledger = new ReleaseLedger(os, map);
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
    private final Shard shard = new Shard(0, map);
    private final ClosedSegments ours = closedSegments();
    private final ClosedSegments theirs = closedSegments();

    private ClosedSegments closedSegments() {
        return new ClosedSegments(map, boundary, ledger, List.of(shard), new SegmentWatch() {});
    }

    private Segment empty() {
        Segment segment = map.open(SegmentKind.SMALL, shard.smallPool());
        shard.smallPool().update(segment);
        return segment;
    }

    @Test
    void a_segment_that_another_has_closed_is_not_closed_again_and_its_slot_is_not_ours_to_purge() {
        Segment empty = empty();
        assertEquals(1, theirs.closeEmpty());
        assertSame(Segment.NOWHERE, ours.reopen(empty, SegmentKind.MEDIUM, shard.mediumPool()));
        Segment next = empty();
        assertEquals(empty.base(), next.base());
        assertTrue(boundary.claim(next, 10) > 0);
        assertEquals(0, ours.closeEmpty());
        assertSame(Segment.NOWHERE, ours.reopen(SegmentKind.MEDIUM, shard.mediumPool()));
        assertSame(next, map.at(next.index()));
    }

    @Test
    void a_segment_is_opened_again_once() {
        Segment empty = empty();
        Segment opened = theirs.reopen(empty, SegmentKind.MEDIUM, shard.mediumPool());
        assertNotSame(Segment.NOWHERE, opened);
        assertSame(Segment.NOWHERE, ours.reopen(empty, SegmentKind.MEDIUM, shard.mediumPool()));
        assertSame(Segment.NOWHERE, ours.reopen(SegmentKind.MEDIUM, shard.mediumPool()));
        assertSame(opened, map.at(empty.index()));
    }
}
