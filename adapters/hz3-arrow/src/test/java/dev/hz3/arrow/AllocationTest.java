package dev.hz3.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.InvalidFreeException;
import dev.hz3.heap.NativeHeap;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Arrow may expect. Each buffer is proven to be a live block of the heap before anything is concluded from it.
final class AllocationTest {

    private NativeHeap heap = NativeHeap.create();
    private RootAllocator root = rootOn(heap);
    private int proven;

    private static RootAllocator rootOn(NativeHeap heap) {
        return new RootAllocator(RootAllocator.configBuilder().allocationManagerFactory(new Hz3AllocationManagerFactory(heap)).build());
    }

    @BeforeEach
    void proveNothingYet() {
        proven = 0;
    }

    @AfterEach
    void close() {
        assertTrue(proven > 0, "no buffer of this test was seen to lie in the heap");
        heap.close();
    }

    private ArrowBuf proven(ArrowBuf buffer) {
        assertTrue(heap.usableSize(buffer.memoryAddress()) >= buffer.capacity());
        proven++;
        return buffer;
    }

    @Test
    void a_buffer_is_a_block_until_its_last_reference_is_released() {
        for (long size : new long[] {1, 64, 4096, 65_537, 3 << 20}) {
            ArrowBuf buffer = proven(root.buffer(size));
            assertTrue(root.getAllocatedMemory() >= size);
            buffer.setZero(0, size);
            buffer.setByte(size - 1, 7);
            assertEquals(7, buffer.getByte(size - 1));
            buffer.getReferenceManager().retain();
            buffer.close();
            proven(buffer);
            buffer.close();
            assertThrows(InvalidFreeException.class, () -> heap.usableSize(buffer.memoryAddress()));
            assertEquals(0, heap.stats().liveBytes());
            assertEquals(0, root.getAllocatedMemory());
        }
        assertEquals(0, root.buffer(0).capacity());
        root.close();
    }

    @Test
    void a_buffer_changes_hands_between_allocators_and_is_freed_once() {
        try (BufferAllocator one = root.newChildAllocator("one", 0, 1 << 20); BufferAllocator other = root.newChildAllocator("other", 0, 1 << 20)) {
            ArrowBuf buffer = proven(one.buffer(1024));
            ArrowBuf same = buffer.getReferenceManager().transferOwnership(buffer, other).getTransferredBuffer();
            buffer.close();
            assertEquals(0, one.getAllocatedMemory());
            proven(same).close();
        }
        assertEquals(0, heap.stats().liveBytes());
        assertEquals(0, heap.stats().invalidFrees());
        root.close();
    }

    @Test
    void a_limit_of_arrows_and_a_limit_of_the_heaps_leave_both_as_they_were() {
        proven(root.buffer(64)).close();
        try (BufferAllocator small = root.newChildAllocator("small", 0, 1000)) {
            assertThrows(OutOfMemoryException.class, () -> small.buffer(4096));
        }
        try (NativeHeap full = NativeHeap.create(HeapOptions.builder().maxBytes(8 << 20).build()); RootAllocator on = rootOn(full)) {
            assertThrows(OutOfMemoryError.class, () -> on.buffer(64 << 20));
            assertEquals(0, on.getAllocatedMemory());
            on.buffer(100).close();
            assertEquals(0, full.stats().liveBytes());
        }
        root.close();
    }

    @Test
    void what_is_wrong_is_refused_and_frees_nothing_twice() {
        ArrowBuf buffer = proven(root.buffer(128));
        assertThrows(IllegalStateException.class, root::close); // Arrow's: memory leaked
        assertThrows(IllegalStateException.class, () -> root.buffer(1));
        proven(buffer);
        assertEquals(0, heap.stats().invalidFrees());
    }

    @Test
    void a_second_release_is_refused_by_arrow() {
        ArrowBuf buffer = proven(root.buffer(128));
        buffer.close();
        assertThrows(IllegalStateException.class, buffer::close);
        assertEquals(0, heap.stats().invalidFrees());
    }

    @Test
    void a_buffer_of_another_root_is_copied_and_not_taken_over() {
        ArrowBuf buffer = proven(root.buffer(128));
        try (NativeHeap elsewhere = NativeHeap.create(); RootAllocator other = rootOn(elsewhere)) {
            ArrowBuf foreign = other.buffer(128);
            foreign.setLong(0, 7);
            buffer.setBytes(0, foreign, 0, 128);
            assertEquals(7, buffer.getLong(0));
            assertThrows(IllegalStateException.class, () -> buffer.getReferenceManager().transferOwnership(buffer, other));
            foreign.close();
            proven(buffer).close();
            assertEquals(0, elsewhere.stats().liveBytes() + heap.stats().liveBytes());
        }
        root.close();
    }

    @Test
    void after_the_heap_was_closed_accounts_are_settled_and_nothing_is_given() {
        ArrowBuf buffer = proven(root.buffer(128));
        heap.close();
        buffer.close();
        assertEquals(0, root.getAllocatedMemory());
        assertThrows(IllegalStateException.class, () -> root.buffer(1));
        root.close();
    }

    @Test
    void memory_of_a_burst_is_gone_when_the_heap_is_trimmed() {
        List<ArrowBuf> burst = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            ArrowBuf buffer = root.buffer(32 << 10);
            buffer.setZero(0, 32 << 10);
            burst.add(buffer);
        }
        proven(burst.getLast());
        long high = heap.residentBytes();
        burst.forEach(ArrowBuf::close);
        heap.trim();
        assertTrue(high > 30 << 20 && heap.residentBytes() < 1 << 20, "high=" + high + ", left=" + heap.residentBytes());
        root.close();
    }
}
