package dev.hz3.release.ledger;

/// How patient one purge tick is and how much it may do.
///
/// @param delayEpochs pages rest this many epochs before they are purged, from 0; more than 8,191 count as so many
/// @param budgetPages at most this many pages are purged in the tick, from 0; where the kernel's pages are larger, whole ones of them
/// @param budgetCalls at most this many system calls are made in the tick, from 0; what the kernel refuses may take it one or two more
/// @param breaksHugePages whether a huge page may be broken up in order to purge a part of it
public record PurgePlan(int delayEpochs, long budgetPages, int budgetCalls, boolean breaksHugePages) {

    /// Everything, now.
    public static final PurgePlan FLUSH = new PurgePlan(0, Long.MAX_VALUE, Integer.MAX_VALUE, true);

    /// A plan that may break up huge pages.
    public PurgePlan(int delayEpochs, long budgetPages, int budgetCalls) {
        this(delayEpochs, budgetPages, budgetCalls, true);
    }

    /// A plan with no negative number in it.
    public PurgePlan {
        if (delayEpochs < 0 || budgetPages < 0 || budgetCalls < 0) {
            throw new IllegalArgumentException("no such plan: delayEpochs=" + delayEpochs + ", budgetPages=" + budgetPages
                    + ", budgetCalls=" + budgetCalls);
        }
    }
}
