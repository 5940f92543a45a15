package dev.hz3.heap;

/// What one tick of upkeep did, its steps in their order.
///
/// @param isIdle whether the heap was found idle; also of a trim
/// @param cacheNanos how long it took to take back what lay unused in thread caches, in ns
/// @param retireNanos how long it took to make pages of empty small runs
/// @param reclaimNanos how long it took to make pages of free medium runs
/// @param purgeNanos how long it took to give pages back
/// @param cacheBlocks blocks that left thread caches, and of an idle tick the segments that were closed
/// @param retiredPages pages that were in empty small runs
/// @param reclaimedRuns free medium runs that became pages
/// @param purged pages that went back to the kernel, by why they were free
/// @param purgeCalls system calls that this took
/// @param purgeRefusals ranges that the kernel did not take
/// @param openSegments segments of 2 MiB that are open now
public record UpkeepTick(
        boolean isIdle,
        long cacheNanos,
        long retireNanos,
        long reclaimNanos,
        long purgeNanos,
        long cacheBlocks,
        long retiredPages,
        long reclaimedRuns,
        Purged purged,
        long purgeCalls,
        long purgeRefusals,
        int openSegments) {

    /// Pages by the reason for which they were free. Each has one.
    ///
    /// @param smallPageRetire of runs of blocks up to 2 KiB, of one page to three, all of whose blocks are free
    /// @param sub4kRunRetire of runs of blocks between 2 and 4 KiB
    /// @param sub8kRunRetire of runs of blocks of a little more than a page
    /// @param mediumRunReclaim of medium runs in stock
    /// @param largeFree of large blocks
    /// @param neverReleased of nobody's: the headers of segments that have been closed, and what a huge page had made resident before anybody wanted it
    public record Purged(long smallPageRetire, long sub4kRunRetire, long sub8kRunRetire, long mediumRunReclaim, long largeFree, long neverReleased) {

        /// All of them.
        public long pages() {
            return smallPageRetire + sub4kRunRetire + sub8kRunRetire + mediumRunReclaim + largeFree + neverReleased;
        }
    }

    /// How many pages went back to the kernel.
    public long purgedPages() {
        return purged.pages();
    }

    /// Whether anything was moved at all.
    public boolean hasMoved() {
        return cacheBlocks + retiredPages + reclaimedRuns + purgedPages() != 0;
    }
}
