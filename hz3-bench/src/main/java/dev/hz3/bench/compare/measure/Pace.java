package dev.hz3.bench.compare.measure;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// How long a measurement runs, and how an operation is timed.
///
/// @param warmUpMillis before anything counts: the compiler is through by then
/// @param batches of which the median counts
/// @param batchMillis how long each runs
public record Pace(int warmUpMillis, int batches, int batchMillis) {

    /// For figures that are to be believed.
    public static final Pace FULL = new Pace(1500, 9, 100);
    /// For a first look.
    public static final Pace QUICK = new Pace(500, 3, 50);

    /// Between two looks at the clock.
    private static final int STRIDE = 2048;

    /// Does something so often; what it returns keeps the compiler from leaving it out.
    @FunctionalInterface
    interface Work {
        long repeat(int operations);
    }

    /// Nanoseconds for one operation of `work`: warmed up, then the median of the batches.
    double nanosPerOperation(Work work) {
        return nanosPerOperation(work, STRIDE);
    }

    /// Times an operation that takes long: `stride` of them between two looks at the clock.
    double nanosPerOperation(Work work, int stride) {
        long kept = run(work, warmUpMillis, stride).kept();
        double[] batch = new double[batches];
        for (int i = 0; i < batches; i++) {
            Stretch stretch = run(work, batchMillis, stride);
            batch[i] = stretch.nanosPerOperation();
            kept += stretch.kept();
        }
        Arrays.sort(batch);
        // Said to be impossible, which the compiler does not know.
        return kept == Long.MIN_VALUE ? Double.NaN : batch[batches / 2];
    }

    /// Nanoseconds for one operation of `work`, which is repeated for so long.
    static double nanosPerOperationOver(Work work, int millis) {
        Stretch stretch = run(work, millis, STRIDE);
        return stretch.kept() == Long.MIN_VALUE ? Double.NaN : stretch.nanosPerOperation();
    }

    private static Stretch run(Work work, int millis, int stride) {
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
        long kept = 0;
        long operations = 0;
        long now;
        do {
            kept += work.repeat(stride);
            operations += stride;
            now = System.nanoTime();
        } while (now < end);
        return new Stretch(operations, now - start, kept);
    }

    private record Stretch(long operations, long nanos, long kept) {
        double nanosPerOperation() {
            return (double) nanos / operations;
        }
    }
}
