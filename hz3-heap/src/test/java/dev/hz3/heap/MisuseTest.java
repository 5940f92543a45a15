package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.segment.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Everything that can be done wrong with a block or with the heap: it is refused by name, and nothing else changes. The table of these cases is
/// in docs/reliability.md. `-Dhz3.words=100000000` asks for more random words than an everyday build.
class MisuseTest {

    private static final long WORDS = Long.getLong("hz3.words", 1_000_000);
    private static final long TAG = 0x5ea1_ed00_b10c_0000L;

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().reservedBytes(256L << 20).clock(false).build());

    @AfterEach
    void close() {
        heap.close();
    }

    private void assertRefused(long address) {
        long live = heap.stats().liveBytes();
        long invalidFrees = heap.stats().invalidFrees();
        assertEquals(address, assertThrows(InvalidFreeException.class, () -> heap.freeAddress(address)).address());
        assertEquals(live, heap.stats().liveBytes());
        assertEquals(invalidFrees + 1, heap.stats().invalidFrees());
    }

    private static <T> T elsewhere(Callable<T> job) throws Exception {
        FutureTask<T> task = new FutureTask<>(job);
        Thread.ofPlatform().start(task).join();
        return task.get();
    }

    private MemorySegment tagged(long bytes) {
        MemorySegment block = heap.allocate(bytes);
        block.set(ValueLayout.JAVA_LONG, 0, TAG ^ block.address());
        return block;
    }

    private static void assertIntact(MemorySegment block) {
        assertEquals(TAG ^ block.address(), block.get(ValueLayout.JAVA_LONG, 0));
    }

    // ---- freed twice ---------------------------------------------------------------------------------------------

    @Test
    void a_second_free_is_refused_while_all_around_the_block_is_used_again() throws Exception {
        for (long bytes : new long[] {16, 200, 2048, 2700, 5000, 16_384, 65_536, 300_000}) {
            List<MemorySegment> blocks = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                blocks.add(tagged(bytes));
            }
            MemorySegment twice = blocks.remove(40);
            heap.free(twice);
            // All but the block itself come and go: those that stand beside it, too.
            for (int i = 0; i < 64; i += 2) {
                heap.free(blocks.remove(i / 2));
            }
            heap.trim();
            assertRefused(twice.address());
            assertEquals(true, elsewhere(() -> {
                assertRefused(twice.address());
                return true;
            }));
            Set<Long> taken = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                MemorySegment again = tagged(bytes);
                taken.add(again.address());
                blocks.add(again);
            }
            if (!taken.contains(twice.address())) {
                assertRefused(twice.address());
            }
            blocks.forEach(MisuseTest::assertIntact);
            blocks.forEach(heap::free);
            assertEquals(0, heap.stats().liveBytes(), "bytes=" + bytes);
        }
    }

    @Test
    void a_block_that_another_thread_freed_is_refused_before_and_after_it_has_come_home() throws Exception {
        for (long bytes : new long[] {32, 2048, 5000, 40_000, 200_000}) {
            long block = heap.allocateAddress(bytes);
            elsewhere(() -> {
                heap.freeAddress(block);
                assertRefused(block);
                return true;
            });
            assertRefused(block);
            heap.trim();
            assertRefused(block);
        }
    }

    // ---- places where no block begins ----------------------------------------------------------------------------

    @Test
    void each_offset_of_a_segment_is_refused_where_no_block_begins() throws Exception {
        // In a thread of its own, whose stack is short: each refusal walks it.
        elsewhere(() -> {
            for (long bytes : new long[] {48, 2700, 5000, 12_288, 700_000}) {
                assertOffsets(bytes);
            }
            return true;
        });
    }

    private void assertOffsets(long bytes) {
        Set<Long> beginnings = new HashSet<>();
        List<MemorySegment> blocks = new ArrayList<>();
        while (blocks.size() * bytes < 2L * Geometry.SEGMENT_BYTES) {
            MemorySegment block = tagged(bytes);
            blocks.add(block);
            beginnings.add(block.address());
        }
        long base = blocks.get(blocks.size() / 2).address() & -Geometry.SEGMENT_BYTES;
        long live = heap.stats().liveBytes();
        long invalidFrees = heap.stats().invalidFrees();
        long refused = 0;
        for (int offset = 0; offset < Geometry.SEGMENT_BYTES; offset++) {
            if (!beginnings.contains(base + offset)) {
                try {
                    heap.freeAddress(base + offset);
                    throw new AssertionError("freed: bytes=" + bytes + ", offset=" + offset);
                } catch (InvalidFreeException e) {
                    refused++;
                    assertEquals(base + offset, e.address());
                }
            }
        }
        assertEquals(invalidFrees + refused, heap.stats().invalidFrees());
        assertEquals(live, heap.stats().liveBytes());
        blocks.forEach(MisuseTest::assertIntact);
        blocks.forEach(heap::free);
        assertEquals(0, heap.stats().liveBytes());
        heap.trim();
    }

    @Test
    void random_words_are_refused_near_the_heap_and_far_from_it() throws Exception {
        List<MemorySegment> blocks = new ArrayList<>();
        Set<Long> beginnings = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            blocks.add(tagged(16 + 31L * i));
            beginnings.add(blocks.getLast().address());
        }
        long live = heap.stats().liveBytes();
        elsewhere(() -> {
            SplittableRandom random = new SplittableRandom(0x11a);
            for (long i = 0; i < WORDS; i++) {
                long word = (i & 1) == 0 ? random.nextLong() : heap.base() - 4096 + random.nextLong(260L << 20);
                if (!beginnings.contains(word)) {
                    try {
                        heap.freeAddress(word);
                        throw new AssertionError("freed: 0x" + Long.toHexString(word));
                    } catch (InvalidFreeException e) {
                        assertEquals(word, e.address());
                    }
                }
            }
            return true;
        });
        assertEquals(live, heap.stats().liveBytes());
        blocks.forEach(MisuseTest::assertIntact);
        blocks.forEach(heap::free);
        assertEquals(0, heap.stats().liveBytes());
    }

    @Test
    void the_usable_size_of_what_is_no_live_block_is_refused_like_its_free() {
        for (long bytes : new long[] {16, 5000, 9000, 300_000, 3 << 20}) {
            long block = heap.allocateAddress(bytes);
            for (long wrong : new long[] {block + 1, block + 8, block + bytes / 2 + 1, block - 1, 0, -1}) {
                assertEquals(wrong, assertThrows(InvalidFreeException.class, () -> heap.usableSize(wrong)).address());
            }
            assertTrue(heap.usableSize(block) >= bytes);
            heap.freeAddress(block);
            assertThrows(InvalidFreeException.class, () -> heap.usableSize(block));
        }
    }

    // ---- views ---------------------------------------------------------------------------------------------------

    @Test
    void a_view_that_is_shorter_or_lies_elsewhere_or_belongs_to_another_scope_is_refused() {
        for (long bytes : new long[] {64, 2048, 5000, 10_000, 300_000, 5 << 20}) {
            MemorySegment block = tagged(bytes);
            List<MemorySegment> wrong = new ArrayList<>(List.of(
                    block.asReadOnly(),
                    block.asSlice(1),
                    block.asSlice(16),
                    block.asSlice(bytes / 2),
                    block.asSlice(0, bytes / 3),
                    block.asSlice(bytes),
                    MemorySegment.ofAddress(block.address())));
            try (Arena arena = Arena.ofConfined()) {
                wrong.add(heap.view(block.address(), bytes, arena));
                for (MemorySegment view : wrong) {
                    assertThrows(InvalidFreeException.class, () -> heap.free(view), view.toString());
                }
            }
            assertIntact(block);
            heap.free(block);
            assertThrows(InvalidFreeException.class, () -> heap.free(block));
        }
        assertEquals(0, heap.stats().liveBytes());
    }

    @Test
    void memory_of_an_arena_cannot_be_freed_by_itself() {
        try (Arena arena = heap.openSharedArena()) {
            for (long bytes : new long[] {1, 100, 5000, 100_000}) {
                MemorySegment block = arena.allocate(bytes);
                assertThrows(InvalidFreeException.class, () -> heap.free(block));
                block.fill((byte) 1);
            }
        }
        assertEquals(0, heap.stats().liveBytes());
    }

    // ---- after the end -------------------------------------------------------------------------------------------

    @Test
    void memory_of_an_arena_that_was_closed_is_out_of_reach_while_its_block_serves_others() {
        for (long bytes : new long[] {100, 5000, 100_000}) {
            MemorySegment stale;
            try (Arena arena = heap.openSharedArena()) {
                stale = arena.allocate(bytes);
            }
            MemorySegment next = tagged(bytes);
            assertThrows(IllegalStateException.class, () -> stale.set(ValueLayout.JAVA_LONG, 0, 1));
            assertThrows(IllegalStateException.class, () -> stale.get(ValueLayout.JAVA_BYTE, bytes - 1));
            assertIntact(next);
            heap.free(next);
        }
    }

    @Test
    void a_heap_closed_while_others_read_and_write_its_blocks_stops_them_by_an_exception() throws Exception {
        for (int round = 0; round < 50; round++) {
            NativeHeap brief = NativeHeap.create(HeapOptions.builder().reservedBytes(64L << 20).build());
            CountDownLatch running = new CountDownLatch(2);
            AtomicReference<Throwable> unexpected = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                MemorySegment block = brief.allocate(t == 0 ? 100 : 1 << 20);
                threads.add(Thread.ofPlatform().uncaughtExceptionHandler((who, what) -> unexpected.set(what)).start(() -> {
                    try {
                        for (long i = 0; ; i++) {
                            block.set(ValueLayout.JAVA_BYTE, i % block.byteSize(), (byte) i);
                            if (i == 1000) {
                                running.countDown();
                            }
                        }
                    } catch (IllegalStateException closed) {
                        // the JDK's own refusal
                    }
                }));
            }
            running.await();
            for (boolean done = false; !done; ) {
                try {
                    brief.close();
                    done = true;
                } catch (IllegalStateException inUse) {
                    Thread.onSpinWait();
                }
            }
            brief.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(null, unexpected.get());
            assertThrows(IllegalStateException.class, () -> brief.allocate(1));
        }
    }

    // ---- sizes and alignments ------------------------------------------------------------------------------------

    @Test
    void every_size_around_a_power_of_two_at_every_alignment_is_exact_or_refused() {
        long limit = 256L << 20;
        for (int shift = 0; shift <= 62; shift++) {
            for (int around = -32; around <= 32; around++) {
                long bytes = (1L << shift) + around;
                for (int alignment = 0; alignment <= 21; alignment++) {
                    assertExactOrRefused(bytes, 1L << alignment, limit);
                }
            }
        }
        assertEquals(0, heap.stats().liveBytes());
    }

    private void assertExactOrRefused(long bytes, long alignment, long limit) {
        try {
            MemorySegment block = heap.allocate(bytes, alignment);
            assertTrue(bytes >= 0 && bytes <= limit, "bytes=" + bytes);
            assertEquals(bytes, block.byteSize());
            assertEquals(0, block.address() & alignment - 1, "bytes=" + bytes + ", alignment=" + alignment);
            assertTrue(heap.usableSize(block.address()) >= bytes);
            heap.free(block);
        } catch (IllegalArgumentException negative) {
            assertTrue(bytes < 0, "bytes=" + bytes);
        } catch (OutOfMemoryError full) {
            assertTrue(bytes > limit - Geometry.SEGMENT_BYTES, "bytes=" + bytes);
        }
    }
}
