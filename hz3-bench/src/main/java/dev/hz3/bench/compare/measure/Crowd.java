package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/// Virtual threads by the hundred thousand, each of which takes ten blocks, touches them and frees them.
final class Crowd {

    private static final int BLOCKS = 10;
    private static final int SMALLEST = 32;
    private static final int SIZES = 32;
    private static final int WARM_UPS = 3;
    private static final int RUNS = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private Crowd() {}

    static double millis(Pace pace, int threads) throws InterruptedException {
        boolean isQuick = !pace.equals(Pace.FULL);
        for (int i = 0; i < (isQuick ? 1 : WARM_UPS); i++) {
            once(threads);
        }
        double[] millis = new double[isQuick ? 1 : RUNS];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = once(threads);
        }
        Arrays.sort(millis);
        return millis[millis.length / 2];
    }

    private static double once(int threads) throws InterruptedException {
        System.gc(); // what the run before it has dropped
        CountDownLatch ended = new CountDownLatch(threads);
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread.startVirtualThread(() -> {
                takeAndFree(number);
                ended.countDown();
            });
        }
        ended.await();
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    private static void takeAndFree(int number) {
        BenchAllocator allocator = Measured.allocator();
        long[] blocks = new long[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = allocator.allocate(SMALLEST * (1L + (number + i) % SIZES)); // 32 to 1,024 bytes
            RawMemory.writeLong(blocks[i], number);
        }
        for (long block : blocks) {
            if (RawMemory.readLong(block) != number) {
                throw new IllegalStateException("damaged: block=" + block);
            }
            allocator.free(block);
        }
    }
}
