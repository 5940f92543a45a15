package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// A burst that is freed, and a light load after it: rounds of 8 MiB that are allocated, touched and freed, some time apart. Nobody falls silent.
///
///     held ┤ ┌────┐
///          │ │    └─╮
///          │ │      ╰───────── what is looked at three seconds later
///          └─┴────┴─┴──┴──┴──┴▶  burst, free, rounds
final class LightLoad {

    private static final long ROUND_BYTES = 8L << 20;
    private static final long SPARED_BYTES = 16L << 20;
    private static final int SECONDS = 3;
    private static final int PICTURE_MILLIS = 250;
    /// What the warm-up has left goes back in a silence of so long: what is still on its way would be in the base, and missed in what is held.
    private static final int SETTLE_MILLIS = 1000;
    private static final int PAGE = 4096;
    private static final int SMALL_BURST = 64; // MiB, so that code and classes are there before anything is measured
    private static final double MEBIBYTE = 1 << 20;
    private static final double NANOS_PER_MILLI = 1e6;

    private final BenchAllocator allocator = Measured.allocator();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Histogram calls = new Histogram(3);
    private final int least;
    private final int most;
    private final long[] blocks;
    private int live;

    private LightLoad(int mebibytes, int least, int most) {
        this.least = least;
        this.most = most;
        blocks = new long[(int) Math.min(Integer.MAX_VALUE - 8, 2 * ((long) mebibytes << 20) / ((least + most) / 2))];
    }

    /// @param mebibytes of the burst
    /// @param least bytes of a block
    /// @param most bytes of a block
    /// @param pauseMillis between two rounds
    static Reading run(int mebibytes, int least, int most, int pauseMillis) {
        LightLoad warm = new LightLoad(SMALL_BURST, least, most);
        warm.allocate((long) SMALL_BURST << 20);
        warm.freeAll();
        warm.rounds(1000, 0, Reading.of("warm", 0));
        return new LightLoad(mebibytes, least, most).measure((long) mebibytes << 20, pauseMillis);
    }

    private Reading measure(long burst, int pauseMillis) {
        Arrays.fill(blocks, 1); // the Java heap has it from now on
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS));
        long base = ProcessMemory.measure().heldBytes();
        allocate(burst);
        long peak = ProcessMemory.measure().heldBytes() - base;
        freeAll();
        calls.reset();
        Reading reading = Reading.of("peak_mib", peak / MEBIBYTE);
        reading = rounds(SECONDS * 1000, pauseMillis, reading);
        allocate(ROUND_BYTES);
        long held = ProcessMemory.measure().heldBytes() - base;
        freeAll();
        return reading.and("held_mib", held / MEBIBYTE)
                .and("excess_share", Math.max(0, held - ROUND_BYTES - SPARED_BYTES) / (double) peak)
                .and("p9999_ms", calls.getValueAtPercentile(99.99) / NANOS_PER_MILLI)
                .and("max_ms", calls.getMaxValue() / NANOS_PER_MILLI);
    }

    /// Rounds for so long. Adds what a round took, pauses left out, and what the process held from time to time.
    private Reading rounds(int millis, int pauseMillis, Reading before) {
        Reading reading = before;
        long start = System.nanoTime();
        long busy = 0;
        int rounds = 0;
        int pictured = 0;
        for (long now = start; now - start < TimeUnit.MILLISECONDS.toNanos(millis); now = System.nanoTime()) {
            long begun = System.nanoTime();
            allocate(ROUND_BYTES);
            freeAll();
            busy += System.nanoTime() - begun;
            rounds++;
            if (now - start >= TimeUnit.MILLISECONDS.toNanos((long) pictured * PICTURE_MILLIS)) {
                String at = String.format(Locale.ROOT, "mib_at_%04d_ms", pictured * PICTURE_MILLIS);
                reading = reading.and(at, ProcessMemory.sampleResidentBytes() / MEBIBYTE);
                pictured++;
            }
            if (pauseMillis != 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
            }
        }
        return reading.and("round_ms", busy / NANOS_PER_MILLI / rounds);
    }

    private void allocate(long bytes) {
        for (long sum = 0; sum < bytes && live < blocks.length; ) {
            int size = random.nextInt(least, most + 1);
            long begun = System.nanoTime();
            long block = allocator.allocate(size);
            calls.recordValue(System.nanoTime() - begun);
            for (int at = 0; at < size - Long.BYTES; at += PAGE) {
                RawMemory.writeLong(block + at, size);
            }
            blocks[live++] = block;
            sum += size;
        }
    }

    private void freeAll() {
        while (live > 0) {
            long block = blocks[--live];
            long begun = System.nanoTime();
            allocator.free(block);
            calls.recordValue(System.nanoTime() - begun);
        }
    }
}
