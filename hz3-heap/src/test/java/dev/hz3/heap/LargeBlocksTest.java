package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocks above 64 KiB: what a thread has freed it finds again, and nobody keeps what nobody wants.
class LargeBlocksTest {

    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    /// So many ticks, and what nobody has touched has left.
    private static final int FEW_TICKS = 8;

    private static final HeapOptions OPTIONS =
            HeapOptions.builder().reservedBytes(512 * MIB).maxBytes(512 * MIB).clock(false).slowPathsPerEpoch(0).hugePages(false).build();

    private final NativeHeap heap = NativeHeap.create(OPTIONS);

    @AfterEach
    void close() {
        heap.close();
    }

    private static <T> T in(Thread.Builder thread, Callable<T> job) throws Exception {
        FutureTask<T> task = new FutureTask<>(job);
        thread.start(task).join();
        return task.get();
    }

    private long filled(long bytes) {
        MemorySegment block = heap.allocate(bytes);
        block.fill((byte) 7);
        return block.address();
    }

    private void assertAllGone() {
        assertEquals(0, heap.stats().cachedBytes());
        assertEquals(0, heap.stats().liveBytes());
        assertEquals(0, heap.stats().waitingPages());
        assertEquals(0, heap.residentBytes());
    }

    private void tick(int ticks) {
        for (int i = 0; i < ticks; i++) {
            heap.tick();
        }
    }

    // ---- found again ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {64 * KIB + 1, 100 * KIB, 300 * KIB, MIB, 3 * MIB, 8 * MIB})
    void a_block_that_is_freed_and_wanted_again_is_not_purged_while_its_thread_is_at_work(long bytes) {
        long address = filled(bytes);
        heap.freeAddress(address);
        long claims = heap.parts().boundary().claims();
        for (int i = 0; i < 50; i++) {
            assertEquals(address, filled(bytes));
            heap.freeAddress(address);
            heap.tick();
        }
        assertEquals(claims, heap.parts().boundary().claims());
        assertEquals(0, heap.stats().purgeCalls());
        assertEquals(0, heap.stats().liveBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {100 * KIB, 300 * KIB, MIB, 3 * MIB, 8 * MIB})
    void four_that_go_round_are_found_again(long bytes) {
        long[] ring = new long[4];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = filled(bytes);
        }
        long claims = heap.parts().boundary().claims();
        for (int i = 0; i < 100; i++) {
            heap.freeAddress(ring[i & 3]);
            ring[i & 3] = filled(bytes);
            heap.tick();
        }
        assertEquals(claims, heap.parts().boundary().claims());
        assertEquals(0, heap.stats().purgeCalls());
        // And all of them freed before one is wanted.
        for (int round = 0; round < 10; round++) {
            for (long block : ring) {
                heap.freeAddress(block);
            }
            for (int i = 0; i < ring.length; i++) {
                ring[i] = filled(bytes);
            }
        }
        assertEquals(claims, heap.parts().boundary().claims());
        assertEquals(4 * bytes, heap.stats().liveBytes());
    }

    @Test
    void a_block_serves_as_many_pages_as_it_has_and_no_others() {
        long address = filled(100 * KIB);
        heap.freeAddress(address);
        long other = filled(100 * KIB + 1);
        assertNotEquals(address, other);
        assertEquals(104 * KIB, heap.usableSize(other));
        assertEquals(address, filled(100 * KIB - 4095));
        assertEquals(100 * KIB, heap.usableSize(address));
    }

    @Test
    void threads_without_a_cache_of_their_own_find_them_in_a_shared_one() throws Exception {
        long claims = heap.parts().boundary().claims();
        for (int i = 0; i < 64; i++) { // one after the other, so that each shared cache has its turn
            long block = in(Thread.ofVirtual(), () -> {
                long again = filled(3 * MIB);
                heap.freeAddress(again);
                return again;
            });
            assertEquals(0, block & 2 * MIB - 1);
        }
        int caches = Math.min(64, Runtime.getRuntime().availableProcessors());
        assertTrue(heap.parts().boundary().claims() - claims <= 2L * caches, "claims=" + (heap.parts().boundary().claims() - claims));
        tick(FEW_TICKS);
        assertAllGone();
    }

