package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.LinuxSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The fixed interface, on the real machine: what it gives and what it refuses.
class NativeHeapTest {

    private static final HeapOptions SMALL = HeapOptions.builder().reservedBytes(256L << 20).build();

    private final NativeHeap heap = NativeHeap.create(SMALL);

    @AfterEach
    void close() {
        heap.close();
    }

    private void assertStillWorks() {
        long live = heap.stats().liveBytes();
        MemorySegment block = heap.allocate(5000);
        block.fill((byte) 7);
        assertEquals(7, block.get(ValueLayout.JAVA_BYTE, 4999));
        heap.free(block);
        assertEquals(live, heap.stats().liveBytes());
    }

    private static void assertSays(Throwable thrown, String... words) {
        for (String word : words) {
            assertTrue(String.valueOf(thrown.getMessage()).contains(word), thrown.getMessage());
        }
    }

    // ---- sizes and alignments ------------------------------------------------------------------------------------

    @Test
    void every_size_up_to_a_few_pages_has_room_and_its_own_place() {
        for (int bytes = 0; bytes < 70_000; bytes += bytes < 5000 ? 1 : 97) {
            long address = heap.allocateAddress(bytes);
            assertTrue(heap.usableSize(address) >= bytes, "bytes=" + bytes);
            assertEquals(0, address % 16);
            heap.freeAddress(address);
        }
    }

    @Test
    void a_good_size_is_what_a_block_has_anyway() {
        for (long bytes : new long[] {0, 1, 16, 17, 2049, 4096, 4097, 65_536, 65_537, 2 << 20, (2 << 20) + 1, 5_000_000}) {
            long good = heap.goodSize(bytes);
            assertTrue(good >= bytes);
            assertEquals(good, heap.goodSize(good));
            long address = heap.allocateAddress(bytes);
            assertEquals(heap.usableSize(address), good, "bytes=" + bytes);
            heap.freeAddress(address);
            MemorySegment whole = heap.allocate(good);
            assertEquals(good, heap.usableSize(whole.address()), "bytes=" + bytes);
            heap.free(whole);
        }
        assertThrows(IllegalArgumentException.class, () -> heap.goodSize(-1));
        assertEquals(Long.MAX_VALUE, heap.goodSize(Long.MAX_VALUE));
    }

    @Test
    void sizes_around_powers_of_two_at_every_alignment_are_exact() {
        for (int shift = 0; shift <= 23; shift++) {
            for (int around = -32; around <= 32; around += shift < 14 ? 8 : 32) {
                long bytes = Math.max(0, (1L << shift) + around);
                for (long alignment = 1; alignment <= NativeHeap.MAX_ALIGNMENT; alignment *= 4) {
                    MemorySegment block = heap.allocate(bytes, alignment);
                    assertEquals(bytes, block.byteSize());
                    assertEquals(0, block.address() % alignment, "bytes=" + bytes + ", alignment=" + alignment);
                    heap.free(block);
                }
            }
        }
        assertEquals(0, heap.stats().liveBytes());
    }

    @Test
    void zero_bytes_is_a_size_and_two_blocks_of_it_differ() {
        MemorySegment one = heap.allocate(0);
        MemorySegment two = heap.allocate(0);
        assertTrue(one.address() != two.address());
        assertEquals(0, one.byteSize());
        heap.free(one);
        heap.free(two);
    }

