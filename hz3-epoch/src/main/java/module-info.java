import org.jspecify.annotations.NullMarked;

/// The calendar: one tick of upkeep, its steps in the one right order, each within a budget.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.epoch {
    requires transitive dev.hz3.retire.scan;
    requires transitive dev.hz3.medium.reclaim;
    requires transitive dev.hz3.release.ledger;
    requires static org.jspecify;

    exports dev.hz3.epoch;
}
