/// The comparison: this heap against its peers, row by row of the table of goals.
///
/// Read in this order: [Row] is the table, in three parts: [SpeedGoals], [LoadGoals] and [ReturnGoals]. [Goal] is a line of it with its bar, [Mean] one
/// of several; [Task] what is run for it, [Flags] with which virtual machine, [Contender] by whom, [Plan] how often. [Comparison] runs it, each
/// measurement in a process of its own ([Fork]); [Figures] keep what came of it, [Spread] sums it up, [Finding] says whether a goal is met, [CompareText]
/// and [ComparePage] write it down, [Kept] keeps it
/// until the rest of the table is measured.
package dev.hz3.bench.compare;
