/// How a process is watched: what it holds, sampled over time, shown while it runs and drawn afterwards.
///
/// Read in this order: [ProcessMemory] asks the kernel, [Sample] is one answer, [Timeline] keeps them, [Sampler] asks every
/// 50 ms, [LiveView] shows the newest, [TimelineSvg] draws them all, and [CurvesSvg] several of them in one picture. Nothing here knows of an allocator.
package dev.hz3.bench.observe;
