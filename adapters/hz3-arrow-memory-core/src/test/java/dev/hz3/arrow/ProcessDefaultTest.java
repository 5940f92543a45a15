package dev.hz3.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.NativeHeap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.DefaultAllocationManagerFactory;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/// With the jar on the class path an allocator that was configured by nobody is hz3's, although Arrow's own manager is there too.
final class ProcessDefaultTest {

    @Test
    void an_allocator_that_nobody_configured_allocates_from_the_one_heap() {
        NativeHeap heap = assertInstanceOf(Hz3AllocationManagerFactory.class, DefaultAllocationManagerFactory.FACTORY).heap();
        try (RootAllocator root = new RootAllocator()) {
            ArrowBuf buffer = root.buffer(5000);
            assertTrue(heap.usableSize(buffer.memoryAddress()) >= 5000);
            buffer.close();
        }
        assertEquals(0, heap.stats().liveBytes());
    }
}
