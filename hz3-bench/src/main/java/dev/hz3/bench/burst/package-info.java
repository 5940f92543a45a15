/// The burst/idle job: allocate a great deal, free it, do nothing, and see what the process still holds.
///
/// Read in this order: [BurstIdleArgument] and [BurstIdleOptions] say what to do, [BurstIdle] does it with a [Crew] of
/// threads that each have a [Share] of the blocks, [BurstIdleResult] is what was seen, [BurstIdleVerdict] holds it against
/// its bars, and [BurstIdleReport] writes it down.
package dev.hz3.bench.burst;
