package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.SplittableRandom;

/// A server after Larson and Krishnan, Memory Allocation for Long-Running Server Applications, 1998: each thread exchanges blocks in a table of its
/// own, ends, and leaves the table to a thread that has just begun, so most blocks are freed by another than allocated them.
///
/// Four tables of a thousand blocks of 8 to 1,000 bytes: 2 MB are live, whoever holds them.
final class Larson {

    private static final int TABLES = 4;
    private static final int BLOCKS = 1000;
    private static final int EXCHANGES = 20_000;
    private static final int MIN_BYTES = 8;
    private static final int MAX_BYTES = 1000;
    private static final double MEBIBYTE = 1 << 20;

    private final long[][] tables = new long[TABLES][BLOCKS];

    private Larson() {}

    static Reading run(int generations) throws InterruptedException {
        Measured.allocator();
        new Larson().generation(0, 1); // classes and code that a process has once
        long base = ProcessMemory.measure().heldBytes();
        Larson larson = new Larson();
        long most = 0;
        long start = System.nanoTime();
        for (int generation = 0; generation < generations; generation++) {
            larson.generation(generation, EXCHANGES);
            most = Math.max(most, ProcessMemory.sampleResidentBytes());
        }
        double nanos = System.nanoTime() - start;
        long resident = ProcessMemory.measure().heldBytes() - base;
        larson.empty();
        return Reading.of("resident_mib", resident / MEBIBYTE)
                .and("most_mib", Math.max(0, most - base) / MEBIBYTE)
                .and("ns", nanos / ((double) generations * TABLES * EXCHANGES));
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

    private static void exchange(long[] table, SplittableRandom random, int exchanges) {
        BenchAllocator allocator = Measured.allocator();
        for (int i = 0; i < exchanges; i++) {
            int place = i < BLOCKS && table[i] == 0 ? i : random.nextInt(BLOCKS); // the first of all fills its table
            if (table[place] != 0) {
                allocator.free(table[place]);
            }
            int bytes = random.nextInt(MIN_BYTES, MAX_BYTES + 1);
            table[place] = allocator.allocate(bytes);
            RawMemory.writeLong(table[place], bytes);
        }
    }

    private void empty() {
        for (long[] table : tables) {
            for (long address : table) {
                if (address != 0) {
                    Measured.allocator().free(address);
                }
            }
        }
    }
}
