package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.RawMemory;
import dev.hz3.heap.HeapStats;
import dev.hz3.heap.NativeHeap;
import java.util.SplittableRandom;

/// What it takes to know where blocks are: the heap's tables, by its own word, and what has come to the Java heap meanwhile.
final class Bookkeeping {

    private Bookkeeping() {}

    static Reading run(int minBytes, int maxBytes, int mebibytes) {
        long wanted = (long) mebibytes << 20;
        long[] blocks = new long[(int) (wanted / minBytes)]; // before anything is counted
        try (NativeHeap heap = NativeHeap.create()) {
            SplittableRandom random = new SplittableRandom(1);
            long javaBefore = javaBytes();
            long residentBefore = ProcessMemory.measure().heldBytes();
            int count = 0;
            for (long live = 0; live < wanted && count < blocks.length; count++) {
                int bytes = random.nextInt(minBytes, maxBytes + 1);
                blocks[count] = heap.allocateAddress(bytes);
                RawMemory.writeLong(blocks[count], bytes);
                live += bytes;
            }
            HeapStats stats = heap.stats();
            long resident = ProcessMemory.measure().heldBytes() - residentBefore;
            long java = Math.max(0, javaBytes() - javaBefore);
            for (int i = 0; i < count; i++) {
                heap.freeAddress(blocks[i]);
            }
            // Blocks are live, so something is known of them: nothing means that it was not counted.
            double tables = stats.bookkeepingBytes() == 0 ? Double.NaN : stats.bookkeepingBytes();
            double live = stats.liveBytes();
            return Reading.of("share", (tables + java) / live)
                    .and("tables_share", tables / live)
                    .and("java_share", java / live)
                    .and("resident_share", resident / live);
        }
    }

    private static long javaBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
