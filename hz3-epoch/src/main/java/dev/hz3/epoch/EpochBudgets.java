package dev.hz3.epoch;

import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.retire.scan.RetireBudget;

/// What the steps of one epoch may do.
///
/// @param retire what the retire scan may do
/// @param reclaim what medium reclaim may do
/// @param purge what the ledger may do
public record EpochBudgets(RetireBudget retire, ReclaimBudget reclaim, PurgePlan purge) {

    /// Everything, now.
    public static final EpochBudgets ALL = new EpochBudgets(RetireBudget.ALL, ReclaimBudget.ALL, PurgePlan.FLUSH);
}
