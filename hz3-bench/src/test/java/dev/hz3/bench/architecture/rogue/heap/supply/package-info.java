/// Has the name of the lowest floor of the heap, so that the wall sees it.
package dev.hz3.bench.architecture.rogue.heap.supply;
