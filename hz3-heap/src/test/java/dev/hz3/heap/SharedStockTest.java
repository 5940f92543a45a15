package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.segment.AddressMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Free blocks of a shard that has many serve threads of the others before these take new pages.
class SharedStockTest {

    private static final int BYTES = 512;

    private static long[] allocate(NativeHeap heap, int blocks) {
        long[] addresses = new long[blocks];
        for (int i = 0; i < blocks; i++) {
            addresses[i] = heap.allocateAddress(BYTES);
        }
        return addresses;
    }

    /// How many pages more may be resident after another thread has allocated `wanted` blocks, while this one's shard has `freed` free.
    private static long pagesOfAnotherThread(int freed, int wanted) throws InterruptedException {
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().shards(4).clock(false).build())) {
            for (long block : allocate(heap, freed)) {
                heap.freeAddress(block);
            }
            AddressMap map = heap.parts().map();
            long before = map.residentPages();
            AtomicLong after = new AtomicLong();
            Thread other = Thread.ofPlatform().start(() -> {
                allocate(heap, wanted);
                after.set(map.residentPages());
            });
            other.join();
            return after.get() - before;
        }
    }

    @Test
    void a_thread_takes_what_another_shard_has_in_plenty() throws InterruptedException {
        assertEquals(0, pagesOfAnotherThread(2_000, 1_000));
    }

    @Test
    void what_a_shard_has_little_of_is_left_to_its_threads() throws InterruptedException {
        long pages = pagesOfAnotherThread(100, 50);
        assertTrue(pages > 0, "nothing was claimed");
    }
}
