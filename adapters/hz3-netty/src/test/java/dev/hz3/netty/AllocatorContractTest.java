package dev.hz3.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.NativeHeap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// What Netty may expect of an allocator.
final class AllocatorContractTest {

    @Test
    void the_netty_that_runs_is_the_one_that_was_meant() {
        String expected = System.getProperty("hz3.netty.expected", "");
        String from = ByteBuf.class.getProtectionDomain().getCodeSource().getLocation().toString();
        assertTrue(from.contains(expected), from);
    }

    @Test
    void every_way_to_ask_for_a_direct_buffer_leads_to_the_heap() {
        try (Fixture on = new Fixture()) {
            List<IntFunction<ByteBuf>> ways = List.of(
                    _ -> on.allocator.buffer(), on.allocator::buffer, n -> on.allocator.buffer(n, 2 * n),
                    _ -> on.allocator.ioBuffer(), on.allocator::ioBuffer, n -> on.allocator.ioBuffer(n, 2 * n),
                    _ -> on.allocator.directBuffer(), on.allocator::directBuffer, n -> on.allocator.directBuffer(n, 2 * n));
            for (IntFunction<ByteBuf> way : ways) {
                ByteBuf buffer = on.proven(way.apply(256));
                assertTrue(buffer.isDirect());
                assertEquals(256, buffer.capacity());
                assertEquals(0, buffer.readableBytes());
                assertSame(on.allocator, buffer.alloc());
                assertTrue(buffer.release());
            }
        }
    }

    @Test
    void sizes_from_nothing_to_several_segments_are_served_and_given_back() {
        try (Fixture on = new Fixture()) {
            for (int size : new int[] {0, 1, 16, 17, 255, 4096, 4097, 65_536, 65_537, 1 << 20, 5 << 20}) {
                ByteBuf buffer = on.direct(size);
                assertEquals(size, buffer.capacity());
                buffer.setZero(0, size);
                if (size > 0) {
                    buffer.setByte(size - 1, 7);
                    assertEquals(7, buffer.getByte(size - 1));
                }
                assertTrue(buffer.release());
            }
        }
    }

    @Test
    void requests_that_make_no_sense_are_refused_and_cost_nothing() {
        try (Fixture on = new Fixture()) {
            on.direct(1).release();
            assertThrows(IllegalArgumentException.class, () -> on.allocator.directBuffer(-1));
            assertThrows(IllegalArgumentException.class, () -> on.allocator.directBuffer(2, 1));
            assertEquals(0, on.allocator.directBuffer(0, 0).capacity());
        }
    }

    @Test
    void a_composite_buffer_grows_by_buffers_of_the_heap() {
        try (Fixture on = new Fixture()) {
            for (CompositeByteBuf whole : List.of(on.allocator.compositeBuffer(), on.allocator.compositeBuffer(4), on.allocator.compositeDirectBuffer())) {
                whole.addComponent(true, on.direct(16).writeLong(1).writeLong(2));
                whole.writeLong(3); // which makes Netty ask for one more
                on.proven(whole.component(whole.numComponents() - 1));
                assertTrue(whole.isDirect());
                assertEquals(1, whole.readLong());
                assertEquals(2, whole.readLong());
                assertEquals(3, whole.readLong());
                assertTrue(whole.release());
            }
        }
    }

    @Test
    void heap_buffers_are_arrays_and_counted_apart() {
        try (Fixture on = new Fixture()) {
            ByteBuf direct = on.direct(64);
            ByteBuf array = on.allocator.heapBuffer(100);
            assertTrue(array.hasArray());
            assertSame(on.allocator, array.alloc());
            assertEquals(0, array.writerIndex());
            assertEquals(100, on.allocator.metric().usedHeapMemory());
            array.capacity(150);
            assertEquals(150, on.allocator.metric().usedHeapMemory());
            assertEquals(64, on.allocator.metric().usedDirectMemory());
            array.writeBytes(new byte[] {1, 2, 3});
            direct.writeBytes(array);
            assertEquals(3, direct.getByte(2));
            direct.getBytes(0, array, 50, 3);
            assertEquals(2, array.getByte(51));
            assertTrue(array.release());
            assertTrue(direct.release());
            assertEquals(0, on.allocator.metric().usedHeapMemory());
            assertEquals(0, on.allocator.metric().usedDirectMemory());
            assertTrue(on.allocator.toString().contains("usedDirectMemory: 0"));
        }
    }

