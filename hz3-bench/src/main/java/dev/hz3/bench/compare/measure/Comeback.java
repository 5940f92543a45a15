package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A load of 64 MiB that is allocated, touched and freed, and comes back after a silence. What it costs is counted in page faults: those that there are, and
/// what it is worth to hold memory meanwhile.
///
/// `times` is the cost over that of the better of two who know when it comes back: *keep all* holds the load through each silence, *give all back* faults it in
/// each time. Pages that become resident during a load are its page faults, so that a huge page counts as what it brings.
final class Comeback {

    private static final long LOAD_BYTES = 64L << 20;
    private static final int MIN_BYTES = 4 << 10;
    private static final int MAX_BYTES = 32 << 10;
    private static final int PAGE = 4096;
    /// What it is worth to hold a MiB for a second, as hz3 has it by default.
    private static final int FAULTS_PER_MIB_SECOND = 512;
    private static final int SAMPLE_MILLIS = 10;
    private static final double MEBIBYTE = 1 << 20;

    private final BenchAllocator allocator = Measured.allocator();
    private final long[] blocks = new long[(int) (2 * LOAD_BYTES / MIN_BYTES)];
    private final SplittableRandom random = new SplittableRandom(1);
    private int live;
    private double faults;
    private double mebibyteSeconds;

    private Comeback() {}

    /// @param silenceMillis after each load
    /// @param loads how many of them
    static Reading run(int silenceMillis, int loads) {
        new Comeback().load(LOAD_BYTES / 8); // code and classes that a process has once
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        Comeback comeback = new Comeback();
        Arrays.fill(comeback.blocks, 1);
        long base = ProcessMemory.sampleResidentBytes();
        long most = 0;
        for (int i = 0; i < loads; i++) {
            most = Math.max(most, comeback.load(LOAD_BYTES) - base);
            comeback.silence(silenceMillis, base);
        }
        double pages = most / (double) PAGE;
        double seconds = silenceMillis / 1000.0;
        double keep = most / MEBIBYTE * seconds * FAULTS_PER_MIB_SECOND;
        double cost = comeback.faults + comeback.mebibyteSeconds * FAULTS_PER_MIB_SECOND;
        return Reading.of("times", cost / (loads * Math.min(keep, pages)))
                .and("faults", comeback.faults)
                .and("mib_s", comeback.mebibyteSeconds)
                .and("load_mib", most / MEBIBYTE);
    }

    /// @return what the process holds when all is allocated
    private long load(long bytes) {
        long before = ProcessMemory.sampleResidentBytes();
        for (long sum = 0; sum < bytes; ) {
            int size = random.nextInt(MIN_BYTES, MAX_BYTES + 1);
            long block = allocator.allocate(size);
            for (int at = 0; at < size - Long.BYTES; at += PAGE) {
                RawMemory.writeLong(block + at, size);
            }
            blocks[live++] = block;
            sum += size;
        }
        long after = ProcessMemory.sampleResidentBytes();
        faults += Math.max(0, after - before) / (double) PAGE;
        while (live > 0) {
            allocator.free(blocks[--live]);
        }
        return after;
    }

    private void silence(int millis, long base) {
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long now = start; now - end < 0; ) {
            LockSupport.parkNanos(Math.min(end - now, TimeUnit.MILLISECONDS.toNanos(SAMPLE_MILLIS)));
            long then = System.nanoTime();
            mebibyteSeconds += Math.max(0, ProcessMemory.sampleResidentBytes() - base) / MEBIBYTE * (then - now) / TimeUnit.SECONDS.toNanos(1);
            now = then;
        }
    }
}
