package dev.hz3.heap.supply;

import dev.hz3.segment.Segment;

/// Called for each segment that is opened or given back, by the thread that does so and in the middle of it: must neither throw, nor wait, nor use the heap.
public interface SegmentWatch {

    /// The heap has grown by a segment.
    default void opened(Segment segment) {}

    /// A segment has gone back, and its slot is anybody's.
    default void closed(Segment segment) {}
}
