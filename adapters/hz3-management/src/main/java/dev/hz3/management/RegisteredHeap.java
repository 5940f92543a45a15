package dev.hz3.management;

import static java.util.stream.Collectors.joining;

import dev.hz3.heap.AllocationSample;
import dev.hz3.heap.HeapStats;
import dev.hz3.heap.NativeHeap;

/// A heap as its bean.
///
/// @param heap whose numbers it shows
record RegisteredHeap(NativeHeap heap) implements HeapMXBean {

    private static final int PAGE_SHIFT = 12; // a page of the heap has 4 KiB

    @Override
    public long getLiveBytes() {
        return heap.stats().liveBytes();
    }

    @Override
    public long getCachedBytes() {
        return heap.stats().cachedBytes();
    }

    @Override
    public long getHalfUsedBytes() {
        return heap.stats().halfUsedBytes();
    }

    @Override
    public long getStockBytes() {
        return heap.stats().stockPages() << PAGE_SHIFT;
    }

    @Override
    public long getWaitingBytes() {
        return heap.stats().waitingPages() << PAGE_SHIFT;
    }

    @Override
    public long getMappedBytes() {
        return heap.stats().mappedBytes();
    }

    @Override
    public long getResidentBytes() {
        try {
            return heap.residentBytes();
        } catch (IllegalStateException closed) {
            return 0;
        }
    }

    @Override
    public long getBookkeepingBytes() {
        return heap.stats().bookkeepingBytes();
    }

    @Override
    public long getPurgedBytes() {
        return heap.stats().purgedPages() << PAGE_SHIFT;
    }

    @Override
    public long getPurgeCalls() {
        return heap.stats().purgeCalls();
    }

    @Override
    public long getInvalidFrees() {
        return heap.stats().invalidFrees();
    }

    @Override
    public long getViolations() {
        return heap.stats().violations();
    }

    @Override
    public HeapStats getStats() {
        return heap.stats();
    }

    @Override
    public String liveStacks(int most) {
        return AllocationSample.byStack(heap.liveSamples()).stream()
                .limit(most)
                .map(stack -> stack.text(Integer.MAX_VALUE))
                .collect(joining("\n"));
    }

    @Override
    public long trim() {
        return heap.trim();
    }
}
