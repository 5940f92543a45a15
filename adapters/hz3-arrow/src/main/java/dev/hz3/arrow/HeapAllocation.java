package dev.hz3.arrow;

import dev.hz3.heap.NativeHeap;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.BufferAllocator;

/// One block of a heap, in Arrow's hands until its last reference is released.
///
/// Threads: Arrow lets one of them release it, once.
final class HeapAllocation extends AllocationManager {

    private final NativeHeap heap;
    private final long address;
    private final long byteSize;

    HeapAllocation(BufferAllocator accountingAllocator, NativeHeap heap, long address, long byteSize) {
        super(accountingAllocator);
        this.heap = heap;
        this.address = address;
        this.byteSize = byteSize;
    }

    /// What was asked for, and so what Arrow's accounts are charged with.
    @Override
    public long getSize() {
        return byteSize;
    }

    @Override
    protected long memoryAddress() {
        return address;
    }

    @Override
    protected void release0() {
        try {
            heap.freeAddress(address);
        } catch (IllegalStateException e) {
            // The heap was closed, and the block has left with it. Arrow still wants its accounts settled.
        }
    }
}
