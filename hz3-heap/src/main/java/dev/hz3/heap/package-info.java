/// The front door: native memory for applications.
///
/// Read in this order: [NativeHeap] is all that an application needs, [HeapOptions] what can be set, [HeapStats] what can be
/// seen, [InvalidFreeException] what is thrown when a free is wrong.
///
/// Behind the door: `HeapParts` wires the boxes, `HeapLifetime` keeps the addresses, `HeapUpkeep` is the heap's step of a tick, `HeapCounters` what can be
/// seen. `Request` is what a caller asks for, `BlockLookup` the slow way from an address to its block, `AllocationSampler` what knows who allocated
/// the blocks that are live, `HeapObservers` who hears of what the heap does, `SlowAllocations`, `SlowFrees` and `LargeBlocks` what leaves
/// the fast path. Below stand two packages that nobody else sees, and each knows those below it alone:
/// `dev.hz3.heap` → `dev.hz3.heap.cache` → `dev.hz3.heap.supply`.
///
/// Holds I4: a block is in exactly one place.
///
/// By itself:
///
/// ```java
/// try (NativeHeap heap = NativeHeap.create()) {
///     MemorySegment block = heap.allocate(16 << 10);
///     block.setString(0, "off the heap");
///     System.out.println(block.getString(0) + " " + heap.stats().liveBytes()); // prints: off the heap 16384
///     heap.free(block);                                                        // its page leaves a moment later
///     heap.trim();                                                             // or now
///     System.out.println(heap.stats().liveBytes() + " " + heap.residentBytes()); // prints: 0 0
/// }
/// ```
package dev.hz3.heap;
