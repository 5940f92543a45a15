package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What only a hardened heap notices: each test does in it what passes unseen, or seen too late, in another.
class HardenedHeapTest {

    private static final int[] SIZES = {0, 1, 16, 17, 100, 2048, 2049, 4095, 4096, 5000, 32 << 10, 64 << 10, (64 << 10) + 1, 1 << 20, 5 << 20};

    private static NativeHeap heap() {
        return NativeHeap.create(HeapOptions.builder().reservedBytes(1L << 30).hardened(true).build());
    }

    /// What begins where the block begins, and has so many bytes.
    private static MemorySegment beyond(NativeHeap heap, MemorySegment block, long bytes) {
        return heap.view(block.address(), bytes, Arena.ofAuto());
    }

    @Test
    void a_program_that_does_nothing_wrong_notices_nothing() {
        try (NativeHeap heap = heap()) {
            for (int size : SIZES) {
                for (long alignment = 1; alignment <= 1 << 21; alignment *= 32) {
                    MemorySegment block = heap.allocate(size, alignment);
                    assertEquals(size, block.byteSize());
                    assertEquals(0, block.address() % alignment);
                    assertEquals(size, heap.usableSize(block.address()));
                    assertEquals(size, heap.goodSize(size));
                    block.fill((byte) 0xFD);
                    heap.free(block);
                }
            }
            try (Arena arena = heap.openSharedArena()) {
                assertEquals(0, arena.allocate(ValueLayout.JAVA_LONG).get(ValueLayout.JAVA_LONG, 0));
            }
            assertEquals(0, heap.stats().liveBytes());
            heap.trim();
            assertEquals(0, heap.residentBytes());
            assertEquals(0, heap.stats().violations());
        }
    }

    @Test
    void one_byte_past_the_end_is_found_at_the_free_and_the_block_lives_on() {
        try (NativeHeap heap = heap()) {
            for (int size : SIZES) {
                MemorySegment block = heap.allocate(size);
                MemorySegment beyond = beyond(heap, block, size + 1);
                byte was = beyond.get(ValueLayout.JAVA_BYTE, size);
                beyond.set(ValueLayout.JAVA_BYTE, size, (byte) ~was);
                MemoryDamageException damage = assertThrows(MemoryDamageException.class, () -> heap.free(block), () -> "size=" + size);
                assertEquals(block.address(), damage.address());
                beyond.set(ValueLayout.JAVA_BYTE, size, was);
                heap.free(block);
            }
        }
    }

    @Test
    void a_block_that_is_written_after_its_free_is_never_handed_out_again() {
        NativeHeap heap = heap();
        MemorySegment block = heap.allocate(100);
        heap.free(block);
        block.set(ValueLayout.JAVA_BYTE, 40, (byte) 1);
        MemoryDamageException damage = assertThrows(MemoryDamageException.class, heap::trim);
        assertEquals(block.address(), damage.address());
        assertTrue(String.valueOf(damage.getMessage()).contains("offset 40"), damage::toString);
        assertEquals(1, heap.stats().violations());
        for (int i = 0; i < 10_000; i++) {
            assertNotEquals(block.address(), heap.allocateAddress(100));
        }
        heap.close();
    }

    @Test
    void closing_takes_a_last_look() {
        NativeHeap heap = heap();
        MemorySegment block = heap.allocate(8192);
        MemorySegment late = beyond(heap, block, 8192);
        heap.free(block);
        late.set(ValueLayout.JAVA_LONG, 4096, 1);
        assertThrows(MemoryDamageException.class, heap::close);
        assertThrows(IllegalStateException.class, () -> heap.allocate(1));
        heap.close();
    }

    @Test
    void what_was_freed_reads_as_something_that_nobody_wrote() {
        try (NativeHeap heap = heap()) {
            MemorySegment block = heap.allocate(64);
            block.set(ValueLayout.JAVA_LONG, 0, 42);
            heap.free(block);
            assertEquals(0xDEDEDEDEDEDEDEDEL, block.get(ValueLayout.JAVA_LONG, 0));
        }
    }

    @Test
    void a_second_free_is_refused_although_others_have_come_and_gone() {
        try (NativeHeap heap = heap()) {
            long address = heap.allocateAddress(64);
            heap.freeAddress(address);
            for (int i = 0; i < 1000; i++) {
                long other = heap.allocateAddress(64);
                assertNotEquals(address, other);
                heap.freeAddress(other);
            }
            assertThrows(InvalidFreeException.class, () -> heap.freeAddress(address));
            assertThrows(InvalidFreeException.class, () -> heap.usableSize(address));
        }
    }

    @Test
    void a_view_of_another_length_is_refused_within_the_class_too() {
        try (NativeHeap heap = heap()) {
            MemorySegment block = heap.allocate(100);
            assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(0, 99)));
            assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block.address() + 16));
            heap.free(block);
        }
    }

    @Test
    void little_rests_and_all_of_it_counts_as_free() {
        try (NativeHeap heap = heap()) {
            for (int i = 0; i < 1000; i++) {
                heap.freeAddress(heap.allocateAddress(64 << 10));
            }
            HeapStats stats = heap.stats();
            assertEquals(0, stats.liveBytes());
            assertTrue(heap.residentBytes() < 4 * BlockGuard.RESTING_BYTES, () -> "residentBytes=" + heap.residentBytes());
        }
    }

    @Test
    void threads_may_use_it_together() throws InterruptedException {
        try (NativeHeap heap = heap()) {
            List<Throwable> failures = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int seed = t;
                Thread.Builder builder = t == 3 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(builder.unstarted(() -> {
                    SplittableRandom random = new SplittableRandom(seed);
                    List<MemorySegment> mine = new ArrayList<>();
                    try {
                        for (int i = 0; i < 3000; i++) {
                            if (mine.size() < 20 || random.nextBoolean()) {
                                MemorySegment block = heap.allocate(random.nextInt(20_000));
                                block.fill((byte) seed);
                                mine.add(block);
                            } else {
                                heap.free(mine.remove(random.nextInt(mine.size())));
                            }
                        }
                        mine.forEach(heap::free);
                    } catch (RuntimeException | Error failure) {
                        synchronized (failures) {
                            failures.add(failure);
                        }
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
            assertEquals(0, heap.stats().liveBytes());
        }
    }
}
