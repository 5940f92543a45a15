package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.SplittableRandom;

/// A store of 200,000 blocks of which one half after the other is dropped and loaded again with other sizes: small ones, then larger ones, so that what
/// was free for one is of no use for the next without being given back or cut anew. One thread.
final class Reload {

    private static final int BLOCKS = 200_000;
    private static final int[][] SIZES = {{16, 512}, {512, 2048}, {64, 4096}, {2048, 8192}};
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] live = new long[BLOCKS];
    private final SplittableRandom random = new SplittableRandom(1);

    private Reload() {}

    static double millis(int reloads) {
        Reload reload = new Reload();
        reload.load(0, 1, SIZES[0]); // fills it, and warms up
        reload.load(0, 1, SIZES[1]);
        long start = System.nanoTime();
        for (int i = 0; i < reloads; i++) {
            reload.load(i % 2, 2, SIZES[i % SIZES.length]);
        }
        double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
        for (long address : reload.live) {
            Measured.allocator().free(address);
        }
        return millis;
    }

    /// Drops every `stride`th block from `first` on, all of them before the first comes back.
    private void load(int first, int stride, int[] sizes) {
        BenchAllocator allocator = Measured.allocator();
        for (int i = first; i < BLOCKS; i += stride) {
            if (live[i] != 0) {
                allocator.free(live[i]);
            }
        }
        for (int i = first; i < BLOCKS; i += stride) {
            int bytes = random.nextInt(sizes[0], sizes[1] + 1);
            live[i] = allocator.allocate(bytes);
            RawMemory.writeLong(live[i], bytes);
            RawMemory.writeLong(live[i] + bytes - Long.BYTES, bytes);
        }
    }
}