    @Test
    void a_refused_request_is_an_error_and_the_allocator_goes_on() {
        try (NativeHeap small = NativeHeap.create(HeapOptions.builder().maxBytes(8 << 20).build())) {
            Hz3ByteBufAllocator allocator = new Hz3ByteBufAllocator(small);
            assertThrows(OutOfMemoryError.class, () -> allocator.directBuffer(64 << 20));
            ByteBuf buffer = allocator.directBuffer(1024).writeLong(5);
            assertTrue(small.stats().liveBytes() >= 1024);
            assertThrows(OutOfMemoryError.class, () -> buffer.capacity(64 << 20));
            assertEquals(1024, buffer.capacity());
            assertEquals(5, buffer.readLong());
            assertTrue(buffer.release());
            assertEquals(0, small.stats().liveBytes());
        }
    }

    @Test
    void netty_watches_for_leaks_where_it_was_told_to() {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        try (Fixture on = new Fixture()) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
            ByteBuf watched = on.direct(64);
            assertFalse(watched instanceof NativeHeapByteBuf, "nobody watches it");
            assertTrue(watched.unwrap() instanceof NativeHeapByteBuf);
            assertEquals(7, watched.writeInt(7).touch("seen").readInt());
            assertTrue(watched.release());
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
            ByteBuf alone = on.direct(64);
            assertTrue(alone instanceof NativeHeapByteBuf);
            assertTrue(alone.release());
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    // ---- mistakes ------------------------------------------------------------------------------------------------

    @Test
    void a_second_release_and_a_use_after_it_are_refused_and_harm_nobody() {
        try (Fixture on = new Fixture()) {
            ByteBuf stale = on.direct(64);
            assertTrue(stale.release());
            ByteBuf next = on.direct(64).writeLong(1);
            assertThrows(IllegalReferenceCountException.class, stale::release);
            assertThrows(IllegalReferenceCountException.class, stale::retain);
            assertThrows(IllegalReferenceCountException.class, () -> stale.getByte(0));
            assertThrows(IllegalReferenceCountException.class, () -> stale.setLong(0, 2));
            assertThrows(IllegalReferenceCountException.class, () -> stale.capacity(16));
            assertThrows(IllegalReferenceCountException.class, () -> stale.nioBuffer(0, 8));
            assertThrows(IllegalReferenceCountException.class, () -> next.setBytes(0, stale, 0, 8));
            assertEquals(1, next.getLong(0));
            assertTrue(next.release());
            assertEquals(0, on.heap.stats().invalidFrees());
        }
    }

    @Test
    void a_buffer_goes_back_to_the_heap_it_came_from_whoever_releases_it() {
        try (Fixture one = new Fixture(); Fixture other = new Fixture()) {
            ByteBuf buffer = one.direct(64).writeLong(1);
            ByteBuf copy = other.direct(64).writeBytes(buffer);
            assertEquals(1, copy.readLong());
            assertTrue(copy.release());
            assertTrue(buffer.release());
        }
    }

    @Test
    void after_the_heap_was_closed_every_use_throws_and_a_release_does_nothing() {
        NativeHeap heap = NativeHeap.create();
        Hz3ByteBufAllocator allocator = new Hz3ByteBufAllocator(heap);
        List<ByteBuf> out = new ArrayList<>();
        for (int size : new int[] {64, 4096, 1 << 20}) {
            out.add(allocator.directBuffer(size).writeLong(1));
        }
        assertTrue(heap.stats().liveBytes() > 1 << 20);
        heap.close();
        for (ByteBuf buffer : out) {
            assertThrows(IllegalStateException.class, () -> buffer.getLong(0));
            assertThrows(IllegalStateException.class, () -> buffer.setLong(0, 1));
            assertThrows(IllegalStateException.class, () -> buffer.nioBuffer(0, 8).get());
            if (buffer.hasMemoryAddress()) {
                assertThrows(IllegalStateException.class, buffer::memoryAddress);
            }
            assertTrue(buffer.release());
        }
        assertThrows(IllegalStateException.class, () -> allocator.directBuffer(64));
    }
}
