/// Who gives memory back: one load on every contender, each in a fresh process, and what a stranger is shown of it.
///
/// Read in this order: [dev.hz3.bench.giveback.Observed] is what is known of one contender, [dev.hz3.bench.giveback.Verdict] that in a line,
/// [dev.hz3.bench.giveback.Observation] all of them, [dev.hz3.bench.giveback.ObservationRun] how they are measured,
/// [dev.hz3.bench.giveback.ObservationJson] what is written and read, [dev.hz3.bench.giveback.ObservationPage] the page. What is measured is
/// in `dev.hz3.bench.compare.measure`.
@NullMarked
package dev.hz3.bench.giveback;

import org.jspecify.annotations.NullMarked;
