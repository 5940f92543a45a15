package dev.hz3.heap;

import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

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
        map.limit(Math.clamp(lastBytes >>> SEGMENT_SHIFT, 1, map.slots()));
    }

    /// The most bytes of segments in use at once.
    long bytes() {
        return Math.min(lastBytes, map.range().bytes());
    }
}
