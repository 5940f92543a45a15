package dev.hz3.bench.compare.measure;

import dev.hz3.heap.HeapStats;
import dev.hz3.heap.NativeHeap;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// How often the clock of a heap wakes up that was used, has given all back, and is left alone.
final class WakeUps {

    private static final int BLOCKS = 20_000;
    private static final int MAX_BYTES = 32 << 10;
    /// A clock that has not woken for so long is asleep.
    private static final int QUIET_MILLIS = 500;
    private static final int PATIENCE = 20;

    private WakeUps() {}

    static Reading run(int seconds) throws InterruptedException {
        try (NativeHeap heap = NativeHeap.create()) {
            long[] blocks = new long[BLOCKS];
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < BLOCKS; i++) {
                blocks[i] = heap.allocateAddress(random.nextInt(1, MAX_BYTES + 1));
            }
            for (long block : blocks) {
                heap.freeAddress(block);
            }
            awaitQuiet(heap);
            HeapStats before = heap.stats();
            TimeUnit.SECONDS.sleep(seconds);
            HeapStats after = heap.stats();
            return Reading.of("wake_ups", (double) (after.clockWakeUps() - before.clockWakeUps()))
                    .and("epochs", (double) (after.epochs() - before.epochs()))
                    .and("waiting_pages", (double) after.waitingPages())
                    .and("mapped_bytes", (double) after.mappedBytes());
        }
    }

    private static void awaitQuiet(NativeHeap heap) throws InterruptedException {
        long before = -1;
        for (int looks = 0; looks < PATIENCE && heap.stats().clockWakeUps() != before; looks++) {
            before = heap.stats().clockWakeUps();
            TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
        }
    }
}
