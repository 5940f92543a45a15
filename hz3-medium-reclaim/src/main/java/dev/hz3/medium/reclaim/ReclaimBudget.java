package dev.hz3.medium.reclaim;

/// How much one reclaim may do.
///
/// @param runs at most this many runs, from 0
/// @param pages no further run once this many pages were reclaimed, from 0
/// @param surplusOnly only runs that nobody has needed since the last tick, a class at a time
public record ReclaimBudget(int runs, long pages, boolean surplusOnly) {

    /// 256 runs, however many pages they have: what the ancestor's design note gives a tick.
    public static final ReclaimBudget DEFAULT = new ReclaimBudget(256, Long.MAX_VALUE, false);
    /// Everything in stock.
    public static final ReclaimBudget ALL = new ReclaimBudget(Integer.MAX_VALUE, Long.MAX_VALUE, false);

    /// A budget with no negative number in it.
    public ReclaimBudget {
        if (runs < 0 || pages < 0) {
            throw new IllegalArgumentException("no such budget: runs=" + runs + ", pages=" + pages);
        }
    }
}
