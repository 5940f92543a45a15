package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Three threads allocate, a fourth frees and never allocates: the oldest first, once 45 MB are live.
///
///     allocating ─┐
///     allocating ─┼─ batches ─▶ freeing, behind 45 MB
///     allocating ─┘
final class Freer {

    private static final int THREADS = 3;
    private static final int BATCH = 500;
    private static final int MIN_BYTES = 8;
    private static final int MAX_BYTES = 1000;
    private static final long LIVE_BYTES = 45_000_000;
    private static final int QUEUED = 4;
    private static final double MEBIBYTE = 1 << 20;

    /// Places for more than is ever live: sizes are 504 bytes in the mean.
    private static final int BATCHES = 300;

    /// Blocks that a thread allocated, and their bytes; without blocks it is the last of that thread.
    private static final class Batch {
        private final long[] blocks = new long[BATCH];
        private int count;
        private long bytes;
    }

    private final BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(QUEUED);
    /// Used again and again: the Java heap is not what is measured.
    private final BlockingQueue<Batch> empty = new ArrayBlockingQueue<>(BATCHES);

    private Freer() {
        for (int i = 0; i < BATCHES; i++) {
            empty.add(new Batch());
        }
    }

    /// So often as much passes as is live.
    static Reading run(int times) throws InterruptedException {
        Measured.allocator();
        new Freer().residentAfter(1, 1L << 20);
        Freer freer = new Freer();
        long base = ProcessMemory.measure().heldBytes();
        long resident = freer.residentAfter(times, LIVE_BYTES);
        return Reading.of("resident_mib", (resident - base) / MEBIBYTE);
    }

    private long residentAfter(int times, long liveBytes) throws InterruptedException {
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            Thread.ofPlatform().daemon().name("hz3-allocating-" + i).start(() -> allocate(random, times * liveBytes / THREADS));
        }
        long[] resident = new long[1];
        Thread freeing = Thread.ofPlatform().name("hz3-freeing").start(() -> resident[0] = free(liveBytes));
        freeing.join();
        return resident[0];
    }

    private void allocate(SplittableRandom random, long bytes) {
        BenchAllocator allocator = Measured.allocator();
        try {
            for (long sum = 0; sum < bytes;) {
                Batch batch = empty.take();
                for (batch.count = 0, batch.bytes = 0; batch.count < BATCH; batch.count++) {
                    int size = random.nextInt(MIN_BYTES, MAX_BYTES + 1);
                    long block = allocator.allocate(size);
                    batch.blocks[batch.count] = block;
                    RawMemory.writeLong(block, size);
                    batch.bytes += size;
                }
                sum += batch.bytes;
                queue.put(batch);
            }
            queue.put(new Batch());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the process holds when all were allocated and `liveBytes` of them are live.
    private long free(long liveBytes) {
        BenchAllocator allocator = Measured.allocator();
        ArrayDeque<Batch> live = new ArrayDeque<>(BATCHES);
        long bytes = 0;
        try {
            for (int ended = 0; ended < THREADS;) {
                Batch batch = queue.take();
                if (batch.count == 0) {
                    ended++;
                    continue;
                }
                live.add(batch);
                bytes += batch.bytes;
                while (bytes > liveBytes) {
                    Batch oldest = live.remove();
                    bytes -= oldest.bytes;
                    free(allocator, oldest);
                    empty.put(oldest);
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
        long resident = ProcessMemory.measure().heldBytes();
        live.forEach(batch -> free(allocator, batch));
        return resident;
    }

    private static void free(BenchAllocator allocator, Batch batch) {
        for (int i = 0; i < batch.count; i++) {
            allocator.free(batch.blocks[i]);
        }
    }
}
