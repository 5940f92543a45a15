package dev.hz3.retire.scan;

/// How much one retire scan may do.
///
/// @param pages no further run once this many pages were retired, from 0
/// @param surplusOnly only runs that nobody has needed since the last scan, a class at a time
public record RetireBudget(long pages, boolean surplusOnly) {

    /// Every empty run.
    public static final RetireBudget ALL = new RetireBudget(Long.MAX_VALUE, false);

    /// A budget with no negative number in it.
    public RetireBudget {
        if (pages < 0) {
            throw new IllegalArgumentException("no such budget: pages=" + pages);
        }
    }
}
