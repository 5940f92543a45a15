package dev.hz3.bench.compare.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Two threads with work of their own, against one of them alone: one, two, two, one, so that what drifts cancels; and again, and the median counts.
///
/// A machine that is busy with something else gives two threads one processor's worth. So the same is done with an
/// arithmetic loop that shares nothing: what it reaches is what can be reached at the time, and only the moments count in which that was
/// nearly twice. Work done for a second of computing
/// does not ask how many processors there were; threads that get in each other's way show there, unless they sleep meanwhile.
final class TwoThreads {

    private static final int STRIDE = 1024;
    private static final int PAIR_BYTES = 1 << 10;
    private static final int BLOCKS = 1000;
    private static final int MIN_BYTES = 16;
    private static final int MAX_BYTES = 32 << 10;
    /// What the machine itself must reach for a moment to count.
    private static final double FAIR = 1.9;
    private static final int[] ORDER = {1, 2, 2, 1};
    private static final Path COMPUTED = Path.of("/proc/thread-self/schedstat");

    private TwoThreads() {}

    static Reading run(Pace pace, String work) throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Pace.Work> works = works(work);
            List<Pace.Work> arithmetic = List.of(TwoThreads::compute, TwoThreads::compute);
            phase(threads, works, pace.warmUpMillis());
            phase(threads, arithmetic, pace.batchMillis());
            double[] times = new double[pace.batches()];
            double[] cpuTimes = new double[pace.batches()];
            double[] machineTimes = new double[pace.batches()];
            for (int i = 0; i < pace.batches(); i++) {
                Ratio own = ratio(threads, works, pace.batchMillis());
                times[i] = own.times();
                cpuTimes[i] = own.cpuTimes();
                machineTimes[i] = ratio(threads, arithmetic, pace.batchMillis()).times();
            }
            double[] fair = IntStream.range(0, times.length)
                    .filter(i -> machineTimes[i] >= FAIR)
                    .mapToDouble(i -> times[i])
                    .toArray();
            return Reading.of("fair_times", median(fair)).and("times", median(times)).and("cpu_times", median(cpuTimes)).and("machine_times", median(machineTimes));
        }
    }

    private static List<Pace.Work> works(String work) {
        return switch (work) {
            case "pairs" -> List.of(operations -> SinglePair.repeat(PAIR_BYTES, operations), operations -> SinglePair.repeat(PAIR_BYTES, operations));
            case "windows" -> List.of(
                    new LiveWindow(1, BLOCKS, MIN_BYTES, MAX_BYTES)::repeat, new LiveWindow(2, BLOCKS, MIN_BYTES, MAX_BYTES)::repeat);
            default -> throw new IllegalArgumentException("no such work: " + work);
        };
    }

    /// No number where there are none.
    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    /// Shares nothing, and depends on all that came before.
    private static long compute(int steps) {
        long x = steps;
        for (int i = 0; i < steps; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }

    private static Ratio ratio(ExecutorService threads, List<Pace.Work> works, int millis) throws InterruptedException {
        Rate one = new Rate(0, 0);
        Rate two = new Rate(0, 0);
        for (int each : ORDER) {
            Rate rate = phase(threads, works.subList(0, each), millis);
            if (each == 1) {
                one = one.plus(rate);
            } else {
                two = two.plus(rate);
            }
        }
        return new Ratio(two.wall() / one.wall(), two.computing() / one.computing());
    }

    private static Rate phase(ExecutorService threads, List<Pace.Work> works, int millis) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(works.size());
        List<Future<Rate>> rates = new ArrayList<>();
        for (Pace.Work work : works) {
            rates.add(threads.submit(() -> rate(work, start, millis)));
        }
        Rate sum = new Rate(0, 0);
        for (Future<Rate> rate : rates) {
            try {
                sum = sum.plus(rate.get());
            } catch (ExecutionException failure) {
                throw new IllegalStateException("a thread failed", failure.getCause());
            }
        }
        return sum;
    }

    private static Rate rate(Pace.Work work, CyclicBarrier start, int millis)
            throws InterruptedException, BrokenBarrierException, IOException {
        start.await();
        long computed = computedNanos();
        long begun = System.nanoTime();
        long end = begun + TimeUnit.MILLISECONDS.toNanos(millis);
        long steps = 0;
        long kept = 0;
        long now;
        do {
            kept += work.repeat(STRIDE);
            steps += STRIDE;
            now = System.nanoTime();
        } while (now < end);
        double computing = Math.max(1, computedNanos() - computed);
        return kept == Long.MIN_VALUE ? new Rate(Double.NaN, Double.NaN) : new Rate((double) steps / (now - begun), steps / computing);
    }

    /// How long the calling thread has computed: the first of the scheduler's figures.
    private static long computedNanos() throws IOException {
        String figures = Files.readString(COMPUTED);
        return Long.parseLong(figures, 0, figures.indexOf(' '), 10);
    }

    /// Steps a nanosecond by the clock on the wall, and for each nanosecond of computing; of all threads, added up.
    private record Rate(double wall, double computing) {
        Rate plus(Rate other) {
            return new Rate(wall + other.wall, computing + other.computing);
        }
    }

    private record Ratio(double times, double cpuTimes) {}
}
