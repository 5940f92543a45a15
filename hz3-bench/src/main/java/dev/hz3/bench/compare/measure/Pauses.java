package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// How long a single call takes at worst, while memory comes and goes.
///
/// Four threads, each with a window that fills, is exchanged, and drains, without a pause: there is always something for the epochs
/// to reclaim and to purge while the calls go on. Every call is timed, and nothing but the call; the page that a block begins
/// with is touched afterwards.
final class Pauses {

    private static final int THREADS = 4;
    private static final int MOST_BLOCKS = 2000;
    private static final int LEAST_BLOCKS = 200;
    private static final int EXCHANGES = 20_000;
    private static final int MIN_BYTES = 16;
    private static final int MAX_BYTES = 32 << 10;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;

    private Pauses() {}

    static Reading run(Pace pace, int seconds) throws InterruptedException {
        Measured.allocator();
        long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2L * pace.warmUpMillis());
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        Histogram all = new Histogram(3);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Histogram>> parts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Window window = new Window(i, start, end);
                parts.add(threads.submit(window::run));
            }
            for (Future<Histogram> part : parts) {
                try {
                    all.add(part.get());
                } catch (ExecutionException failure) {
                    throw new IllegalStateException("a thread failed", failure.getCause());
                }
            }
        }
        return Reading.of("p9999_ms", all.getValueAtPercentile(99.99) / NANOS_PER_MILLI)
                .and("max_ms", all.getMaxValue() / NANOS_PER_MILLI)
                .and("p999_us", all.getValueAtPercentile(99.9) / NANOS_PER_MICRO)
                .and("p50_ns", (double) all.getValueAtPercentile(50))
                .and("calls", (double) all.getTotalCount());
    }

    /// What one thread does.
    private static final class Window {
        private final BenchAllocator allocator = Measured.allocator();
        private final Histogram calls = new Histogram(3);
        private final long[] live = new long[MOST_BLOCKS];
        private final SplittableRandom random;
        private final long start;
        private final long end;
        private int blocks;
        private long now;

        Window(int index, long start, long end) {
            random = new SplittableRandom(index);
            this.start = start;
            this.end = end;
        }

        Histogram run() {
            now = System.nanoTime();
            while (now - end < 0) {
                fill();
                exchange();
                drain(LEAST_BLOCKS);
            }
            drain(0);
            return calls;
        }

        private void fill() {
            while (blocks < MOST_BLOCKS) {
                live[blocks++] = allocate();
            }
        }

        private void exchange() {
            for (int i = 0; i < EXCHANGES; i++) {
                int place = random.nextInt(blocks);
                free(live[place]);
                live[place] = allocate();
            }
        }

        private void drain(int left) {
            while (blocks > left) {
                int place = random.nextInt(blocks);
                free(live[place]);
                live[place] = live[--blocks];
            }
        }

        private long allocate() {
            int bytes = random.nextInt(MIN_BYTES, MAX_BYTES + 1);
            long before = System.nanoTime();
            long address = allocator.allocate(bytes);
            record(before);
            RawMemory.writeLong(address, bytes);
            return address;
        }

        private void free(long address) {
            long before = System.nanoTime();
            allocator.free(address);
            record(before);
        }

        private void record(long before) {
            now = System.nanoTime();
            if (before - start >= 0) {
                calls.recordValue(now - before);
            }
        }
    }
}
