package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.epoch.EpochBudgets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocks that span segments, and what they leave behind: no page is taken for resident because somebody thought of claiming it.
class SpansTest {

    private static final long MIB = 1 << 20;
    private static final long PAGE = 4096;
    private static final long SEGMENT_PAGES = 512;

    private static final HeapOptions OPTIONS = HeapOptions.builder()
            .reservedBytes(1 << 30).maxBytes(1 << 30).clock(false).slowPathsPerEpoch(0).hugePages(false).largeCacheBytes(0).build();

    private final NativeHeap heap = NativeHeap.create(OPTIONS);

    @AfterEach
    void close() {
        heap.close();
    }

    private long counted() {
        return heap.parts().map().residentPages();
    }

    private List<Long> allocate(int count, long bytes) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(heap.allocateAddress(bytes));
        }
        return blocks;
    }

    @ParameterizedTest
    @ValueSource(longs = {2 * MIB + PAGE, 4 * MIB, 5 * MIB + 3 * PAGE, 2 * MIB})
    void a_block_counts_its_own_pages_whether_its_segments_are_new_or_found(long bytes) {
        for (int i = 0; i < 3; i++) {
            long block = heap.allocateAddress(bytes);
            assertEquals(bytes / PAGE, counted());
            heap.freeAddress(block);
            assertEquals(bytes / PAGE, counted());
        }
        heap.trim();
        assertEquals(bytes / PAGE, heap.stats().purgedPages());
        assertEquals(0, counted());
    }

    @Test
    void an_aligned_block_counts_its_own_pages() {
        for (long alignment = 2 * PAGE; alignment <= 2 * MIB; alignment *= 2) {
            heap.freeAddress(heap.allocateAddress(PAGE, alignment));
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                blocks.add(heap.allocateAddress(3 * PAGE, alignment));
                assertEquals(0, blocks.getLast() & alignment - 1);
            }
            assertEquals(9, counted());
            blocks.forEach(heap::freeAddress);
            heap.trim();
            assertEquals(0, counted());
        }
        assertTrue(heap.stats().purgedPages() <= 9 * 9, () -> "purgedPages=" + heap.stats().purgedPages());
    }

    @Test
    void segments_that_do_not_adjoin_are_left_alone() {
        List<Long> blocks = allocate(300, 2 * MIB);
        for (int i = 0; i < blocks.size(); i += 2) {
            heap.freeAddress(blocks.get(i));
        }
        long counted = counted();
        long releases = heap.parts().boundary().releases();
        long claims = heap.parts().boundary().claims();

        long block = heap.allocateAddress(5 * MIB);

        assertEquals(releases, heap.parts().boundary().releases());
        assertEquals(claims + 1, heap.parts().boundary().claims());
        assertEquals(counted + 5 * MIB / PAGE, counted());
        heap.freeAddress(blocks.get(101));
        heap.freeAddress(block);
        assertEquals(blocks.get(100), heap.allocateAddress(5 * MIB), "the lowest three that adjoin");
    }

    @Test
    void a_stretch_whose_beginning_is_in_use_serves_together_with_what_lies_behind_it() {
        heap.freeAddress(heap.allocateAddress(20 * MIB));
        assertEquals(10 * SEGMENT_PAGES, counted());
        long before = heap.allocateAddress(2 * MIB);
        assertEquals(10 * SEGMENT_PAGES, counted(), "of what is resident");

        long block = heap.allocateAddress(20 * MIB);

        assertEquals(before + 2 * MIB, block, "what was left of the stretch, and one segment more");
        assertEquals(11 * SEGMENT_PAGES, counted());
        assertEquals(22 * MIB, heap.stats().mappedBytes());
        heap.freeAddress(block);
        assertEquals(block, heap.allocateAddress(20 * MIB), "and now it is whole");
        heap.freeAddress(block);
        heap.freeAddress(before);
        heap.trim();
        assertEquals(0, counted());
        assertEquals(0, heap.stats().mappedBytes());
    }

    @Test
    void a_stretch_with_a_neighbour_is_not_extended() {
        long low = heap.allocateAddress(6 * MIB);
        long neighbour = heap.allocateAddress(2 * MIB);
        heap.freeAddress(low);

        long block = heap.allocateAddress(8 * MIB);

        assertEquals(neighbour + 2 * MIB, block);
        assertEquals(16 * MIB, heap.stats().mappedBytes());
        heap.freeAddress(neighbour);
        heap.freeAddress(block);
        heap.trim();
        assertEquals(0, heap.stats().mappedBytes());
    }

    @Test
    void a_load_that_comes_again_finds_its_segments_again() {
        heap.freeAddress(heap.allocateAddress(20 * MIB));
        for (int round = 0; round < 5; round++) {
            List<Long> small = allocate(3 * 32, 64 << 10);
            long span = heap.allocateAddress(12 * MIB);
            heap.freeAddress(span);
            small.forEach(heap::freeAddress);
            heap.parts().cacheUpkeep().trim(0);
            heap.parts().reclaim().tick(EpochBudgets.ALL.reclaim());
        }
        assertEquals(20 * MIB, heap.stats().mappedBytes());
    }

    @Test
    void a_span_that_is_refused_leaves_clean_what_was_clean() {
        List<Long> blocks = allocate(6, 2 * MIB);
        blocks.forEach(heap::freeAddress);
        heap.parts().ledger().flush(heap.parts().boundary());
        long first = heap.allocateAddress(20 * PAGE);
        assertEquals(20, counted());
        long purged = heap.stats().purgedPages();
        heap.parts().map().limitPages(1000);

        assertThrows(OutOfMemoryError.class, () -> heap.parts().supply().large().grow(0, 2 * SEGMENT_PAGES, 1));
        assertEquals(0, heap.parts().supply().large().claim(0, 2 * SEGMENT_PAGES, 1));

        assertEquals(20, counted());
        assertNotEquals(0, heap.parts().supply().large().claim(0, SEGMENT_PAGES + 1, 1), "the pages are there for others");
        assertEquals(21 + SEGMENT_PAGES, counted());
        heap.parts().ledger().flush(heap.parts().boundary());
        assertEquals(purged, heap.stats().purgedPages());
        heap.freeAddress(first);
    }

    @Test
    void a_segment_that_becomes_one_of_another_kind_counts_what_it_had() {
        heap.freeAddress(heap.allocateAddress(100 * PAGE));
        assertEquals(100, counted());
        long small = heap.allocateAddress(64);
        assertEquals(2 * MIB, heap.stats().mappedBytes());
        assertEquals(100, counted());
        heap.freeAddress(small);
        heap.trim();
        assertEquals(0, counted());
        assertEquals(0, heap.residentBytes());
    }

    /// What becomes resident while so much is live at most, on a heap that is never idle.
    private long residentAtWork(NativeHeap busy) {
        MemorySegment memory = busy.view(busy.base(), OPTIONS.reservedBytes(), Arena.global());
        SplittableRandom random = new SplittableRandom(1);
        Deque<Long> blocks = new ArrayDeque<>();
        long live = 0;
        for (int i = 1; i <= 200_000; i++) {
            long bytes = (long) Math.exp(random.nextDouble(Math.log(1 << 10), Math.log(1 << 18)));
            long block = busy.allocateAddress(bytes);
            for (long at = 0; at < bytes; at += PAGE) {
                memory.set(ValueLayout.JAVA_BYTE, block - busy.base() + at, (byte) 1);
            }
            blocks.add(block);
            live += busy.usableSize(block);
            while (live > 16 * MIB) {
                for (int later = random.nextInt(8); later > 0; later--) {
                    blocks.add(blocks.remove());
                }
                long oldest = blocks.remove();
                live -= busy.usableSize(oldest);
                busy.freeAddress(oldest);
            }
            if (i % 16_384 == 0) {
                busy.tick();
            }
        }
        return busy.residentBytes();
    }

    @ParameterizedTest
    @ValueSource(longs = {2 * MIB + PAGE, 4 * MIB})
    void room_that_nobody_needs_does_not_make_a_busy_heap_larger(long bytes) {
        long without;
        try (NativeHeap fresh = NativeHeap.create(OPTIONS)) {
            without = residentAtWork(fresh);
        }
        for (int round = 0; round < 24; round++) {
            allocate(100, bytes).forEach(heap::freeAddress);
        }
        assertTrue(heap.stats().mappedBytes() >= 400 * MIB);
        long resident = residentAtWork(heap);
        assertTrue(resident <= without * 3 / 2, () -> "resident=" + resident + ", in a fresh heap " + without);
    }
}