    // ---- given back ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {100 * KIB, MIB, 8 * MIB})
    void a_silent_thread_keeps_nothing(long bytes) {
        heap.freeAddress(filled(bytes));
        assertEquals(bytes, heap.stats().cachedBytes());
        assertTrue(heap.upkeep().isWaiting(), "a clock would sleep");
        tick(FEW_TICKS);
        assertAllGone();
    }

    @Test
    void a_dead_thread_keeps_nothing() throws Exception {
        in(Thread.ofPlatform(), () -> {
            heap.freeAddress(filled(5 * MIB));
            return true;
        });
        tick(FEW_TICKS);
        assertAllGone();
    }

    @Test
    void trim_gives_back_what_is_kept() {
        heap.freeAddress(filled(3 * MIB));
        assertTrue(heap.trim() >= 3 * MIB);
        assertAllGone();
    }

    @Test
    void what_nobody_wants_leaves_a_thread_that_is_at_work_on_something_else() {
        heap.freeAddress(heap.allocateAddress(64));
        heap.freeAddress(filled(200 * KIB)); // so that nothing that comes has to grow: growth would release it too
        heap.freeAddress(filled(3 * MIB));
        for (int i = 0; i < FEW_TICKS; i++) {
            heap.freeAddress(heap.allocateAddress(64));
            heap.freeAddress(filled(200 * KIB));
            heap.tick();
        }
        assertTrue(heap.stats().cachedBytes() < MIB, "cachedBytes=" + heap.stats().cachedBytes());
        assertTrue(heap.residentBytes() < MIB, "residentBytes=" + heap.residentBytes());
    }

    @Test
    void what_is_kept_is_bounded_by_the_option_and_by_an_eighth_of_the_limit() {
        for (long[] bounds : new long[][] {{512 * MIB, 32 * MIB, 32 * MIB}, {64 * MIB, 32 * MIB, 8 * MIB}, {512 * MIB, 2 * MIB, 2 * MIB}, {512 * MIB, 0, 0}}) {
            HeapOptions options = HeapOptions.builder().reservedBytes(512 * MIB).maxBytes(bounds[0]).largeCacheBytes(bounds[1]).clock(false).build();
            try (NativeHeap bounded = NativeHeap.create(options)) {
                long most = 0;
                for (long bytes : new long[] {100 * KIB, MIB, 5 * MIB, 20 * MIB, 40 * MIB}) {
                    List<Long> blocks = new ArrayList<>();
                    for (int i = 0; i < 10 && (i + 1) * bytes <= bounds[0] / 2; i++) {
                        blocks.add(bounded.allocateAddress(bytes));
                    }
                    for (long block : blocks) {
                        bounded.freeAddress(block);
                        most = Math.max(most, bounded.stats().cachedBytes());
                    }
                    assertEquals(0, bounded.stats().liveBytes());
                }
                assertTrue(most <= bounds[2] && most >= bounds[2] / 2, "most=" + most + ", bound=" + bounds[2]);
            }
        }
    }

