package dev.hz3.heap;

/// What one turn of upkeep did, its steps in their order.
///
/// @param isIdle whether the heap was found idle; also of a trim
/// @param cacheNanos how long it took to take back what lay unused in thread caches, in ns
/// @param retireNanos how long it took to make pages of empty small runs
/// @param reclaimNanos how long it took to make pages of free medium runs
/// @param purgeNanos how long it took to give pages back
/// @param cacheBlocks blocks that left thread caches, and of an idle turn the segments that were closed
/// @param retiredPages pages that were in empty small runs
/// @param reclaimedRuns free medium runs that became pages
/// @param purgedPages pages that went back to the kernel
/// @param purgeCalls system calls that this took
/// @param purgeRefusals ranges that the kernel did not take
/// @param released why pages have become free since the turn before, or since the heap was born
/// @param openSegments segments of 2 MiB that are open now
public record UpkeepTurn(
        boolean isIdle,
        long cacheNanos,
        long retireNanos,
        long reclaimNanos,
        long purgeNanos,
        long cacheBlocks,
        long retiredPages,
        long reclaimedRuns,
        long purgedPages,
        long purgeCalls,
        long purgeRefusals,
        Released released,
        int openSegments) {

    /// Pages by the reason for which they were released.
    ///
    /// @param smallPageRetire of small runs of one page, all of whose blocks are free
    /// @param sub4kRunRetire of runs of blocks between 2 and 4 KiB
    /// @param sub8kRunRetire of runs of blocks of a little more than a page
    /// @param mediumRunReclaim of medium runs in stock
    /// @param largeFree of large blocks
    public record Released(long smallPageRetire, long sub4kRunRetire, long sub8kRunRetire, long mediumRunReclaim, long largeFree) {}

    /// Whether anything was moved at all.
    public boolean hasMoved() {
        return cacheBlocks + retiredPages + reclaimedRuns + purgedPages != 0;
    }
}
