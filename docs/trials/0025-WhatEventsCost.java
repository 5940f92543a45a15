import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.NativeHeap;
import dev.hz3.management.HeapManagement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;

/// What three kinds of work cost on one heap, shown or not: prints a line of nanoseconds. With the argument `shown`, `hz3-management` is attached.
///
///     pair     a block of 64 bytes, and away with it
///     window   a step among 1,000 live blocks of 16 bytes to 32 KiB
///     burst    a block of 20,000 that come and go together, 4 to 32 KiB, each page of it written, which opens and closes segments and purges
final class WhatEventsCost {

    private static final int BATCHES = 7;
    private static final int WARM_UPS = 3;
    private static final int PAIRS = 20_000_000;
    private static final int STEPS = 4_000_000;
    private static final int BLOCKS = 20_000;
    private static final int BURSTS = 2;
    private static final int DRAWS = 1 << 16;

    private static long sink;

    public static void main(String[] args) {
        boolean shown = args.length > 0 && args[0].equals("shown");
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().build())) {
            HeapManagement management = shown ? HeapManagement.register(heap, "trial") : null;
            double pair = median(PAIRS, count -> pairs(heap, count));
            long[] live = new long[1000];
            int[] sizes = new SplittableRandom(1).ints(DRAWS, 16, (32 << 10) + 1).toArray();
            int[] slots = new SplittableRandom(2).ints(DRAWS, 0, live.length).toArray();
            for (int i = 0; i < live.length; i++) {
                live[i] = heap.allocateAddress(sizes[i]);
            }
            double window = median(STEPS, count -> steps(heap, count, live, sizes, slots));
            for (long address : live) {
                heap.freeAddress(address);
            }
            double burst = median(BURSTS * BLOCKS, _ -> bursts(heap, sizes));
            long epochs = heap.stats().epochs();
            long purges = heap.stats().purgeCalls();
            if (management != null) {
                management.close();
            }
            System.out.printf(Locale.ROOT, "pair %.3f window %.2f burst %.1f epochs %d purges %d%n", pair, window, burst, epochs, purges);
        }
    }

    /// Of so many operations a batch, the middle one of the batches' nanoseconds for an operation.
    private static double median(int operations, IntToLongFunction work) {
        double[] nanos = new double[BATCHES];
        for (int batch = -WARM_UPS; batch < BATCHES; batch++) {
            long start = System.nanoTime();
            sink += work.applyAsLong(operations);
            if (batch >= 0) {
                nanos[batch] = (double) (System.nanoTime() - start) / operations;
            }
        }
        Arrays.sort(nanos);
        return nanos[BATCHES / 2];
    }

    private static long pairs(NativeHeap heap, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long address = heap.allocateAddress(64);
            sum += address;
            heap.freeAddress(address);
        }
        return sum;
    }

    private static long steps(NativeHeap heap, int count, long[] live, int[] sizes, int[] slots) {
        for (int i = 0; i < count; i++) {
            int slot = slots[i & DRAWS - 1];
            heap.freeAddress(live[slot]);
            live[slot] = heap.allocateAddress(sizes[i & DRAWS - 1]);
        }
        return live[0];
    }

    /// Each gives everything back, so that the next one opens its segments anew.
    private static long bursts(NativeHeap heap, int[] sizes) {
        MemorySegment[] blocks = new MemorySegment[BLOCKS];
        for (int burst = 0; burst < BURSTS; burst++) {
            for (int i = 0; i < BLOCKS; i++) {
                MemorySegment block = heap.allocate(4096 + sizes[i & DRAWS - 1] % (28 << 10));
                for (long offset = 0; offset < block.byteSize(); offset += 4096) {
                    block.set(ValueLayout.JAVA_BYTE, offset, (byte) 1);
                }
                blocks[i] = block;
            }
            for (MemorySegment block : blocks) {
                heap.free(block);
            }
            heap.trim();
        }
        return blocks[0].address();
    }
}
