package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.ForwardingSystem;
import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.boundary.ReleaseSink;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A machine that is not there, whose first touches cost what the test says, on a clock of its own.
class FirstTouchTest {

    private static final long SEGMENTS = 8;

    private final SimulatedSystem machine = new SimulatedSystem();
    private long now;
    private long faultNanos = 15_000;
    private long callNanos = 3_000;
    private boolean takesCalls = true;
    private int calls;
    private int touches;
    private final OperatingSystem os = new ForwardingSystem(machine) {

        @Override
        public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
            calls++;
            now += callNanos;
            return takesCalls && super.advise(range, address, bytes, advice);
        }

        @Override
        public void zero(ReservedRange range, long address, long bytes) {
            touches++;
            now += machine.residentBytes(range, address, PAGE_BYTES) == 0 ? faultNanos : 0;
            super.zero(range, address, bytes);
        }
    };
    private final AddressMap map = AddressMap.reserve(os, SEGMENTS * SEGMENT_BYTES);
    private final PackPool pool = new PackPool(0);
    private final FirstTouch firstTouch = new FirstTouch(os, map, ReleaseSink.KEEP, () -> now);
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, firstTouch);
    private Segment segment = map.open(SegmentKind.MEDIUM, pool);

    @AfterEach
    void give_the_addresses_back() {
        map.unreserve();
        machine.close();
    }

    private int claim(int pages) {
        int first = boundary.claim(segment, pages);
        if (first == ReleaseBoundary.NONE) {
            segment = map.open(SegmentKind.MEDIUM, pool);
            first = boundary.claim(segment, pages);
        }
        return first;
    }

    private long residentPages(int first, int pages) {
        return machine.residentBytes(map.range(), segment.addressOf(first), (long) pages * PAGE_BYTES) / PAGE_BYTES;
    }

    private int populatedOf(int claims, int pages) {
        int populated = 0;
        for (int i = 0; i < claims; i++) {
            int callsBefore = calls;
            int first = claim(pages);
            if (calls != callsBefore) {
                assertEquals(pages, residentPages(first, pages));
                populated++;
            }
        }
        return populated;
    }

    @Test
    void where_a_page_fault_is_dear_a_run_is_populated_in_one_call() {
        int populated = populatedOf(400, 5);
        assertTrue(populated > 400 * 9 / 10, "populated=" + populated);
        assertEquals(callNanos / 5, firstTouch.pageNanos());
    }

    @Test
    void where_the_call_is_dearer_a_run_is_left_to_fault() {
        faultNanos = 100;
        int populated = populatedOf(400, 5);
        assertTrue(populated < 400 / 10, "populated=" + populated);
        assertEquals(faultNanos, firstTouch.pageNanos());
    }

    @Test
    void a_machine_that_changes_is_noticed() {
        faultNanos = 100;
        populatedOf(200, 5);
        faultNanos = 15_000;
        populatedOf(200, 5);
        int populated = populatedOf(200, 5);
        assertTrue(populated > 150, "populated=" + populated);
    }

    @Test
    void one_page_has_a_price_of_its_own() {
        faultNanos = 1_000; // five faults are dearer than a call, and one is not
        assertTrue(populatedOf(200, 5) > 150);
        assertTrue(populatedOf(200, 1) < 50);
    }

    @Test
    void a_large_block_is_left_to_its_page_faults() {
        assertEquals(0, populatedOf(20, 17));
        assertEquals(0, touches);
    }

    @Test
    void what_is_resident_already_is_not_touched_again() {
        int first = claim(5);
        boundary.release(segment, first, 5, ReleaseReason.LARGE_FREE);
        calls = 0;
        touches = 0;
        for (int i = 0; i < 100; i++) {
            first = claim(5);
            boundary.release(segment, first, 5, ReleaseReason.LARGE_FREE);
        }
        assertEquals(0, calls + touches);
    }

    @Test
    void a_kernel_that_refuses_is_asked_for_one_run_in_seventeen() {
        takesCalls = false;
        calls = 0;
        for (int i = 0; i < 700; i++) {
            claim(5);
        }
        assertTrue(calls <= 700 / 16, "calls=" + calls);
    }

}
