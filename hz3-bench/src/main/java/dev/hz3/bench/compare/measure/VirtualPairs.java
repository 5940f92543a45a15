package dev.hz3.bench.compare.measure;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Pairs of one size by virtual threads, against the same by platform threads in the same process: platform, virtual, virtual, platform, so that
/// what drifts cancels; and again, and the median counts.
///
/// Two threads start when both are mounted: they meet by spinning, and a virtual thread that spins keeps its carrier.
final class VirtualPairs {

    private static final int PATIENCE_SECONDS = 2;

    private final int bytes;

    private VirtualPairs(int bytes) {
        this.bytes = bytes;
    }

    static Reading run(Pace pace, int bytes) throws InterruptedException {
        Measured.allocator();
        VirtualPairs pairs = new VirtualPairs(bytes);
        Thread.Builder platform = Thread.ofPlatform().name("hz3-platform");
        Thread.Builder virtual = Thread.ofVirtual().name("hz3-virtual");
        double[][] ratios = new double[2][pace.batches()];
        double[][] nanos = new double[2][pace.batches()];
        for (int threads = 1; threads <= 2; threads++) {
            pairs.nanos(platform, threads, pace.warmUpMillis() / 4);
            pairs.nanos(virtual, threads, pace.warmUpMillis() / 4);
            for (int i = 0; i < pace.batches(); i++) {
                double early = pairs.nanos(platform, threads, pace.batchMillis());
                double taken = pairs.nanos(virtual, threads, pace.batchMillis()) + pairs.nanos(virtual, threads, pace.batchMillis());
                double late = pairs.nanos(platform, threads, pace.batchMillis());
                ratios[threads - 1][i] = taken / (early + late);
                nanos[threads - 1][i] = taken / 2;
            }
        }
        return Reading.of("times", median(ratios[0]))
                .and("two_times", median(ratios[1]))
                .and("ns", median(nanos[0]))
                .and("two_ns", median(nanos[1]));
    }

    /// What is not a number is the greatest, and the median is none where half of them are not.
    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /// For one pair, by each of so many threads; not a number where they could not all be mounted.
    private double nanos(Thread.Builder builder, int threads, int millis) throws InterruptedException {
        AtomicInteger mounted = new AtomicInteger();
        double[] nanos = new double[threads];
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            int place = i;
            all[i] = builder.start(() -> nanos[place] = meet(mounted, threads)
                    ? Pace.nanosPerOperationOver(operations -> SinglePair.repeat(bytes, operations), Math.max(1, millis))
                    : Double.NaN);
        }
        for (Thread thread : all) {
            thread.join();
        }
        return Arrays.stream(nanos).average().orElseThrow();
    }

    private static boolean meet(AtomicInteger mounted, int threads) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        mounted.incrementAndGet();
        while (mounted.get() < threads) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
