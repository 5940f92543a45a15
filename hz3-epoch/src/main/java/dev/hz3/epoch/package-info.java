/// The calendar: one turn of upkeep, its steps in the one right order, each within a budget.
///
/// Read in this order: [Epoch] is the turn, [EpochStep] what a step is, [EpochBudgets] what each may do, [StepTime] how long, [EpochClock] the daemon that turns it while
/// something waits to be returned.
///
/// Holds I6. The epoch does not know the heap: what the heap contributes comes in as an [EpochStep].
package dev.hz3.epoch;
