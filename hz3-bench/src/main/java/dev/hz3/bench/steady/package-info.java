/// Steady load: what giving memory back costs an application that never pauses.
///
/// Read in this order: [SteadyOptions] is what to do, [SteadyPhase] does it once, [SteadyTrial] does it again and again with release
/// on and off, [SteadyResult] is what came of it and whether that is a GO.
package dev.hz3.bench.steady;
