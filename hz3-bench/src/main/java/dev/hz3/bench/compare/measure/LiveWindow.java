package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import java.util.SplittableRandom;

/// Live blocks of mixed sizes, of which one at a time, at random, makes room for another. To be used by one thread.
final class LiveWindow {

    private static final int DRAWS = 1 << 16;

    private final long[] live;
    private final int[] sizes = new int[DRAWS];
    private final int[] slots = new int[DRAWS];
    private int step;

    /// Fills it with `blocks` blocks. Sizes and slots are drawn beforehand: drawing costs as much as allocating.
    LiveWindow(long seed, int blocks, int minBytes, int maxBytes) {
        live = new long[blocks];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < DRAWS; i++) {
            sizes[i] = random.nextInt(minBytes, maxBytes + 1);
            slots[i] = random.nextInt(blocks);
        }
        for (int i = 0; i < blocks; i++) {
            live[i] = Measured.allocator().allocate(sizes[i & DRAWS - 1]);
        }
    }

    static double nanos(Pace pace, int blocks, int minBytes, int maxBytes) {
        LiveWindow window = new LiveWindow(1, blocks, minBytes, maxBytes);
        double nanos = pace.nanosPerOperation(window::repeat);
        window.empty();
        return nanos;
    }

    long repeat(int operations) {
        BenchAllocator allocator = Measured.allocator();
        long sum = 0;
        int at = step;
        for (int i = 0; i < operations; i++) {
            int slot = slots[at];
            allocator.free(live[slot]);
            long address = allocator.allocate(sizes[at]);
            live[slot] = address;
            sum += address;
            at = at + 1 & DRAWS - 1;
        }
        step = at;
        return sum;
    }

    void empty() {
        for (long address : live) {
            Measured.allocator().free(address);
        }
    }
}
