package dev.hz3.bench.burst;

import dev.hz3.bench.peers.ReleaseCounters;
import java.util.Optional;

/// What was seen of one cycle. What the process held is by the kernel's exact count.
///
/// @param number from 1
/// @param baseBytes held before the burst
/// @param peakBytes held when all was allocated
/// @param freedBytes held when all but the survivors was freed
/// @param afterOneSecondBytes held one second later
/// @param endBytes held at the end of the idle
/// @param requestedBytes asked for by the burst
/// @param liveBytes asked for and kept through the idle
/// @param allocateNanos to allocate and touch, by the clock on the wall
/// @param faults page faults of the process meanwhile, and pages that it made resident by other means
/// @param hugeBytes what lay in huge pages then
/// @param freeNanos to free, by the clock on the wall
/// @param counters what the allocator counted from this base to the next, where it counts
public record CycleResult(
        int number,
        long baseBytes,
        long peakBytes,
        long freedBytes,
        long afterOneSecondBytes,
        long endBytes,
        long requestedBytes,
        long liveBytes,
        long allocateNanos,
        long faults,
        long hugeBytes,
        long freeNanos,
        Optional<ReleaseCounters> counters) {}