    @Test
    void blocks_larger_than_a_segment_span_several_and_all_of_it_comes_back() {
        long bytes = (7L << 20) + 12_345;
        MemorySegment block = heap.allocate(bytes);
        for (long at = 0; at < bytes; at += 4096) {
            block.set(ValueLayout.JAVA_LONG_UNALIGNED, Math.min(at, bytes - 8), at);
        }
        assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block.address() + (2L << 20)));
        heap.free(block);
        assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block.address()));
        heap.trim();
        HeapStats stats = heap.stats();
        assertEquals(0, stats.liveBytes());
        assertEquals(0, stats.mappedBytes());
        assertEquals(0, heap.residentBytes());
    }

    @Test
    void the_address_range_is_used_again_and_not_used_up() {
        for (int i = 0; i < 50; i++) {
            long address = heap.allocateAddress(100L << 20);
            heap.freeAddress(address);
        }
        assertStillWorks();
    }

    // ---- bad input -----------------------------------------------------------------------------------------------

    @Test
    void sizes_and_alignments_that_make_no_sense_are_refused() {
        assertSays(assertThrows(IllegalArgumentException.class, () -> heap.allocate(-1)), "byteSize=-1");
        assertSays(assertThrows(IllegalArgumentException.class, () -> heap.allocateAddress(Long.MIN_VALUE)), "byteSize=");
        for (long alignment : new long[] {0, -1, 3, 24, Long.MIN_VALUE, NativeHeap.MAX_ALIGNMENT * 2}) {
            assertSays(assertThrows(IllegalArgumentException.class, () -> heap.allocate(8, alignment)), "byteAlignment=" + alignment);
        }
        assertStillWorks();
    }

    @Test
    void what_can_never_fit_is_refused_with_the_numbers() {
        for (long bytes : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 4096, 257L << 20, 1L << 40}) {
            assertSays(
                    assertThrows(OutOfMemoryError.class, () -> heap.allocateAddress(bytes)), "byteSize=" + bytes, "liveBytes=", "limitBytes=");
        }
        assertStillWorks();
    }

    /// Blocks of `bytes` that two threads allocate in turn; the segments of each.
    private static List<Set<Long>> segmentsOfTwo(NativeHeap heap, int bytes) throws Exception {
        List<Set<Long>> segments = List.of(new HashSet<>(), new HashSet<>());
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 40; i++) {
                segments.get(0).add(heap.allocateAddress(bytes) >>> 21);
                segments.get(1).add(other.submit(() -> heap.allocateAddress(bytes)).get() >>> 21);
            }
        }
        return segments;
    }

    @Test
    void threads_that_run_at_the_same_time_have_segments_of_their_own() throws Exception {
        for (int bytes : new int[] {64, 3000, 16 << 10}) {
            try (NativeHeap fresh = NativeHeap.create(HeapOptions.builder().reservedBytes(64L << 20).shards(2).clock(false).build())) {
                List<Set<Long>> segments = segmentsOfTwo(fresh, bytes);
                assertTrue(Collections.disjoint(segments.get(0), segments.get(1)), bytes + " bytes: " + segments);
            }
        }
    }

    @Test
    void a_segment_that_is_wholly_free_serves_the_threads_of_every_shard() throws Exception {
        HeapOptions options = HeapOptions.builder().reservedBytes(64L << 20).shards(2).largeCacheBytes(0).clock(false).build();
        try (NativeHeap fresh = NativeHeap.create(options)) {
            long whole = fresh.allocateAddress(2L << 20);
            fresh.freeAddress(whole);
            long mapped = fresh.stats().mappedBytes();
            try (ExecutorService other = Executors.newSingleThreadExecutor()) {
                long run = other.submit(() -> fresh.allocateAddress(16 << 10)).get();
                assertEquals(whole >>> 21, run >>> 21);
                assertEquals(mapped, fresh.stats().mappedBytes());
            }
        }
    }

    @Test
    void at_the_limit_a_thread_uses_the_room_in_the_segments_of_others() throws InterruptedException {
        HeapOptions options = HeapOptions.builder().reservedBytes(64L << 20).maxBytes(4L << 20).shards(8).hugeAfterBytes(0).build();
        try (NativeHeap full = NativeHeap.create(options)) {
            long block = full.allocateAddress(64);
            long run = full.allocateAddress(4096);
            List<Throwable> refusals = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Thread other = new Thread(() -> {
                    full.freeAddress(full.allocateAddress(64));
                    full.freeAddress(full.allocateAddress(32 << 10));
                });
                other.setUncaughtExceptionHandler((_, refusal) -> refusals.add(refusal));
                other.start();
                other.join();
            }
            full.freeAddress(block);
            full.freeAddress(run);
            assertEquals(List.of(), refusals);
        }
    }

    @Test
    void a_heap_that_is_full_says_so_and_works_again_when_memory_comes_back() {
        try (NativeHeap tight = NativeHeap.create(HeapOptions.builder().reservedBytes(64L << 20).maxBytes(16L << 20).build())) {
            long[] blocks = new long[4096];
            int count = 0;
            OutOfMemoryError full = null;
            while (full == null) {
                try {
                    blocks[count] = tight.allocateAddress(16 << 10);
                    count++;
                } catch (OutOfMemoryError e) {
                    full = e;
                }
            }
            assertEquals(1024, count);
            assertSays(full, "byteSize=16384", "liveBytes=16777216", "limitBytes=16777216");
            for (int i = 0; i < count; i++) {
                tight.freeAddress(blocks[i]);
            }
            long other = tight.allocateAddress(64); // of another kind of segment
            tight.freeAddress(other);
            tight.freeAddress(tight.allocateAddress(14 << 20));
        }
    }

    // ---- wrong frees ---------------------------------------------------------------------------------------------

    private void assertInvalid(long address, String what) {
        HeapStats before = heap.stats();
        InvalidFreeException refused = assertThrows(InvalidFreeException.class, () -> heap.freeAddress(address));
        assertEquals(address, refused.address());
        assertSays(refused, "0x" + Long.toHexString(address), what);
        assertEquals(before.liveBytes(), heap.stats().liveBytes());
        assertEquals(before.invalidFrees() + 1, heap.stats().invalidFrees());
        assertEquals(0, heap.stats().violations());
    }

    @Test
    void a_second_free_is_refused_on_every_thread_and_after_a_purge() throws InterruptedException {
        for (long bytes : new long[] {1, 100, 2048, 2500, 4096, 30_000, 60_000, 200_000, 5 << 20}) {
            long address = heap.allocateAddress(bytes);
            heap.freeAddress(address);
            assertInvalid(address, "free");
            Thread other = Thread.ofPlatform().start(() -> assertThrows(InvalidFreeException.class, () -> heap.freeAddress(address)));
            other.join();
            heap.trim();
            assertInvalid(address, "");
            assertThrows(InvalidFreeException.class, () -> heap.usableSize(address));
        }
        assertStillWorks();
    }

    @Test
    void every_place_inside_a_block_is_refused_and_the_block_lives_on() {
        for (long bytes : new long[] {16, 48, 1000, 2048, 2500, 4096, 9000, 65_536, 300_000}) {
            long address = heap.allocateAddress(bytes);
            for (long offset = 1; offset < bytes; offset += offset < 64 ? 1 : bytes / 37 + 1) {
                long inside = address + offset;
                InvalidFreeException refused = assertThrows(InvalidFreeException.class, () -> heap.freeAddress(inside), "bytes=" + bytes);
                assertEquals(inside, refused.address());
            }
            heap.freeAddress(address);
        }
        assertEquals(0, heap.stats().liveBytes());
    }

    @Test
    void numbers_that_are_no_address_of_the_heap_are_refused() {
        long block = heap.allocateAddress(64);
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 100_000; i++) {
            long word = random.nextLong();
            assertThrows(InvalidFreeException.class, () -> heap.freeAddress(word));
        }
        for (long word : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertInvalid(word, "not an address of this heap");
        }
        heap.freeAddress(block);
        assertStillWorks();
    }

    @Test
    void blocks_of_others_are_refused() {
        try (NativeHeap other = NativeHeap.create(SMALL); Arena arena = Arena.ofConfined()) {
            MemorySegment foreign = other.allocate(4096);
            assertThrows(InvalidFreeException.class, () -> heap.free(foreign));
            assertThrows(InvalidFreeException.class, () -> heap.freeAddress(foreign.address()));
            other.free(foreign);
            assertThrows(InvalidFreeException.class, () -> heap.free(arena.allocate(4096)));
            assertThrows(InvalidFreeException.class, () -> heap.free(MemorySegment.ofArray(new byte[4096])));
            assertThrows(InvalidFreeException.class, () -> heap.free(MemorySegment.NULL));
        }
        assertStillWorks();
    }

    @Test
    void a_view_that_is_not_what_allocate_returned_is_refused() {
        for (long bytes : new long[] {100, 3000, 10_000, 300_000}) {
            MemorySegment block = heap.allocate(bytes);
            assertSays(assertThrows(InvalidFreeException.class, () -> heap.free(block.asReadOnly())), "read-only");
            assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(16)));
            assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(0, bytes / 3)));
            heap.free(block);
        }
        assertEquals(0, heap.stats().liveBytes());
    }

    // ---- after the end -------------------------------------------------------------------------------------------

    @Test
    void a_closed_heap_refuses_everything() {
        MemorySegment block = heap.allocate(100);
        long address = heap.allocateAddress(5000);
        heap.close();
        heap.close();
        assertThrows(IllegalStateException.class, () -> block.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> heap.allocate(1));
        assertThrows(IllegalStateException.class, () -> heap.allocateAddress(1 << 20));
        assertThrows(IllegalStateException.class, () -> heap.free(block));
        assertThrows(IllegalStateException.class, () -> heap.freeAddress(address));
        assertThrows(IllegalStateException.class, () -> heap.usableSize(address));
        assertThrows(IllegalStateException.class, heap::tick);
        assertThrows(IllegalStateException.class, heap::trim);
        assertThrows(IllegalStateException.class, heap::openConfinedArena);
        assertThrows(IllegalStateException.class, heap::openSharedArena);
        assertTrue(heap.stats().liveBytes() > 0, "what was live when it was closed");
    }

    // ---- options -------------------------------------------------------------------------------------------------

    @Test
    void an_option_out_of_its_range_is_named() {
        assertSays(assertThrows(IllegalArgumentException.class, () -> HeapOptions.builder().shards(65).build()), "shards=65", "64");
        assertSays(assertThrows(IllegalArgumentException.class, () -> HeapOptions.builder().reservedBytes(1).build()), "reservedBytes=1");
        assertSays(assertThrows(IllegalArgumentException.class, () -> HeapOptions.builder().maxBytes(4096).build()), "maxBytes=4096");
        assertSays(
                assertThrows(IllegalArgumentException.class, () -> HeapOptions.builder().clockPeriodMillis(0).build()), "clockPeriodMillis=0");
        assertEquals(256, HeapOptions.builder().build().reclaimBudgetRuns());
    }

    @Test
    void a_system_property_sets_an_option_and_a_bad_one_is_named() {
        System.setProperty("dev.hz3.maxBytes", "3m");
        System.setProperty("dev.hz3.clock", "false");
        try {
            assertEquals(3 << 20, HeapOptions.builder().build().maxBytes());
            assertEquals(false, HeapOptions.builder().build().clock());
            System.setProperty("dev.hz3.maxBytes", "3 apples");
            assertSays(assertThrows(IllegalArgumentException.class, HeapOptions::builder), "dev.hz3.maxBytes=3 apples");
        } finally {
            System.clearProperty("dev.hz3.maxBytes");
            System.clearProperty("dev.hz3.clock");
        }
    }

    // ---- arenas --------------------------------------------------------------------------------------------------

    @Test
    void memory_of_an_arena_is_zero_also_where_blocks_were_dirty_and_no_two_blocks_overlap() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 50; i++) {
                MemorySegment dirty = heap.allocate(4096L * (1 + i % 16));
                dirty.fill((byte) 0xff);
                heap.free(dirty);
            }
            Set<Long> bytesSeen = new HashSet<>();
            try (Arena arena = round % 2 == 0 ? heap.openConfinedArena() : heap.openSharedArena()) {
                for (long bytes : new long[] {0, 1, 7, 16, 100, 1024, 5000, 20_000, 100_000, 3 << 20}) {
                    for (long alignment : new long[] {1, 8, 64, 4096, 65_536}) {
                        MemorySegment block = arena.allocate(bytes, alignment);
                        assertEquals(0, block.address() % alignment);
                        for (long at = 0; at < bytes; at += bytes < 5000 ? 1 : 511) {
                            assertEquals(0, block.get(ValueLayout.JAVA_BYTE, at));
                            assertTrue(bytes > 5000 || bytesSeen.add(block.address() + at), "two blocks share a byte");
                        }
                        block.fill((byte) 0xaa);
                    }
                }
            }
            assertEquals(0, heap.stats().liveBytes());
        }
    }

    @Test
    void many_open_arenas_that_need_little_have_little() {
        for (boolean isShared : new boolean[] {false, true}) {
            for (int before : new int[] {0, 24, 30_000}) {
                try (Arena arena = heap.openConfinedArena()) {
                    for (int bytes = 0; bytes < before; bytes += 24) {
                        arena.allocate(24);
                    }
                }
                long live = heap.stats().liveBytes();
                List<Arena> arenas = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    arenas.add(isShared ? heap.openSharedArena() : heap.openConfinedArena());
                    arenas.getLast().allocate(24);
                }
                long each = (heap.stats().liveBytes() - live) / arenas.size();
                arenas.forEach(Arena::close);
                assertTrue(each <= 256 + (before > 24 ? 256 : 0), () -> "bytes of an arena: " + each + ", the one before had " + before); // the first 64 take the hint
                assertEquals(live, heap.stats().liveBytes());
            }
        }
    }

    @Test
    void an_alignment_of_64_costs_no_whole_page() {
        for (int bytes = 1; bytes <= 5440; bytes++) {
            MemorySegment block = heap.allocate(bytes, 64);
            long usable = heap.usableSize(block.address());
            assertEquals(0, block.address() % 64, "bytes=" + bytes);
            // To 12.5 % and the alignment, but for where the classes themselves are further apart.
            int spread = bytes <= 2048 ? 8 : bytes <= 2688 ? 3 : bytes <= 4096 ? 1 : 2;
            assertTrue(usable <= bytes + bytes / spread + 64, "bytes=" + bytes + ", usable=" + usable);
            heap.free(block);
        }
    }

    @Test
    void an_arena_is_refused_what_no_memory_has_with_numbers_and_goes_on() {
        for (boolean isShared : new boolean[] {false, true}) {
            try (Arena arena = isShared ? heap.openSharedArena() : heap.openConfinedArena()) {
                arena.allocate(100); // a chunk, in which the next block would begin
                for (long bytes : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 7, Long.MAX_VALUE - 4096, 1L << 62, 1L << 46}) {
                    for (long alignment : new long[] {1, 64, 4096, NativeHeap.MAX_ALIGNMENT}) {
                        OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, () -> arena.allocate(bytes, alignment));
                        assertTrue(String.valueOf(refused.getMessage()).contains("allocate(byteSize=" + bytes), refused.getMessage());
                    }
                    assertThrows(OutOfMemoryError.class, () -> heap.allocate(bytes));
                    assertThrows(OutOfMemoryError.class, () -> heap.allocateAddress(bytes));
                }
                assertEquals(100, arena.allocate(100).byteSize());
            }
        }
    }

    @Test
    void the_jdk_refuses_what_an_arena_must_refuse() throws InterruptedException {
        Arena arena = heap.openConfinedArena();
        MemorySegment block = arena.allocate(100);
        Thread other = Thread.ofPlatform().start(() -> {
            assertThrows(WrongThreadException.class, () -> block.get(ValueLayout.JAVA_BYTE, 0));
            assertThrows(WrongThreadException.class, () -> arena.allocate(8));
            assertThrows(WrongThreadException.class, arena::close);
        });
        Throwable[] failed = new Throwable[1];
        other.setUncaughtExceptionHandler((thread, failure) -> failed[0] = failure);
        other.join();
        assertEquals(null, failed[0]);
        assertThrows(IllegalArgumentException.class, () -> arena.allocate(-1));
        assertThrows(IllegalArgumentException.class, () -> arena.allocate(8, 3));
        arena.close();
        assertThrows(IllegalStateException.class, () -> block.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> arena.allocate(8));
        assertThrows(IllegalStateException.class, arena::close);
        assertEquals(0, heap.stats().liveBytes());
    }

    @Test
    void an_arena_begins_with_as_much_as_the_one_before_it_needed() {
        for (int blocks : new int[] {10, 1, 30}) {
            for (int round = 0; round < 2; round++) {
                try (Arena arena = heap.openConfinedArena()) {
                    arena.allocate(1000);
                    long first = heap.stats().liveBytes();
                    for (int i = 1; i < blocks; i++) {
                        arena.allocate(1000);
                    }
                    if (round == 1) { // nothing was added to the first chunk
                        assertEquals(first, heap.stats().liveBytes());
                        assertTrue(first < 1000L * blocks + 2 * 4096, "first=" + first);
                    }
                }
                assertEquals(0, heap.stats().liveBytes());
            }
        }
    }

    @Test
    void a_shared_arena_that_is_closed_while_others_allocate_leaves_nothing() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Arena arena = heap.openSharedArena();
            AtomicInteger allocated = new AtomicInteger();
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        arena.allocate(3000).fill((byte) 1);
                        allocated.incrementAndGet();
                    }
                } catch (IllegalStateException closed) {
                    allocated.addAndGet(1 << 30);
                }
            });
            while (allocated.get() < 3) {
                Thread.onSpinWait();
            }
            closeWhileUsed(arena);
            other.join();
            assertTrue(allocated.get() >= 1 << 30);
            heap.trim(); // after the clock's tick, if it has one: what upkeep is moving is counted in neither place
            assertEquals(0, heap.stats().liveBytes());
        }
    }

    /// The JDK refuses to close what is being used at this moment.
    private static void closeWhileUsed(Arena arena) {
        while (true) {
            try {
                arena.close();
                return;
            } catch (IllegalStateException inUse) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void an_arena_outlives_its_heap_until_it_is_closed() {
        Arena arena = heap.openSharedArena();
        MemorySegment block = arena.allocate(1000);
        block.fill((byte) 3);
        heap.close();
        assertEquals(3, block.get(ValueLayout.JAVA_BYTE, 999));
        assertThrows(IllegalStateException.class, () -> arena.allocate(1 << 20));
        arena.close();
        assertThrows(IllegalStateException.class, () -> block.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void one_trim_gives_back_what_was_on_its_way_to_a_cache_that_comes_first() throws InterruptedException {
        try (NativeHeap quiet = NativeHeap.create(HeapOptions.builder().reservedBytes(64L << 20).clock(false).build())) {
            CountDownLatch done = new CountDownLatch(1);
            AtomicLong block = new AtomicLong();
            Thread first = Thread.ofPlatform().start(() -> {
                block.set(quiet.allocateAddress(100));
                try {
                    done.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            while (block.get() == 0) {
                Thread.onSpinWait();
            }
            quiet.freeAddress(block.get());
            quiet.trim();
            assertEquals(0, quiet.residentBytes());
            assertEquals(0, quiet.stats().mappedBytes());
            done.countDown();
            first.join();
        }
    }

    @Test
    void a_silent_heap_gives_everything_back_however_long_freed_pages_rest() throws InterruptedException {
        HeapOptions patient =
                HeapOptions.builder().reservedBytes(64L << 20).clockPeriodMillis(1).delayEpochsIdle(40).hugePages(false).build();
        try (NativeHeap quiet = NativeHeap.create(patient)) {
            MemorySegment block = quiet.allocate(48 << 10);
            block.fill((byte) 1);
            quiet.free(block);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (quiet.residentBytes() != 0 && System.nanoTime() < end) {
                Thread.sleep(5);
            }
            assertEquals(0, quiet.residentBytes());
        }
    }

    @Test
    void a_busy_thread_does_not_tick_before_a_period_has_passed_since_the_last_tick_of_any_thread() {
        HeapOptions options = HeapOptions.builder().reservedBytes(64L << 20).clock(false).clockPeriodMillis(50).slowPathsPerEpoch(8).build();
        AtomicLong now = new AtomicLong();
        try (NativeHeap busy = new NativeHeap(options, LinuxSystem.open(), 2, now::get)) {
            assertEquals(0, epochsAfter(busy, now, 49));
            assertEquals(1, epochsAfter(busy, now, 1));
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(49));
            busy.tick();
            assertEquals(2, epochsAfter(busy, now, 49));
            assertEquals(3, epochsAfter(busy, now, 1));
        }
    }

    @Test
    void a_busy_thread_leaves_ticks_to_the_clock_until_it_is_late() {
        HeapOptions options = HeapOptions.builder().reservedBytes(64L << 20).clockPeriodMillis(60_000).slowPathsPerEpoch(8).build();
        AtomicLong now = new AtomicLong();
        try (NativeHeap busy = new NativeHeap(options, LinuxSystem.open(), 2, now::get)) {
            assertEquals(0, epochsAfter(busy, now, 119_999));
            assertEquals(1, epochsAfter(busy, now, 1));
        }
    }

    /// The epochs that there were when so many milliseconds, and then a few hundred slow paths, have gone by.
    private static long epochsAfter(NativeHeap busy, AtomicLong now, int millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        long[] blocks = new long[1000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = busy.allocateAddress(4096);
        }
        for (long block : blocks) {
            busy.freeAddress(block);
        }
        return busy.stats().epochs();
    }
}
