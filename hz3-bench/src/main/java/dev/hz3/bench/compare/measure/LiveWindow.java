package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import java.util.SplittableRandom;

/// A thousand live blocks of 16 B to 32 KiB, of which one at a time, at random, makes room for another. To be used by one thread.
final class LiveWindow {

    private static final int BLOCKS = 1000;
    private static final int DRAWS = 1 << 14;
    private static final int MIN_BYTES = 16;
    private static final int MAX_BYTES = 32 << 10;

    private final long[] live = new long[BLOCKS];
    private final int[] sizes = new int[DRAWS];
    private final short[] slots = new short[DRAWS];
    private int step;

    /// Fills it. Sizes and slots are drawn beforehand: drawing costs as much as allocating.
    LiveWindow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < DRAWS; i++) {
            sizes[i] = random.nextInt(MIN_BYTES, MAX_BYTES + 1);
            slots[i] = (short) random.nextInt(BLOCKS);
        }
        for (int i = 0; i < BLOCKS; i++) {
            live[i] = Measured.allocator().allocate(sizes[i]);
        }
    }

    static double nanos(Pace pace) {
        LiveWindow window = new LiveWindow(1);
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
