/// Replays recorded allocations of real programs.
///
/// [Trace] is a recording in memory, [TraceReplay] one run of it on an allocator, [ReplayResult] what was seen.
package dev.hz3.bench.replay;
