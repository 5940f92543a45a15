package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Beyond its soft limit a heap gives back first, tells of it second, and grows third; and it can be trimmed to a target.
class SoftLimitTest {

    private static final long MIB = 1L << 20;
    private static final long SOFT = 32 * MIB;
    private static final int BYTES = 64 << 10;

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().clock(false).hugePages(false).slowPathsPerEpoch(0).softMaxBytes(SOFT).maxBytes(128 * MIB).build());
    private final List<String> said = new ArrayList<>();
    private final HeapObserver says = new HeapObserver() {
        @Override
        public void underPressure(long byteSize, long residentBytes, long softBytes) {
            said.add(byteSize + " " + softBytes);
        }
    };

    @AfterEach
    void close() {
        heap.close();
    }

    private List<Long> blocks(long bytes, int each) {
        List<Long> blocks = new ArrayList<>();
        for (long done = 0; done < bytes; done += each) {
            blocks.add(heap.allocateAddress(each));
        }
        return blocks;
    }

    private long countedBytes() {
        return heap.parts().map().residentPages() << 12;
    }

    @Test
    void what_is_free_is_given_back_before_the_heap_grows() {
        heap.observe(says);
        blocks(24 * MIB, 4096 * 3).forEach(heap::freeAddress); // which one thread keeps, or stock does
        assertTrue(countedBytes() > 20 * MIB, () -> heap.stats().toString());
        List<Long> others = blocks(24 * MIB, BYTES);
        assertTrue(countedBytes() <= SOFT, () -> "resident=" + countedBytes());
        assertEquals(List.of(), said);
        others.forEach(heap::freeAddress);
    }

    @Test
    void what_is_live_may_exceed_it_and_each_step_is_told() {
        heap.observe(says);
        List<Long> blocks = blocks(100 * MIB, BYTES);
        assertEquals(100 * MIB, heap.stats().liveBytes());
        assertEquals(BYTES + " " + SOFT, said.getFirst());
        assertTrue(said.size() >= 10 && said.size() <= 40, () -> "told " + said.size() + " times"); // a sixteenth each, from 32 to 100 MiB

        blocks.forEach(heap::freeAddress);
        heap.trim();
        heap.tick();
        said.clear();
        blocks(SOFT - 2 * MIB, BYTES);
        assertEquals(List.of(), said);
        blocks(4 * MIB, BYTES);
        assertEquals(1, said.size());
    }

    @Test
    void the_limit_itself_stands() {
        heap.observe(says);
        assertThrows(OutOfMemoryError.class, () -> blocks(200 * MIB, BYTES));
        assertTrue(countedBytes() <= 128 * MIB && countedBytes() > 126 * MIB, () -> "resident=" + countedBytes());
        said.clear();
        assertThrows(OutOfMemoryError.class, () -> heap.allocateAddress(100 * MIB));
        assertEquals(List.of(100 * MIB + " " + SOFT), said);
        assertEquals(0, heap.stats().violations());
    }

    @Test
    void what_an_observer_lets_go_of_serves_first() {
        List<Long> hoard = blocks(20 * MIB, BYTES);
        heap.observe(new HeapObserver() {
            @Override
            public void underPressure(long byteSize, long residentBytes, long softBytes) {
                said.add("told");
                hoard.forEach(heap::freeAddress);
                hoard.clear();
                heap.freeAddress(heap.allocateAddress(100 * MIB)); // however much it asks for, it is not told again meanwhile
            }
        });
        blocks(14 * MIB, BYTES);
        assertTrue(hoard.isEmpty());
        assertEquals(List.of("told"), said);
        assertTrue(countedBytes() <= SOFT, () -> "resident=" + countedBytes());
    }

    @Test
    void a_trim_to_a_target_stops_there() {
        List<Long> kept = blocks(8 * MIB, BYTES);
        blocks(20 * MIB, 16 << 10).forEach(heap::freeAddress);
        long before = countedBytes();
        long target = 16 * MIB;

        long purged = heap.trim(target);

        assertEquals(before - purged, countedBytes());
        assertTrue(countedBytes() <= target && countedBytes() > target - 2 * MIB, () -> "resident=" + countedBytes());
        assertEquals(0, heap.trim(target));
        assertTrue(heap.residentBytes() <= target);

        heap.trim(0);
        assertTrue(countedBytes() < 8 * MIB + 64 * 1024, () -> "resident=" + countedBytes());
        assertEquals(8 * MIB, heap.stats().liveBytes());
        kept.forEach(heap::freeAddress);
        assertThrows(IllegalArgumentException.class, () -> heap.trim(-1));
    }

    @Test
    void a_trim_takes_what_waits_before_what_is_in_stock_and_that_before_what_threads_keep() {
        blocks(8 * MIB, 16 << 10).forEach(heap::freeAddress); // some kept by the thread, most in stock
        heap.freeAddress(heap.allocateAddress(12 << 20)); // too large to be kept: it waits
        HeapStats before = heap.stats();
        long kept = before.cachedBytes();
        assertTrue(kept > 0 && before.stockPages() > 1000 && before.waitingPages() >= 3000, before::toString);

        heap.trim(countedBytes() - 4 * MIB);
        assertEquals(before.stockPages(), heap.stats().stockPages());
        assertTrue(heap.stats().waitingPages() < before.waitingPages(), () -> heap.stats().toString());

        heap.trim(countedBytes() - 12 * MIB);
        assertTrue(heap.stats().stockPages() < before.stockPages() && heap.stats().stockPages() > 0, () -> heap.stats().toString());
        assertEquals(kept, heap.stats().cachedBytes());
        heap.trim(0);
        assertEquals(0, heap.stats().cachedBytes() + heap.stats().stockPages());
    }
}
