package dev.hz3.bench.compare.measure;

import com.sun.management.ThreadMXBean;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/// What a burst allocates on the Java heap, by all threads together, after one like it: whatever comes once came with the first.
///
/// Four threads live through both. They wait at a barrier, which allocates some hundred bytes.
final class Garbage {

    private static final int THREADS = 4;
    private static final int IDLE_SECONDS = 2;
    private static final double KIBIBYTE = 1024;

    private Garbage() {}

    static Reading run(int objects, int minBytes, int maxBytes) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        CyclicBarrier barrier = new CyclicBarrier(THREADS + 1);
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread.ofPlatform().daemon().name("hz3-burst-" + i).start(() -> bursts(number, objects / THREADS, minBytes, maxBytes, barrier));
        }
        burst(barrier);
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        threads.getTotalThreadAllocatedBytes(); // its own first call
        long before = threads.getTotalThreadAllocatedBytes();
        burst(barrier);
        long allocated = threads.getTotalThreadAllocatedBytes() - before;
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        long withIdle = threads.getTotalThreadAllocatedBytes() - before;
        return Reading.of("java_kib", allocated / KIBIBYTE).and("java_with_idle_kib", withIdle / KIBIBYTE);
    }

    private static void burst(CyclicBarrier barrier) throws InterruptedException {
        await(barrier); // begins
        await(barrier); // all allocated
        await(barrier); // all freed
    }

    private static void bursts(int seed, int objects, int minBytes, int maxBytes, CyclicBarrier barrier) {
        BenchAllocator allocator = Measured.allocator();
        long[] blocks = new long[objects];
        int[] sizes = new int[objects];
        SplittableRandom random = new SplittableRandom(seed);
        Arrays.setAll(sizes, _ -> random.nextInt(minBytes, maxBytes + 1));
        try {
            while (true) {
                await(barrier);
                for (int i = 0; i < objects; i++) {
                    blocks[i] = allocator.allocate(sizes[i]);
                    RawMemory.writeLong(blocks[i], i);
                }
                await(barrier);
                for (int i = 0; i < objects; i++) {
                    allocator.free(blocks[i]);
                }
                await(barrier);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CyclicBarrier barrier) throws InterruptedException {
        try {
            barrier.await();
        } catch (BrokenBarrierException failure) {
            throw new IllegalStateException("a thread failed", failure);
        }
    }
}
