package dev.hz3.epoch;

import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.release.ledger.PurgePlan;

/// What the steps of one epoch may do.
///
/// @param retirePages at most so many pages are retired
/// @param reclaim what medium reclaim may do
/// @param purge what the ledger may do
public record EpochBudgets(long retirePages, ReclaimBudget reclaim, PurgePlan purge) {

    /// Everything, now.
    public static final EpochBudgets ALL = new EpochBudgets(Long.MAX_VALUE, ReclaimBudget.ALL, PurgePlan.FLUSH);

    /// Budgets with no negative number in them.
    public EpochBudgets {
        if (retirePages < 0) {
            throw new IllegalArgumentException("no such budget: retirePages=" + retirePages);
        }
    }
}
