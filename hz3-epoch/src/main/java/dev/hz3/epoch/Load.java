package dev.hz3.epoch;

/// How busy the heap is, as decided once for each epoch.
public enum Load {
    /// Nobody asks for memory: everything may go, at once.
    IDLE,
    /// Somebody will want it again: what has rested goes, and late.
    BUSY
}
