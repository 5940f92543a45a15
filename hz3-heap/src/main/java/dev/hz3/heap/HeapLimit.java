package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.os.OperatingSystem;
import dev.hz3.segment.AddressMap;

/// How much a heap may have: what its options say, or else what the machine, the container or the process had when it was last asked.
///
/// Threads: any.
final class HeapLimit {

    private final HeapOptions options;
    private final OperatingSystem os;
    private final AddressMap map;
    private volatile long lastBytes;

    HeapLimit(HeapOptions options, OperatingSystem os, AddressMap map) {
        this.options = options;
        this.os = os;
        this.map = map;
        follow();
    }

    /// Asks anew, if the heap has no limit of its own: that of a container can be changed while the heap lives.
    void follow() {
        lastBytes = options.maxBytes() == 0 ? os.memoryLimitBytes() : options.maxBytes();
        map.limitPages(Math.max(PAGES_PER_SEGMENT, lastBytes >>> PAGE_SHIFT));
    }

    /// The most bytes of pages that may be resident at once.
    long bytes() {
        return Math.min(lastBytes, map.range().bytes());
    }
}
