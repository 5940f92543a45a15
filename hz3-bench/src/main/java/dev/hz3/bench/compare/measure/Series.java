package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;

/// Series of sizes, the small ones more often, as an allocator's vendor once measured with sh8bench: eight threads allocate block after block in
/// rising sizes, then free one part in the order in which it came and the other backwards, while some live on into the next series.
final class Series {

    private static final int THREADS = 8;
    private static final int MAX_BYTES = 1000;
    private static final int STEP = 10;
    /// So often a size of one byte would come, and one of 1,000 a thousandth as often.
    private static final int WEIGHT = 2000;
    private static final int WARM_UP = 5000;

    private final int series;
    private final AtomicLong blocks = new AtomicLong();
    private volatile long start;

    private Series(int series) {
        this.series = series;
    }

    static Reading run(int series) throws InterruptedException {
        new Series(WARM_UP).nanos();
        Series measured = new Series(series);
        double nanos = measured.nanos() / measured.blocks.get();
        return Reading.of("ns", nanos).and("million_blocks_per_s", 1e3 / nanos);
    }

    /// By the wall, for all threads together.
    private double nanos() throws InterruptedException {
        Measured.allocator();
        // By whoever comes last, before anybody goes on: this thread may be the last one to wake up, and the others be done by then.
        CyclicBarrier barrier = new CyclicBarrier(THREADS, () -> start = System.nanoTime());
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = Thread.ofPlatform().name("hz3-series-" + i).start(() -> {
                await(barrier);
                blocks.addAndGet(work());
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return System.nanoTime() - start;
    }

    private long work() {
        Worker worker = new Worker(Measured.allocator());
        for (int i = 0; i < series; i++) {
            worker.oneSeries();
        }
        worker.freeKept();
        return worker.allocated;
    }

    /// What one thread does. Each series is a call, as it would be in a program, so that it is compiled as a method and not as the loops of one.
    private static final class Worker {

        private final BenchAllocator allocator;
        private final long[] live;
        private final long[] left;
        private int kept;
        private long allocated;

        Worker(BenchAllocator allocator) {
            this.allocator = allocator;
            int most = 0;
            for (int bytes = 1; bytes <= MAX_BYTES; bytes += STEP) {
                most += repeats(bytes);
            }
            live = new long[most];
            left = new long[most / 2 + 1];
        }

        void oneSeries() {
            int count = 0;
            for (int bytes = 1; bytes <= MAX_BYTES; bytes += STEP) {
                for (int n = repeats(bytes); n > 0; n--) {
                    live[count] = allocator.allocate(bytes);
                    RawMemory.writeByte(live[count++], (byte) bytes);
                }
            }
            allocated += count;
            freeKept();
            for (int k = 0; k < count; k += 2) { // every second one forwards; of these, each fourth lives on
                if (k % 8 == 0) {
                    left[kept++] = live[k];
                } else {
                    allocator.free(live[k]);
                }
            }
            for (int k = count % 2 == 0 ? count - 1 : count - 2; k > 0; k -= 2) {
                allocator.free(live[k]);
            }
        }

        void freeKept() {
            for (int k = 0; k < kept; k++) {
                allocator.free(left[k]);
            }
            kept = 0;
        }
    }

    private static int repeats(int bytes) {
        return Math.max(1, WEIGHT / bytes);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (BrokenBarrierException failure) {
            throw new IllegalStateException("a thread failed", failure);
        } catch (InterruptedException end) {
            throw new IllegalStateException("interrupted", end);
        }
    }
}
