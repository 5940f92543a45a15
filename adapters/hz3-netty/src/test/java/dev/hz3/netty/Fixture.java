package dev.hz3.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.NativeHeap;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;

/// An allocator for one test, and the proof that its buffers are hz3's: the heap is asked, for each buffer, whether a live block begins where
/// the buffer's bytes do. A test that never asked, or one that left a block behind, fails when it ends.
final class Fixture implements AutoCloseable {

    final NativeHeap heap = NativeHeap.create();
    final Hz3ByteBufAllocator allocator = new Hz3ByteBufAllocator(heap);
    private int proven;

    /// A direct buffer that was seen to lie in the heap.
    ByteBuf direct(int capacity) {
        long before = heap.stats().liveBytes();
        ByteBuf buffer = allocator.directBuffer(capacity);
        assertTrue(heap.stats().liveBytes() > before, "the heap has not given anything");
        return proven(buffer);
    }

    /// Returns `buffer`, which was seen to lie in the heap.
    ByteBuf proven(ByteBuf buffer) {
        assertTrue(heap.usableSize(addressOf(buffer)) >= buffer.capacity());
        proven++;
        return buffer;
    }

    static long addressOf(ByteBuf buffer) {
        return MemorySegment.ofBuffer(buffer.nioBuffer(0, buffer.capacity())).address();
    }

    @Override
    public void close() {
        assertEquals(0, heap.stats().liveBytes(), "left behind");
        assertTrue(proven > 0, "no buffer of this test was seen to lie in the heap");
        heap.close();
    }
}
