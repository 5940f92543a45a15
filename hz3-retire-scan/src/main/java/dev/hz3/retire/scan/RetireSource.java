package dev.hz3.retire.scan;

import dev.hz3.segment.Segment;

/// Where a retire scan finds pages whose objects are all free.
@FunctionalInterface
public interface RetireSource {

    /// No small pages anywhere.
    RetireSource NONE = page -> false;

    /// Hands one empty run to `taker`, after taking it out of stock, so that nobody else can have it.
    ///
    /// @return whether there was one
    boolean next(Taker taker);

    /// Receives an empty run.
    @FunctionalInterface
    interface Taker {
        /// The run of class `sizeClass` that begins at page `first` of `segment` is the taker's.
        void take(Segment segment, int first, int sizeClass);
    }
}
