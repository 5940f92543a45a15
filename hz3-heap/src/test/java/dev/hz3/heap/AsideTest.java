package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A block that is allocated and freed so often in a row that its thread's cache no longer writes down whether it is live.
class AsideTest {

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().reservedBytes(64L << 20).clock(false).shards(1).build());
    private final List<Long> others = new ArrayList<>();

    @AfterEach
    void nothing_is_left_and_nothing_was_done_twice() {
        others.forEach(heap::freeAddress);
        heap.trim();
        HeapStats stats = heap.stats();
        heap.close();
        assertEquals(0, stats.liveBytes());
        assertEquals(0, stats.cachedBytes());
        assertEquals(0, stats.mappedBytes());
        assertEquals("", heap.lastFailure());
    }

    /// A live block that is aside.
    private long aside(int bytes) {
        long address = heap.allocateAddress(bytes);
        for (int i = 0; i < 20; i++) {
            heap.freeAddress(address);
            assertEquals(address, heap.allocateAddress(bytes));
        }
        return address;
    }

    private void assertRefused(long address) {
        long live = heap.stats().liveBytes();
        assertThrows(InvalidFreeException.class, () -> heap.freeAddress(address));
        assertThrows(InvalidFreeException.class, () -> heap.usableSize(address));
        assertEquals(live, heap.stats().liveBytes());
    }

    private static void elsewhere(Runnable job) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().uncaughtExceptionHandler((_, what) -> failure.set(what)).start(job);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 3000, 16 << 10})
    void as_an_object_it_is_freed_as_what_it_was_allocated_as_and_as_nothing_else(int bytes) {
        for (int round = 0; round < 20; round++) {
            MemorySegment block = heap.allocate(bytes);
            assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(0, 1)));
            assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(16)));
            assertThrows(InvalidFreeException.class, () -> heap.free(block.asReadOnly()));
            assertTrue(heap.usableSize(block.address()) >= bytes);
            heap.free(block);
            assertThrows(InvalidFreeException.class, () -> heap.free(block));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1000, 3000, 4096, 32768})
    void it_is_live_until_it_is_freed_and_only_once(int bytes) {
        long block = aside(bytes);
        assertTrue(heap.usableSize(block) >= bytes);
        assertTrue(heap.stats().liveBytes() >= bytes);
        elsewhere(() -> assertTrue(heap.usableSize(block) >= bytes));
        heap.freeAddress(block);
        assertEquals(0, heap.stats().liveBytes());
        assertRefused(block);
        elsewhere(() -> assertRefused(block));
        assertEquals(block, heap.allocateAddress(bytes));
        assertRefused(block + 1);
        assertRefused(1);
        assertRefused(0);
        heap.freeAddress(block);
        assertRefused(block);
        assertRefused(block + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1000, 3000, 4096, 32768})
    void another_thread_frees_it_once_and_its_owner_not_again(int bytes) {
        long block = aside(bytes);
        elsewhere(() -> {
            heap.freeAddress(block);
            assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block));
        });
        assertRefused(block);
        assertRefused(block + 1);
        others.add(heap.allocateAddress(bytes));
        heap.trim(); // it comes home
        assertEquals(heap.usableSize(others.get(0)), heap.stats().liveBytes());
        assertEquals(5, heap.stats().violations(), "what was refused here, and no more");
        for (int i = 0; i < 600; i++) {
            long next = heap.allocateAddress(bytes);
            assertTrue(!others.contains(next));
            others.add(next);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1000, 3000, 4096, 32768})
    void it_becomes_a_block_like_others_when_another_is_set_aside(int bytes) {
        long first = aside(bytes);
        long second = aside(bytes);
        long third = aside(bytes);
        assertNotEquals(first, second);
        assertNotEquals(second, third);
        for (long block : new long[] {first, second, third}) {
            assertTrue(heap.usableSize(block) >= bytes);
        }
        elsewhere(() -> heap.freeAddress(first));
        heap.freeAddress(second);
        assertRefused(first);
        assertRefused(second);
        elsewhere(() -> assertRefused(first));
        heap.freeAddress(third);
        assertRefused(third);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1000, 3000, 4096, 32768})
    void it_is_freed_after_its_turn_whatever_lies_in_its_place(int bytes) {
        long other = heap.allocateAddress(bytes);
        long block = aside(bytes);
        heap.freeAddress(other); // is the latest now
        heap.freeAddress(block);
        assertRefused(block);
        assertRefused(other);
        others.add(heap.allocateAddress(bytes));
        others.add(heap.allocateAddress(bytes));
        assertNotEquals(others.get(0), others.get(1));
        elsewhere(() -> others.forEach(each -> assertTrue(heap.usableSize(each) >= bytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1000, 3000, 4096, 32768})
    void a_trim_takes_it_if_it_is_free_and_leaves_it_if_it_is_live(int bytes) {
        long block = aside(bytes);
        heap.trim();
        assertTrue(heap.usableSize(block) >= bytes);
        heap.freeAddress(block);
        assertEquals(0, heap.stats().liveBytes());
        heap.trim();
        assertEquals(0, heap.stats().cachedBytes());
        assertEquals(0, heap.stats().mappedBytes());
        assertRefused(block);
        elsewhere(() -> assertRefused(block));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1000, 3000, 4096, 32768})
    void it_outlives_its_thread(int bytes) {
        long[] block = new long[2];
        elsewhere(() -> block[0] = aside(bytes));
        heap.trim();
        assertTrue(heap.usableSize(block[0]) >= bytes);
        elsewhere(() -> block[1] = aside(bytes)); // with the cache of the dead, perhaps
        assertNotEquals(block[0], block[1]);
        heap.freeAddress(block[0]);
        assertRefused(block[0]);
        heap.freeAddress(block[1]);
        assertRefused(block[1]);
    }
}
