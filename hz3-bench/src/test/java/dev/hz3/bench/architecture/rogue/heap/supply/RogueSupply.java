package dev.hz3.bench.architecture.rogue.heap.supply;

import dev.hz3.heap.NativeHeap;
import dev.hz3.heap.cache.ThreadCache;

/// Stands where blocks come from, and looks up: at a cache, and at the heap.
public final class RogueSupply {

    private RogueSupply() {}

    static long fromCache(ThreadCache cache) {
        return cache.allocate(0);
    }

    static long fromHeap(NativeHeap heap) {
        return heap.allocateAddress(16);
    }
}
