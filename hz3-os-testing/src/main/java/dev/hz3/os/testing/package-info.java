/// Machines for tests and tools: they count, refuse, or are not there at all.
///
/// [SimulatedSystem] needs no kernel, [CountingSystem] and [FaultySystem] stand before any machine, also before each
/// other; [ForwardingSystem] is what they extend, and what a machine of a test's own may extend. Every class here is safe for
/// use by any thread.
package dev.hz3.os.testing;
