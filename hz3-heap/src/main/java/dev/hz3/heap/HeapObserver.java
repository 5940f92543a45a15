package dev.hz3.heap;

/// Listens to what a heap does off its fast path: see [NativeHeap#observe].
///
/// Each method is called by the thread that did what it tells of; the methods of a tick are called while no other tick can run. So an observer must be quick, and must
/// not wait for a thread that uses the heap. Its exceptions are ignored. It may use the heap, but a call of `tick` or `trim` from inside a tick does nothing.
public interface HeapObserver {

    /// Called after a tick of upkeep, or a trim.
    default void ticked(UpkeepTick tick) {}

    /// Called if there is no room for an allocation although everything that is free has been given back, before the heap grows beyond its
    /// [HeapOptions#softMaxBytes()] or refuses. The heap uses the blocks that an observer frees here before it does either. One call at a time; beyond its soft
    /// limit a heap calls each time that it has grown by a sixteenth.
    ///
    /// @param byteSize the size of the request
    /// @param residentBytes bytes that are resident, as the heap counts pages
    /// @param softBytes the soft limit, or if there is none the limit
    default void underPressure(long byteSize, long residentBytes, long softBytes) {}

    /// Called when an allocation is refused, after everything that was free has been given back.
    ///
    /// @param byteSize the size of the request
    /// @param liveBytes bytes of the blocks that are live
    /// @param limitBytes the most bytes of pages that may be resident
    default void limitReached(long byteSize, long liveBytes, long limitBytes) {}

    /// Called after the heap has grown by a segment, when the allocation that needed it is done, by its thread or another one.
    default void segmentOpened(ObservedSegment segment) {}

    /// Called after a segment has gone back whole; its addresses may be used for another. Not called for the segments of a heap that is closed.
    default void segmentClosed(ObservedSegment segment) {}

    /// Called when a free is refused, by the thread that made the mistake.
    ///
    /// @param why the reason, in words
    default void invalidFree(long address, String why) {}
}
