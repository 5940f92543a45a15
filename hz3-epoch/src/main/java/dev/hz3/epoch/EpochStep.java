package dev.hz3.epoch;

/// One step of an epoch.
@FunctionalInterface
public interface EpochStep {

    /// Does nothing.
    EpochStep NOTHING = gate -> 0;

    /// Runs the step once, within its budget.
    ///
    /// @return how much it moved, in units of its own; 0 says that there was nothing to do
    long run(Load load);
}
