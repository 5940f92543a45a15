package dev.hz3.arrow;

import dev.hz3.heap.NativeHeap;
import java.util.Objects;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;

/// Gives Arrow's allocators blocks of a [NativeHeap], so that their memory goes back to the system when vectors are closed.
///
///     new RootAllocator(RootAllocator.configBuilder().allocationManagerFactory(new Hz3AllocationManagerFactory()).build())
///
/// Errors. Where the heap has no room, an `OutOfMemoryError` reaches the caller, Arrow's accounts are as before, and the heap goes on. When the heap has been closed, a
/// new buffer throws `IllegalStateException`, and to release an old one settles Arrow's accounts and nothing else. Arrow reads and writes at bare
/// addresses: a buffer must not be touched any more when its heap is closed.
///
/// Threads: any, virtual ones too. One factory serves a process.
public final class Hz3AllocationManagerFactory implements AllocationManager.Factory {

    private final NativeHeap heap;

    /// With a heap of its own, made with the defaults or what the system properties `dev.hz3.*` make of them. [#heap()] shows it.
    public Hz3AllocationManagerFactory() {
        this(NativeHeap.create());
    }

    /// With a heap of the caller's, who may use it for other things as well, and closes it when no buffer is in use any more.
    public Hz3AllocationManagerFactory(NativeHeap heap) {
        this.heap = Objects.requireNonNull(heap, "heap");
    }

    /// The heap that the buffers' blocks come from: for its statistics, for `trim()`, and for `close()`.
    public NativeHeap heap() {
        return heap;
    }

    /// The block first: an account is opened for what there is.
    @Override
    public AllocationManager create(BufferAllocator accountingAllocator, long size) {
        long address = heap.allocateAddress(size);
        try {
            return new HeapAllocation(accountingAllocator, heap, address, size);
        } catch (Throwable failure) {
            heap.freeAddress(address);
            throw failure;
        }
    }

    /// A buffer of no bytes, which has no block either. Made when it is asked for: the class of buffers asks for the default factory when it is initialized, which may be this one.
    @Override
    public ArrowBuf empty() {
        return new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);
    }
}
