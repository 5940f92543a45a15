/// The front door: native memory for applications.
///
/// Read in this order: [NativeHeap] is all that an application needs, [HeapOptions] what can be set, [HeapStats] what can be
/// seen, [InvalidFreeException] what is thrown when a free is wrong. Behind them: `ThreadCache` is the fast path, `CacheTable` finds it,
/// `Shard` and `RunSupply` are where blocks come from, `CacheUpkeep` is the heap's own step of an epoch.
///
/// Holds I4: a block is in exactly one place.
package dev.hz3.heap;
