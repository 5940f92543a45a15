package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// A server after Larson and Krishnan, Memory Allocation for Long-Running Server Applications, 1998: each thread exchanges blocks in a table of its
/// own, ends, and leaves the table to a thread that has just begun, so most blocks are freed by another than allocated them.
///
/// Four tables of a thousand blocks: of 8 to 1,000 bytes 2 MB are live, whoever holds them, and of up to 64 KiB 131.
final class Larson {

    private static final int TABLES = 4;
    private static final int BLOCKS = 1000;
    private static final int PAGE = 4096;
    private static final double MEBIBYTE = 1 << 20;
    private static final double LIVE_SHARE = 1.5;
    private static final double SPARED_MEBIBYTES = 16;

    private final long[][] tables = new long[TABLES][BLOCKS];
    private final int least;
    private final int most;

    private Larson(int least, int most) {
        this.least = least;
        this.most = most;
    }

    /// @param exchanges of each thread
    /// @param least bytes of a block
    /// @param most bytes of a block
    /// @param warmUpSeconds before anything is timed; where threads live for a moment each, and most frees are of others' blocks, it takes that long until all code
    ///     is compiled: after two seconds an exchange of hz3 took 285 ns, after ten 118
    static Reading run(int generations, int exchanges, int least, int most, int warmUpSeconds) throws InterruptedException {
        Measured.allocator();
        new Larson(least, most).generation(0, 1); // classes and code that a process has once
        long base = ProcessMemory.measure().heldBytes();
        Larson larson = new Larson(least, most);
        long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUpSeconds);
        int first = 0;
        while (System.nanoTime() - warm < 0) {
            larson.generation(first++, exchanges);
        }
        long peak = 0;
        long start = System.nanoTime();
        for (int generation = first; generation < first + generations; generation++) {
            larson.generation(generation, exchanges);
            peak = Math.max(peak, ProcessMemory.sampleResidentBytes());
        }
        double nanos = System.nanoTime() - start;
        long resident = ProcessMemory.measure().heldBytes() - base;
        double live = larson.empty() / MEBIBYTE;
        return Reading.of("resident_mib", resident / MEBIBYTE)
                .and("most_mib", Math.max(0, peak - base) / MEBIBYTE)
                .and("live_mib", live)
                .and("of_bound", resident / MEBIBYTE / (live * LIVE_SHARE + SPARED_MEBIBYTES))
                .and("ns", nanos / ((double) generations * TABLES * exchanges));
    }

    private void generation(int number, int exchanges) throws InterruptedException {
        Thread[] threads = new Thread[TABLES];
        for (int i = 0; i < TABLES; i++) {
            long[] table = tables[i];
            SplittableRandom random = new SplittableRandom((long) number * TABLES + i);
            threads[i] = Thread.ofPlatform().name("hz3-server-" + i).start(() -> exchange(table, random, exchanges));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void exchange(long[] table, SplittableRandom random, int exchanges) {
        BenchAllocator allocator = Measured.allocator();
        for (int i = 0; i < exchanges; i++) {
            int place = i < BLOCKS && table[i] == 0 ? i : random.nextInt(BLOCKS); // the first of all fills its table
            if (table[place] != 0) {
                allocator.free(table[place]);
            }
            int bytes = random.nextInt(least, most + 1);
            table[place] = allocator.allocate(bytes);
            for (int at = 0; at <= bytes - Long.BYTES; at += PAGE) {
                RawMemory.writeLong(table[place] + at, bytes);
            }
        }
    }

    /// @return how many bytes were live
    private long empty() {
        long bytes = 0;
        for (long[] table : tables) {
            for (long address : table) {
                if (address != 0) {
                    bytes += RawMemory.readLong(address);
                    Measured.allocator().free(address);
                }
            }
        }
        return bytes;
    }
}
