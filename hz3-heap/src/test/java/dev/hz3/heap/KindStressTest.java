package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/// Bursts of small and of medium blocks by turns, from four threads, while a clock that is hardly ever still closes what is empty: whole segments are closed,
/// opened as the other kind and purged by several threads that want the same one. Each block holds what was written into it until it is freed.
class KindStressTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());
    private static final long NANOS = TimeUnit.SECONDS.toNanos(Integer.getInteger("hz3.soakSeconds", 3));
    private static final int THREADS = 4;
    private static final int MOST_BLOCKS = 3000;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong blocks = new AtomicLong();

    @Test
    void no_block_is_damaged_whatever_its_segment_was_before() throws InterruptedException {
        HeapOptions options = HeapOptions.builder().reservedBytes(256L << 20).shards(2).clockPeriodMillis(1).hugePages(false)
                .idleEvents(1 << 20).delayEpochsIdle(0).cacheBytes(4096).largeCacheBytes(0).slowPathsPerEpoch(1).build();
        try (NativeHeap heap = NativeHeap.create(options)) {
            long end = System.nanoTime() + NANOS;
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(SEED + i);
                threads.add(Thread.ofPlatform().start(() -> work(heap, random, end)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(null, failure.get(), () -> "-Dhz3.seed=" + SEED + ": " + failure.get());
            assertTrue(blocks.get() > 0);
            heap.trim(); // no tick of the clock is moving blocks any more, each of which a sum that is taken meanwhile may miss
            assertEquals("", heap.lastFailure());
            assertEquals(0, heap.stats().liveBytes());
            assertEquals(0, heap.stats().violations());
        }
    }

    private void work(NativeHeap heap, SplittableRandom random, long end) {
        try {
            List<MemorySegment> live = new ArrayList<>(MOST_BLOCKS);
            while (System.nanoTime() < end && failure.get() == null) {
                burst(heap, random, live);
                for (MemorySegment block : live) {
                    check(block);
                    heap.free(block);
                }
                blocks.addAndGet(live.size());
                live.clear();
                if (random.nextInt(4) == 0) {
                    Thread.sleep(2);
                }
            }
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    /// As many blocks as are wanted, or as there is room for.
    private static void burst(NativeHeap heap, SplittableRandom random, List<MemorySegment> live) {
        boolean isSmall = random.nextBoolean();
        try {
            for (int left = random.nextInt(200, MOST_BLOCKS); left > 0; left--) {
                MemorySegment block = heap.allocate(isSmall ? random.nextInt(256, 3256) : random.nextInt(5000, 17_000), Long.BYTES);
                live.add(block);
                block.set(ValueLayout.JAVA_LONG, 0, block.byteSize());
                block.set(ValueLayout.JAVA_LONG, lastWord(block), block.address());
            }
        } catch (OutOfMemoryError full) {
            // The others have the rest.
        }
    }

    private static void check(MemorySegment block) {
        assertEquals(block.byteSize(), block.get(ValueLayout.JAVA_LONG, 0), () -> "the first word of " + block);
        assertEquals(block.address(), block.get(ValueLayout.JAVA_LONG, lastWord(block)), () -> "the last word of " + block);
    }

    private static long lastWord(MemorySegment block) {
        return block.byteSize() - Long.BYTES & -Long.BYTES;
    }
}
