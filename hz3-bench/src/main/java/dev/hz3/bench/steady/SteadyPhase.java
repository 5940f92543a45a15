package dev.hz3.bench.steady;

import dev.hz3.bench.peers.RawMemory;
import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.HeapStats;
import dev.hz3.heap.NativeHeap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// One stretch of steady load on a heap and threads of its own, and what was done in it.
///
///     fill the windows ──▶ warm up ──▶ measured ──▶ stop, close the heap
///
/// Each thread frees a block of its window, drawn at random, and allocates another in its place, without a pause. It writes
/// once into each page of the new block: an allocator that purges what is wanted again pays for it here.
///
/// @param isReleaseOn whether the heap gave memory back
/// @param operations free-and-allocate steps while it was measured, of all threads
/// @param nanos how long it was measured
/// @param cpuNanos how long the process computed meanwhile, on all processors together
/// @param before what the heap had done when that began
/// @param after what it had done when that ended
public record SteadyPhase(boolean isReleaseOn, long operations, long nanos, long cpuNanos, HeapStats before, HeapStats after) {

    private static final int PAGE_BYTES = 4096;
    /// Operations between two looks at whether to stop, and two reports of progress.
    private static final int STRIDE = 64;

    /// Runs one.
    public static SteadyPhase run(SteadyOptions options, boolean isReleaseOn) throws InterruptedException {
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().release(isReleaseOn).build());
                ExecutorService threads = Executors.newFixedThreadPool(
                        options.threads(), Thread.ofPlatform().name("hz3-steady-", 0).factory())) {
            Load load = new Load(heap, options);
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < options.threads(); i++) {
                int index = i;
                workers.add(threads.submit(() -> load.work(index)));
            }
            SteadyPhase phase;
            try {
                load.awaitFilled();
                TimeUnit.MILLISECONDS.sleep(options.warmUpMillis());
                HeapStats before = heap.stats();
                long cpu = processCpuNanos();
                long start = System.nanoTime();
                long done = load.operations();
                TimeUnit.SECONDS.sleep(options.seconds());
                long operations = load.operations() - done;
                long nanos = System.nanoTime() - start;
                phase = new SteadyPhase(isReleaseOn, operations, nanos, processCpuNanos() - cpu, before, heap.stats());
            } finally {
                load.stop();
            }
            for (Future<?> worker : workers) {
                await(worker);
            }
            return phase;
        }
    }

    private static long processCpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private static void await(Future<?> worker) throws InterruptedException {
        try {
            worker.get();
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case Error error -> throw error; // out of memory, most likely: the command says so
                case null, default -> throw new IllegalStateException("a thread failed", failure.getCause());
            }
        }
    }

    /// Free-and-allocate steps a second.
    public double operationsPerSecond() {
        return perSecond(operations);
    }

    /// Operations for a second of computing: what neighbours on the machine take away counts less here.
    public double operationsPerCpuSecond() {
        return operations * (double) TimeUnit.SECONDS.toNanos(1) / Math.max(1, cpuNanos);
    }

    double perSecond(long count) {
        return count * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    private static final class Load {
        private final NativeHeap heap;
        private final SteadyOptions options;
        private final List<AtomicLong> progress = new ArrayList<>();
        private volatile boolean stopped;

        Load(NativeHeap heap, SteadyOptions options) {
            this.heap = heap;
            this.options = options;
            for (int i = 0; i < options.threads(); i++) {
                progress.add(new AtomicLong());
            }
        }

        /// Waits until every thread has filled its window, or one has failed.
        void awaitFilled() throws InterruptedException {
            while (!stopped && progress.stream().anyMatch(steps -> steps.get() == 0)) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        long operations() {
            return progress.stream().mapToLong(AtomicLong::get).sum();
        }

        void stop() {
            stopped = true;
        }

        void work(int index) {
            try {
                loop(index, progress.get(index));
            } finally {
                stopped = true;
            }
        }

        private void loop(int index, AtomicLong steps) {
            long[] live = new long[options.window()];
            int sizes = options.maxBytes() - options.minBytes() + 1;
            long random = (options.seed() + index + 1) * 0x9E37_79B9_7F4A_7C15L;
            for (int i = 0; i < live.length; i++) {
                random = next(random);
                live[i] = touched(options.minBytes() + below(random, sizes));
            }
            while (!stopped) {
                for (int i = 0; i < STRIDE; i++) {
                    random = next(random);
                    int place = below(random >>> 16, live.length);
                    heap.freeAddress(live[place]);
                    live[place] = touched(options.minBytes() + below(random, sizes));
                }
                steps.setRelease(steps.getPlain() + STRIDE);
            }
            for (long address : live) {
                heap.freeAddress(address);
            }
        }

        private long touched(int bytes) {
            long address = heap.allocateAddress(bytes);
            for (int at = 0; at < bytes; at += PAGE_BYTES) {
                RawMemory.writeByte(address + at, (byte) 1);
            }
            return address;
        }

        /// Xorshift, Marsaglia 2003.
        private static long next(long state) {
            long x = state ^ state << 13;
            x ^= x >>> 7;
            return x ^ x << 17;
        }

        /// One of 0 … `bound` - 1, by a multiplication: a division would cost as much as an allocation.
        private static int below(long random, int bound) {
            return (int) ((random & 0xFFFF_FFFFL) * bound >>> 32);
        }
    }
}