    @Test
    void nothing_is_refused_because_of_what_is_kept() throws Exception {
        try (NativeHeap narrow = NativeHeap.create(HeapOptions.builder().reservedBytes(64 * MIB).maxBytes(64 * MIB).clock(false).build())) {
            Thread.Builder builder = Thread.ofPlatform();
            CyclicBarrier meeting = new CyclicBarrier(4);
            List<Thread> keepers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                keepers.add(builder.start(() -> {
                    narrow.freeAddress(narrow.allocateAddress(7 * MIB));
                    meet(meeting);
                    meet(meeting);
                }));
            }
            meet(meeting);
            assertTrue(narrow.stats().cachedBytes() >= 14 * MIB, "cachedBytes=" + narrow.stats().cachedBytes());
            narrow.freeAddress(narrow.allocateAddress(6 * MIB));
            long all = narrow.allocateAddress(64 * MIB);
            narrow.freeAddress(all);
            meet(meeting);
            for (Thread keeper : keepers) {
                keeper.join();
            }
        }
    }

    @Test
    void what_is_kept_makes_way_before_the_heap_grows() {
        for (long bytes : new long[] {MIB, 3 * MIB}) {
            heap.freeAddress(filled(2 * MIB));
            long mapped = heap.stats().mappedBytes();
            long other = filled(bytes == MIB ? MIB : 16 * KIB);
            assertEquals(mapped, heap.stats().mappedBytes());
            heap.freeAddress(other);
            heap.trim();
        }
    }

    // ---- misuse --------------------------------------------------------------------------------------------------

    private void assertRefused(long address) {
        long live = heap.stats().liveBytes();
        long cached = heap.stats().cachedBytes();
        long invalidFrees = heap.stats().invalidFrees();
        assertThrows(InvalidFreeException.class, () -> heap.freeAddress(address));
        assertThrows(InvalidFreeException.class, () -> heap.usableSize(address));
        assertEquals(live, heap.stats().liveBytes());
        assertEquals(cached, heap.stats().cachedBytes());
        assertEquals(invalidFrees + 2, heap.stats().invalidFrees());
    }

    @ParameterizedTest
    @ValueSource(longs = {100 * KIB, MIB, 5 * MIB})
    void a_block_that_is_kept_is_refused_to_whoever_frees_it_again(long bytes) throws Exception {
        long address = filled(bytes);
        heap.freeAddress(address);
        assertEquals(bytes, heap.stats().cachedBytes());
        for (int i = 0; i < 2; i++) {
            assertRefused(address);
            assertRefused(address + 16);
            assertRefused(address + 4 * KIB);
            assertRefused(address + bytes / 2);
            assertRefused(address + bytes / 2 & -2 * MIB);
        }
        in(Thread.ofPlatform(), () -> {
            assertRefused(address);
            return true;
        });
        assertEquals(address, filled(bytes));
        assertEquals(bytes, heap.stats().liveBytes());
        heap.freeAddress(address);
        assertEquals(0, heap.stats().violations());
    }

    @Test
    void a_view_of_another_length_is_refused_and_the_block_lives_on() {
        MemorySegment block = heap.allocate(MIB);
        assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(0, MIB / 2)));
        assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(4096)));
        assertEquals(MIB, heap.usableSize(block.address()));
        heap.free(block);
        assertThrows(InvalidFreeException.class, () -> heap.free(block));
        assertEquals(MIB, heap.stats().cachedBytes());
    }

    @Test
    void who_frees_it_keeps_it_whoever_allocated_it() throws Exception {
        long address = filled(3 * MIB);
        long again = in(Thread.ofPlatform(), () -> {
            heap.freeAddress(address);
            assertEquals(3 * MIB, heap.stats().cachedBytes());
            assertEquals(0, heap.stats().liveBytes());
            return filled(3 * MIB);
        });
        assertEquals(address, again);
        heap.freeAddress(again);
        tick(FEW_TICKS);
        assertAllGone();
    }

    private static void meet(CyclicBarrier meeting) {
        try {
            meeting.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void of_two_threads_that_free_it_at_the_same_moment_one_is_refused() throws Exception {
        CyclicBarrier meeting = new CyclicBarrier(2);
        AtomicInteger refused = new AtomicInteger();
        long[] blocks = new long[2000];
        Runnable race = () -> {
            for (int i = 0; i < blocks.length; i++) {
                meet(meeting);
                if (Thread.currentThread().getName().equals("allocates")) {
                    blocks[i] = heap.allocateAddress(i % 3 == 0 ? 3 * MIB : 100 * KIB);
                }
                meet(meeting);
                try {
                    heap.freeAddress(blocks[i]);
                } catch (InvalidFreeException second) {
                    refused.incrementAndGet();
                }
            }
        };
        Thread one = Thread.ofPlatform().name("allocates").start(race);
        Thread two = Thread.ofPlatform().name("frees").start(race);
        one.join();
        two.join();
        assertEquals(blocks.length, refused.get());
        assertEquals(0, heap.stats().violations());
        tick(FEW_TICKS);
        assertAllGone();
    }
}
