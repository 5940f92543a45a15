package dev.hz3.heap;

/// Hears of what a heap does off its fast path, for those who show it: see [NativeHeap#observe].
///
/// It is called by whichever thread did it, a tick's while no other tick can run: so it must be quick, and must not wait for a thread that uses the heap. What it throws is
/// ignored. It may use the heap; a tick or a trim that it asks for in a tick does nothing.
public interface HeapObserver {

    /// A tick of upkeep has ended, or a trim.
    default void ticked(UpkeepTick tick) {}

    /// There is no room for an allocation: everything that is free has been given back, and now the heap grows beyond its [HeapOptions#softMaxBytes()] or refuses. What an observer frees
    /// here is tried first. Told to one thread at a time; a heap that is beyond its soft limit tells each time that it has grown by a sixteenth.
    ///
    /// @param byteSize what was asked for
    /// @param residentBytes what is resident, as the heap counts pages
    /// @param softBytes the soft limit, or what the heap may have
    default void underPressure(long byteSize, long residentBytes, long softBytes) {}

    /// An allocation was refused, after everything that was free had been given back.
    ///
    /// @param byteSize what was asked for
    /// @param liveBytes what was live
    /// @param limitBytes what the heap may have
    default void limitReached(long byteSize, long liveBytes, long limitBytes) {}

    /// The heap has grown by a segment. Told when the allocation that needed it is done, by its thread or another one.
    default void segmentOpened(ObservedSegment segment) {}

    /// A segment has gone back whole, and its addresses may be used for another. What a heap has when it is closed is not told of.
    default void segmentClosed(ObservedSegment segment) {}

    /// A free was refused: the stack is that of the thread that made the mistake.
    ///
    /// @param why in words
    default void invalidFree(long address, String why) {}
}
