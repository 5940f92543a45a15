package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BlockSource;
import dev.hz3.bench.peers.RawMemory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// The blocks of one thread of a [BurstLoad], and what its calls took. Its arrays are written before anything is measured.
final class BurstShare {

    private static final int PAGE = 4096;
    private static final int LIGHT_BLOCKS = 8;
    private static final long LIGHT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int PERCENT = 100;

    private final BurstLoad load;
    private final BlockSource.Blocks blocks;
    private final SplittableRandom random;
    private final int[] sizes;
    private final boolean[] isLive;
    private final boolean[] isSurvivor;
    private final Histogram allocations = new Histogram(3);
    private final Histogram frees = new Histogram(3);
    private long survivorBytes;

    /// @param bytes of its part of a burst
    BurstShare(BurstLoad load, BlockSource source, int index, long bytes) {
        this.load = load;
        random = new SplittableRandom(index);
        int[] drawn = new int[1024];
        int count = 0;
        for (long sum = 0; sum < bytes; count++) {
            if (count == drawn.length) {
                drawn = Arrays.copyOf(drawn, 2 * count);
            }
            drawn[count] = load.sizes().draw(random);
            sum += drawn[count];
        }
        sizes = Arrays.copyOf(drawn, count + LIGHT_BLOCKS); // the last are those of the light load
        isLive = new boolean[sizes.length];
        isSurvivor = new boolean[sizes.length];
        blocks = source.places(sizes.length);
        int every = load.survivorPercent() == 0 ? 0 : PERCENT / load.survivorPercent();
        for (int i = 0; i < count; i++) {
            isSurvivor[i] = every != 0 && (load.isInterleaved() ? i % every == 0 : random.nextInt(PERCENT) < load.survivorPercent());
            survivorBytes += isSurvivor[i] ? sizes[i] : 0;
        }
    }

    /// What lives on when the burst is freed.
    long survivorBytes() {
        return survivorBytes;
    }

    Histogram allocations() {
        return allocations;
    }

    Histogram frees() {
        return frees;
    }

    /// From now on.
    void forgetCalls() {
        allocations.reset();
        frees.reset();
    }

    /// Allocates what is not there, and touches all of it.
    void allocateAll() {
        for (int i = 0; i < sizes.length - LIGHT_BLOCKS; i++) {
            if (!isLive[i]) {
                allocate(i);
            }
        }
    }

    /// Frees the burst but for its survivors.
    void freeMost() {
        for (int i = 0; i < sizes.length - LIGHT_BLOCKS; i++) {
            if (!isSurvivor[i]) {
                free(i);
            }
        }
    }

    /// Frees what is there.
    void freeAll() {
        for (int i = 0; i < sizes.length; i++) {
            if (isLive[i]) {
                free(i);
            }
        }
    }

    /// A few blocks come and go, each millisecond, for so long.
    void light(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            for (int i = sizes.length - LIGHT_BLOCKS; i < sizes.length; i++) {
                sizes[i] = load.sizes().draw(random);
                allocate(i);
            }
            for (int i = sizes.length - LIGHT_BLOCKS; i < sizes.length; i++) {
                free(i);
            }
            LockSupport.parkNanos(LIGHT_PAUSE_NANOS);
        }
    }

    private void allocate(int place) {
        int bytes = sizes[place];
        long begun = System.nanoTime();
        long address = blocks.allocate(place, bytes);
        allocations.recordValue(System.nanoTime() - begun);
        for (int at = 0; at < bytes; at += PAGE) {
            RawMemory.writeByte(address + at, (byte) place);
        }
        RawMemory.writeByte(address + bytes - 1, (byte) place);
        isLive[place] = true;
    }

    private void free(int place) {
        long begun = System.nanoTime();
        blocks.free(place);
        frees.recordValue(System.nanoTime() - begun);
        isLive[place] = false;
    }
}
