package dev.hz3.heap;

/// A snapshot: what a heap holds now, and what it has done since it was created. While other threads work, each number is recent, but not all are of one moment.
///
///     resident = live + cached + half used + stock pages + waiting pages     except pages that were never written, which are counted as if they were
///     and the tables: bookkeeping
///
/// @param liveBytes bytes of the blocks in users' hands, each counted at its block's size
/// @param mappedBytes bytes of the segments in use, free pages in them included
/// @param waitingPages free pages that may be resident: they wait to be purged
/// @param stockPages pages of free runs in the central lists
/// @param cachedBytes bytes of free blocks in thread caches, on their way to one, or held back by a hardened heap
/// @param halfUsedBytes bytes of free blocks, and of what is left over, in the pages of small blocks: pages with a live block in them, empty ones that rest, and headers
/// @param epochs ticks of upkeep
/// @param idleTicks ticks that found the heap idle
/// @param busyTicks ticks that found it busy
/// @param stepFailures steps of a tick that failed, and ticks that failed beside their steps
/// @param retiredPages pages of small objects that became free pages
/// @param reclaimedRuns medium runs that became free pages
/// @param reclaimedPages their pages
/// @param boundaryCalls releases through the boundary, for all reasons
/// @param enqueuedRanges ranges noted by the ledger
/// @param joinedRanges those that adjoined waiting pages
/// @param purgedPages pages given back to the kernel
/// @param purgeCalls system calls that this took (calls, not ranges)
/// @param reusedPages waiting pages that were found used when they were to be purged
/// @param regrettedPages purged pages that were wanted again so soon that keeping them would have cost less; while there are many, free pages rest longer
/// @param purgeFailures ranges that the kernel refused to take
/// @param lockedRanges those of them that are locked in memory (`mlock`, `mlockall`), on a kernel that cannot take locked pages (before Linux 5.18): after a few
///     refusals they are tried only now and then
/// @param violations errors that the allocator found in itself: crossings that were refused, frees that met at the same moment, runs that were quarantined
/// @param invalidFrees errors of the application: frees and questions that were refused with an [InvalidFreeException]
/// @param bookkeepingBytes bytes of the tables outside the Java heap that are resident, as far as is known
/// @param clockWakeUps how often the heap's clock has woken up
/// @param smallPageNanos the cost here and now of making a page of 4 KiB resident that a block needs, in ns; 0 if it is not known yet
/// @param hugePageNanos the cost of a huge page, in ns; 0 if it is not known, or was refused the last time
public record HeapStats(
        long liveBytes,
        long mappedBytes,
        long waitingPages,
        long stockPages,
        long cachedBytes,
        long halfUsedBytes,
        long epochs,
        long idleTicks,
        long busyTicks,
        long stepFailures,
        long retiredPages,
        long reclaimedRuns,
        long reclaimedPages,
        long boundaryCalls,
        long enqueuedRanges,
        long joinedRanges,
        long purgedPages,
        long purgeCalls,
        long reusedPages,
        long regrettedPages,
        long purgeFailures,
        long lockedRanges,
        long violations,
        long invalidFrees,
        long bookkeepingBytes,
        long clockWakeUps,
        long smallPageNanos,
        long hugePageNanos) {

    /// Returns the pages purged for each system call; 0 if there was none.
    public double pagesPerCall() {
        return purgeCalls == 0 ? 0 : (double) purgedPages / purgeCalls;
    }

    /// Returns the lines that the ancestor prints at exit, with its names.
    public String exitLines() {
        return "[HZ3_S65] enq=" + enqueuedRanges + " coalesce=" + joinedRanges + " purged_pages=" + purgedPages + " madvise_calls="
                + purgeCalls + "\n[HZ3_S65] idle_ticks=" + idleTicks + " busy_ticks=" + busyTicks + " drop=0 skip_used=" + reusedPages
                + "\n[HZ3_S65_MEDIUM] reclaim_runs=" + reclaimedRuns + " reclaim_pages=" + reclaimedPages + " boundary_calls="
                + boundaryCalls;
    }
}
