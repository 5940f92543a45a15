/// What one operation costs, in nanoseconds: a class for each box, and the front door beside its peers.
///
/// The boxes, from the inside out: [SystemBenchmark], [SmallPagesBenchmark], [CentralBinsBenchmark], [PackPoolBenchmark], [BoundaryBenchmark],
/// [LedgerBenchmark], [MediumReclaimBenchmark], [RetireScanBenchmark], [EpochBenchmark]. The front door: [FrontDoorBenchmark] by address,
/// [MemorySegmentBenchmark] by object, [HandOverBenchmark] from thread to thread.
///
/// Boxes above the machine are measured on [TirelessMachine], so that what is measured is the box. Each combination of parameters has
/// a process of its own (`-f` of at least 1): one allocator a process is what lets the compiler call it directly.
package dev.hz3.bench.jmh;
