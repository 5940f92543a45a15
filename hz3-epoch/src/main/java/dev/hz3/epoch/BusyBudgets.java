package dev.hz3.epoch;

/// What the steps of a busy tick may do. A step asks when it begins, because the answer depends on how things stand then. The answers are numbers and no objects:
/// a tick allocates nothing on the Java heap.
///
/// Threads: the one that runs the tick.
public interface BusyBudgets {

    /// Returns whether nothing is spared: neither stock that was needed a moment ago nor huge pages.
    boolean isEager();

    /// Returns how many pages the retire scan may retire.
    long retirePages();

    /// Returns how many runs medium reclaim may reclaim.
    int reclaimRuns();

    /// Returns after how many pages medium reclaim stops.
    long reclaimPages();

    /// Returns how many epochs pages rest before the ledger purges them.
    int delayEpochs();

    /// Returns how many pages the ledger may purge.
    long purgePages();

    /// Returns how many system calls the ledger may make.
    int purgeCalls();
}
