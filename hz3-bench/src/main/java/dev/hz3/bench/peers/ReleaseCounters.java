package dev.hz3.bench.peers;

/// What an allocator has counted of memory on its way back: events since it was opened, but for the three levels
/// `liveBytes`, `mappedBytes` and `waitingPages`, which are as of now.
///
/// @param liveBytes bytes in users' hands
/// @param mappedBytes bytes of address space in use, resident or not
/// @param epochs ticks of upkeep
/// @param retiredPages small pages used by nobody that became free pages
/// @param reclaimedRuns medium runs in stock that became free pages
/// @param reclaimedPages the pages of those runs
/// @param boundaryCalls crossings of the release boundary
/// @param enqueuedRanges ranges that the ledger was told of
/// @param joinedRanges those of them that adjoined a waiting one
/// @param purgedPages pages whose memory went back to the system
/// @param purgeCalls system calls this took
/// @param waitingPages pages that wait to be purged
/// @param reusedPages waiting pages found used again
/// @param idleTicks ticks of upkeep that found the heap idle
/// @param busyTicks ticks of upkeep that found it busy
/// @param violations crossings refused by the boundary
/// @param purgeFailures purges refused by the system
public record ReleaseCounters(
        long liveBytes,
        long mappedBytes,
        long epochs,
        long retiredPages,
        long reclaimedRuns,
        long reclaimedPages,
        long boundaryCalls,
        long enqueuedRanges,
        long joinedRanges,
        long purgedPages,
        long purgeCalls,
        long waitingPages,
        long reusedPages,
        long idleTicks,
        long busyTicks,
        long violations,
        long purgeFailures) {

    /// What was counted between `earlier` and now; the three levels stay as they are.
    public ReleaseCounters since(ReleaseCounters earlier) {
        return new ReleaseCounters(
                liveBytes,
                mappedBytes,
                epochs - earlier.epochs,
                retiredPages - earlier.retiredPages,
                reclaimedRuns - earlier.reclaimedRuns,
                reclaimedPages - earlier.reclaimedPages,
                boundaryCalls - earlier.boundaryCalls,
                enqueuedRanges - earlier.enqueuedRanges,
                joinedRanges - earlier.joinedRanges,
                purgedPages - earlier.purgedPages,
                purgeCalls - earlier.purgeCalls,
                waitingPages,
                reusedPages - earlier.reusedPages,
                idleTicks - earlier.idleTicks,
                busyTicks - earlier.busyTicks,
                violations - earlier.violations,
                purgeFailures - earlier.purgeFailures);
    }

    /// Pages given back by one system call, on average; 0 where there was no call.
    public double pagesPerPurgeCall() {
        return purgeCalls == 0 ? 0 : (double) purgedPages / purgeCalls;
    }
}
