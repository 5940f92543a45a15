package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is resident while nobody ticks and no clock runs: only allocations can keep it small.
class FootprintTest {

    private static final long LIVE_BYTES = 24L << 20;

    private static NativeHeap heap(boolean release) {
        return NativeHeap.create(HeapOptions.builder().clock(false).slowPathsPerEpoch(0).release(release).hugePages(false).build());
    }

    private static List<MemorySegment> touched(NativeHeap heap, int bytes) {
        List<MemorySegment> blocks = new ArrayList<>();
        for (long live = 0; live < LIVE_BYTES; live += bytes) {
            MemorySegment block = heap.allocate(bytes);
            block.fill((byte) 1);
            blocks.add(block);
        }
        return blocks;
    }

    @ParameterizedTest
    @CsvSource({"1024, 16384", "16384, 1024", "1152, 4096", "4368, 20480", "16384, 300000", "300000, 16384"})
    void what_was_freed_makes_way_in_memory_for_blocks_of_another_kind(int before, int after) {
        try (NativeHeap heap = heap(true)) {
            touched(heap, before).forEach(heap::free);

            touched(heap, after);

            long resident = heap.residentBytes();
            assertTrue(resident < LIVE_BYTES * 5 / 4, "resident=" + resident);
        }
    }

    /// A block that spans segments takes whole ones: what it does not need of the last of them stays free, and resident.
    @Test
    void what_was_freed_makes_way_in_memory_for_blocks_that_span_segments() {
        try (NativeHeap heap = heap(true)) {
            touched(heap, 1024).forEach(heap::free);

            touched(heap, 5_000_000);

            assertTrue(heap.residentBytes() < LIVE_BYTES * 3 / 2, "resident=" + heap.residentBytes());
        }
    }

    @Test
    void a_heap_that_releases_nothing_serves_from_what_it_has_all_the_same() {
        try (NativeHeap heap = heap(false)) {
            touched(heap, 1024).forEach(heap::free);

            touched(heap, 16384);

            assertTrue(heap.residentBytes() < LIVE_BYTES * 5 / 4, "resident=" + heap.residentBytes());
            assertEquals(0, heap.stats().purgedPages());
        }
    }

    @Test
    void a_load_that_goes_round_in_a_circle_purges_nothing_and_holds_what_one_round_needs() {
        try (NativeHeap heap = heap(true)) {
            for (int round = 0; round < 50; round++) {
                touched(heap, 1024).forEach(heap::free);
                touched(heap, 16384).forEach(heap::free);
            }

            assertEquals(0, heap.stats().purgedPages());
            assertTrue(heap.residentBytes() < LIVE_BYTES * 5 / 4, "resident=" + heap.residentBytes());
        }
    }

    @Test
    void a_load_that_only_grows_pays_nothing() {
        try (NativeHeap heap = heap(true)) {
            touched(heap, 16384);
            touched(heap, 1024);

            assertEquals(0, heap.stats().purgeCalls());
        }
    }
}
