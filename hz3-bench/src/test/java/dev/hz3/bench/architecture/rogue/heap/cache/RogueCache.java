package dev.hz3.bench.architecture.rogue.heap.cache;

import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.NativeHeap;

/// Stands among the caches, and looks up at the heap.
public final class RogueCache {

    private RogueCache() {}

    static long fromHeap(NativeHeap heap) {
        return heap.allocateAddress(16);
    }

    static long asTheUserWants(HeapOptions options) {
        return options.cacheBytes();
    }
}
