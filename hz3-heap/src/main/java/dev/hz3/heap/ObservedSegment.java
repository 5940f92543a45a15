package dev.hz3.heap;

/// A segment of 2 MiB, as it was when it came or went.
///
/// @param address its first
/// @param isSmall whether it was for blocks that share runs, or else for whole runs and large blocks; a segment that is wholly free may change from one to the other without being told of
/// @param isHuge whether one huge page backed all of it
/// @param openSegments how many were open then
public record ObservedSegment(long address, boolean isSmall, boolean isHuge, int openSegments) {}
