package dev.hz3.heap.cache;

/// How much a cache may keep, and what else all caches of a heap have in common.
///
/// @param bytes the most bytes of each size class
/// @param largeBytes the most bytes of blocks above 64 KiB, together
/// @param slowPathsPerEpoch a thread ticks after so many slow paths; 0 means never
/// @param hasSlots whether threads find their caches in slots: without them there is no fast path
public record CacheLimits(long bytes, long largeBytes, int slowPathsPerEpoch, boolean hasSlots) {}
