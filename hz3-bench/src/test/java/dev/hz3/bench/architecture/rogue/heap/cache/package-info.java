/// Has the name of the middle floor of the heap, so that the wall sees it.
package dev.hz3.bench.architecture.rogue.heap.cache;
