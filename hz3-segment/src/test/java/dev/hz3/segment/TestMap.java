package dev.hz3.segment;

import dev.hz3.os.testing.SimulatedSystem;
import java.util.List;

/// A map on a machine that is not there, for tests that need segments and no more.
final class TestMap {

    private TestMap() {}

    /// A map with room for so many segments.
    static AddressMap of(int segments) {
        SimulatedSystem os = new SimulatedSystem();
        return new AddressMap(os, os.reserve((long) segments << Geometry.SEGMENT_SHIFT, (long) segments << Geometry.SEGMENT_SHIFT, Geometry.SEGMENT_BYTES));
    }

    /// The addresses of all pages of so many medium segments that were just opened.
    static long[] pages(AddressMap map, int segments) {
        PackPool pool = new PackPool(0);
        List<Segment> opened = map.open(SegmentKind.MEDIUM, pool, segments);
        long[] pages = new long[segments * Geometry.PAGES_PER_SEGMENT];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = opened.get(i / Geometry.PAGES_PER_SEGMENT).addressOf(i % Geometry.PAGES_PER_SEGMENT);
        }
        return pages;
    }
}
