package dev.hz3.heap.supply;

import dev.hz3.segment.Segment;

/// Hears of segments that come and go, from the thread that opens or gives back one, in the middle of it: it must neither throw, nor wait, nor use the heap.
public interface SegmentWatch {

    /// The heap has grown by a segment.
    default void opened(Segment segment) {}

    /// A segment has gone back, and its slot is anybody's.
    default void closed(Segment segment) {}
}
