package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// One thread allocates, another frees: every block has to find its way home. They share a ring of addresses and pass on a batch at a time.
///
///     producer ──put──▶ ░░▓▓▓▓▓▓▓▓░░ ──taken──▶ consumer
final class HandOver {

    private static final int PLACES = 1 << 12;
    private static final int BATCH = 1 << 6;
    private static final int DRAWS = 1 << 12;
    /// Looks at the other's counter before the processor is left to somebody else.
    private static final int SPINS = 1 << 10;

    private final long[] ring = new long[PLACES];
    private final int[] sizes = new int[DRAWS];
    private final AtomicLong put = new AtomicLong();
    private final long[] between = new long[16]; // keeps the two counters out of one cache line
    private final AtomicLong taken = new AtomicLong();
    private volatile boolean stopped;

    private HandOver(int minBytes, int maxBytes) {
        SplittableRandom random = new SplittableRandom(1);
        Arrays.setAll(sizes, _ -> random.nextInt(minBytes, maxBytes + 1));
        Arrays.fill(between, 0);
    }

    static double nanos(Pace pace, int minBytes, int maxBytes) throws InterruptedException {
        HandOver belt = new HandOver(minBytes, maxBytes);
        Measured.allocator();
        Thread producer = Thread.ofPlatform().name("hz3-producer").start(belt::produce);
        Thread consumer = Thread.ofPlatform().name("hz3-consumer").start(belt::consume);
        TimeUnit.MILLISECONDS.sleep(pace.warmUpMillis());
        double[] batch = new double[pace.batches()];
        for (int i = 0; i < batch.length; i++) {
            long start = System.nanoTime();
            long before = belt.taken.getAcquire();
            TimeUnit.MILLISECONDS.sleep(pace.batchMillis());
            long blocks = belt.taken.getAcquire() - before;
            batch[i] = (double) (System.nanoTime() - start) / Math.max(1, blocks);
        }
        belt.stopped = true;
        producer.join();
        consumer.join();
        Arrays.sort(batch);
        return batch[batch.length / 2];
    }

    private void produce() {
        BenchAllocator allocator = Measured.allocator();
        long at = 0;
        while (!stopped) {
            if (!await(taken, at + BATCH - PLACES)) {
                break;
            }
            for (int i = 0; i < BATCH; i++, at++) {
                ring[(int) at & PLACES - 1] = allocator.allocate(sizes[(int) at & DRAWS - 1]);
            }
            put.setRelease(at);
        }
        stopped = true;
    }

    private void consume() {
        BenchAllocator allocator = Measured.allocator();
        long at = 0;
        while (await(put, at + BATCH)) {
            for (int i = 0; i < BATCH; i++, at++) {
                allocator.free(ring[(int) at & PLACES - 1]);
            }
            taken.setRelease(at);
        }
        for (long last = put.getAcquire(); at < last; at++) {
            allocator.free(ring[(int) at & PLACES - 1]);
        }
    }

    /// Waits until `counter` has come to `least`; false where it stops before that.
    @SuppressWarnings("ThreadPriorityCheck") // where there is one processor for the two, the other needs it
    private boolean await(AtomicLong counter, long least) {
        for (int spins = 1; counter.getAcquire() < least; spins++) {
            if (stopped) {
                return false;
            }
            if (spins % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
        return true;
    }
}
