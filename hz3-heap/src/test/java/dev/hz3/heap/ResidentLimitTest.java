package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.segment.AddressMap;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A heap's limit is one of the pages that may be resident, wherever they lie.
class ResidentLimitTest {

    private static final long MIB = 1L << 20;
    private static final long LIMIT = 256 * MIB;

    private static NativeHeap heap(long limit, boolean hugePages) {
        return NativeHeap.create(HeapOptions.builder().maxBytes(limit).hugePages(hugePages).build());
    }

    /// Allocates until there is no more.
    private static List<Long> fill(NativeHeap heap, long bytes) {
        List<Long> blocks = new ArrayList<>();
        while (true) {
            try {
                blocks.add(heap.allocateAddress(bytes));
            } catch (OutOfMemoryError full) {
                return blocks;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {(1 << 20) + 16, (2 << 20) + 16, (4 << 20) + 16, 700_000, 9_000, 64, 3_000, 70_000, 20 << 20})
    void nearly_all_of_the_limit_can_be_live(long bytes) {
        for (boolean hugePages : new boolean[] {false, true}) {
            try (NativeHeap heap = heap(LIMIT, hugePages)) {
                List<Long> blocks = fill(heap, bytes);
                long live = heap.stats().liveBytes();
                long each = heap.usableSize(blocks.getFirst());
                long wasted = LIMIT % each; // by sizes that do not divide it
                assertTrue(live >= (LIMIT - wasted) / 100 * 95 && live <= LIMIT, () -> "blocks=" + blocks.size() + ", " + heap.stats());
                blocks.forEach(heap::freeAddress);
                assertEquals(blocks.size(), fill(heap, bytes).size(), () -> "the second time, " + heap.stats());
            }
        }
    }

    @Test
    void the_smallest_limit_serves_two_kinds_of_blocks() {
        try (NativeHeap heap = heap(2 * MIB, true)) {
            heap.allocateAddress(16);
            heap.allocateAddress(8 << 10);
            heap.allocateAddress(MIB);
        }
    }

    @Test
    void a_block_in_each_segment_leaves_the_rest_of_it_to_others() {
        long limit = 64 * MIB;
        try (NativeHeap heap = heap(limit, false)) {
            List<Long> blocks = fill(heap, 2048);
            List<Long> kept = new ArrayList<>();
            blocks.forEach(block -> {
                if (kept.isEmpty() || kept.getLast() >>> 21 != block >>> 21) {
                    kept.add(block);
                } else {
                    heap.freeAddress(block);
                }
            });
            assertTrue(kept.size() >= 32, () -> "segments=" + kept.size());
            long pages = (limit >> 12) - 2L * kept.size(); // a header and a page each

            assertEquals(pages / 2, fill(heap, 8 << 10).size());
            kept.forEach(heap::freeAddress);
        }
    }

    @Test
    void what_is_resident_stays_within_the_limit() {
        long limit = 32 * MIB;
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().maxBytes(limit).hugeAfterBytes(0).clock(false).build())) {
            for (long bytes : new long[] {16, 5_000, 70_000, MIB + 16, 3 * MIB, 200}) {
                List<Long> blocks = fill(heap, bytes);
                for (long block : blocks) {
                    heap.view(block, heap.usableSize(block), java.lang.foreign.Arena.global()).fill((byte) 1);
                }
                assertTrue(heap.residentBytes() <= limit, () -> "bytes=" + bytes + ", resident=" + heap.residentBytes());
                blocks.forEach(heap::freeAddress); // and stay resident for now
            }
        }
    }

    @Test
    void a_huge_page_is_counted_before_it_is_asked_for() {
        SimulatedSystem simulated = new SimulatedSystem();
        simulated.hugePages(HugePageMode.MADVISE);
        AtomicReference<@Nullable NativeHeap> growing = new AtomicReference<>();
        AtomicLong most = new AtomicLong();
        OperatingSystem os = (OperatingSystem) Proxy.newProxyInstance(OperatingSystem.class.getClassLoader(), new Class<?>[] {OperatingSystem.class},
                (_, method, arguments) -> {
                    NativeHeap heap = growing.get();
                    if (method.getName().equals("backByHugePage") && heap != null) {
                        growing.set(null);
                        Thread other = Thread.ofPlatform().start(() -> fill(heap, 8 << 10));
                        other.join();
                        boolean isBacked = (boolean) method.invoke(simulated, arguments);
                        most.set(isBacked ? heap.parts().map().residentPages() : 0);
                        return isBacked;
                    }
                    return method.invoke(simulated, arguments);
                });
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().maxBytes(8 * MIB).hugeAfterBytes(0).clock(false).build(), os)) {
            growing.set(heap);
            heap.allocateAddress(9_000);
            assertTrue(most.get() > 0, "no huge page was asked for while the heap grew");
            AddressMap map = heap.parts().map();
            assertTrue(map.residentPages() <= map.limitPages(), () -> "resident=" + map.residentPages() + ", limit=" + map.limitPages());
        }
    }
}
