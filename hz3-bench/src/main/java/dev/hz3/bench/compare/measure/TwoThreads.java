package dev.hz3.bench.compare.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Two threads with a window each, against one of them alone: one, two, two, one, so that what drifts cancels.
final class TwoThreads {

    private static final int STRIDE = 1024;

    private TwoThreads() {}

    static double times(Pace pace) throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<LiveWindow> windows = List.of(new LiveWindow(1), new LiveWindow(2));
            phase(threads, windows, pace.warmUpMillis());
            double one = 0;
            double two = 0;
            int millis = pace.batches() * pace.batchMillis();
            for (int each : new int[] {1, 2, 2, 1}) {
                double rate = phase(threads, windows.subList(0, each), millis);
                if (each == 1) {
                    one += rate;
                } else {
                    two += rate;
                }
            }
            return two / one;
        }
    }

    /// Steps a nanosecond, of all threads.
    private static double phase(ExecutorService threads, List<LiveWindow> windows, int millis) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(windows.size());
        List<Future<Double>> rates = new ArrayList<>();
        for (LiveWindow window : windows) {
            rates.add(threads.submit(() -> rate(window, start, millis)));
        }
        double sum = 0;
        for (Future<Double> rate : rates) {
            try {
                sum += rate.get();
            } catch (ExecutionException failure) {
                throw new IllegalStateException("a thread failed", failure.getCause());
            }
        }
        return sum;
    }

    private static double rate(LiveWindow window, CyclicBarrier start, int millis)
            throws InterruptedException, BrokenBarrierException {
        start.await();
        long begun = System.nanoTime();
        long end = begun + TimeUnit.MILLISECONDS.toNanos(millis);
        long steps = 0;
        long kept = 0;
        long now;
        do {
            kept += window.repeat(STRIDE);
            steps += STRIDE;
            now = System.nanoTime();
        } while (now < end);
        return kept == Long.MIN_VALUE ? Double.NaN : (double) steps / (now - begun);
    }
}
