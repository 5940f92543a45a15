package dev.hz3.bench.burst;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.SplittableRandom;

/// The blocks of one thread.
///
/// Each block carries its tag in its first and last bytes and once in every 4 KiB between, so that every page of it is
/// touched, and a page that was purged, or given to somebody else, is found when it is read back:
///
///     tag        tag+4096        tag+8192    ~tag
///     ├──────────┼───────────────┼───────────┤
///     0          4096            8192        size − 8
///
/// The arrays are on the Java heap and written when this is made, before anything is measured. One thread at a time, but
/// for [#liveBytes()], which any may ask.
final class Share {

    private static final int STRIDE_BYTES = 4096;

    private static final VarHandle LIVE_BYTES;

    static {
        try {
            LIVE_BYTES = MethodHandles.lookup().findVarHandle(Share.class, "liveBytes", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final int index;
    private final long[] addresses; // 0: no block
    private final int[] sizes;
    private final boolean[] kept;
    private final Damage damage;

    private int cycle;
    private long tagSeed;
    private long liveBytes;

    Share(int index, int objects, Damage damage) {
        this.index = index;
        this.addresses = new long[objects];
        this.sizes = new int[objects];
        this.kept = new boolean[objects];
        this.damage = damage;
        Arrays.fill(addresses, 0);
        Arrays.fill(sizes, 0);
        Arrays.fill(kept, false);
    }

    /// Chooses the sizes of the coming burst, and which blocks live through the idle: exactly as many as asked for.
    void plan(BurstIdleOptions options, int comingCycle) {
        SplittableRandom random = new SplittableRandom(options.seed() + 1_000_003L * comingCycle + 31L * index);
        cycle = comingCycle;
        tagSeed = random.nextLong();
        long wanted = Math.round(addresses.length * (options.keepPercent() / 100.0));
        for (int i = 0; i < addresses.length; i++) {
            sizes[i] = random.nextInt(options.minBytes(), options.maxBytes() + 1);
            // Selection sampling: Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S.
            kept[i] = random.nextInt(addresses.length - i) < wanted;
            if (kept[i]) {
                wanted--;
            }
        }
    }

    /// Allocates every block and touches all of it.
    void allocate(BenchAllocator allocator) {
        for (int i = 0; i < addresses.length; i++) {
            long address = allocator.allocate(sizes[i]);
            addresses[i] = address;
            write(address, sizes[i], tag(i));
            grow(sizes[i]);
        }
    }

    /// Frees every block that is not kept.
    void freeMost(BenchAllocator allocator) {
        for (int i = 0; i < addresses.length; i++) {
            if (!kept[i]) {
                release(allocator, i);
            }
        }
    }

    /// Reads back every block that there is.
    void check(String when) {
        for (int i = 0; i < addresses.length; i++) {
            checkBlock(i, when);
        }
    }

    /// Reads back each block that there is once more, and frees it.
    void freeKept(BenchAllocator allocator) {
        for (int i = 0; i < addresses.length; i++) {
            if (addresses[i] != 0) {
                checkBlock(i, "before its free");
                release(allocator, i);
            }
        }
    }

    /// The bytes asked for and not freed.
    long liveBytes() {
        return (long) LIVE_BYTES.getOpaque(this);
    }

    /// The bytes of the burst that was planned.
    long plannedBytes() {
        long sum = 0;
        for (int size : sizes) {
            sum += size;
        }
        return sum;
    }

    private void release(BenchAllocator allocator, int i) {
        allocator.free(addresses[i]);
        addresses[i] = 0;
        grow(-sizes[i]);
    }

    // One writer, so no atomic addition: the timed loops pay half a nanosecond for the live view.
    private void grow(long bytes) {
        LIVE_BYTES.setOpaque(this, liveBytes + bytes);
    }

    private void checkBlock(int i, String when) {
        if (addresses[i] == 0) {
            return;
        }
        long wrong = firstWrongOffset(addresses[i], sizes[i], tag(i));
        if (wrong >= 0) {
            damage.found("cycle " + cycle + ", thread " + index + ", block " + i + " at 0x"
                    + Long.toHexString(addresses[i]) + " of " + sizes[i] + " bytes, offset " + wrong + ", " + when);
        }
    }

    private long tag(int i) {
        return (tagSeed + i) * 0x9E37_79B9_7F4A_7C15L | 1; // never 0: a purged page reads as 0
    }

    static void write(long address, int size, long tag) {
        if (size < 2 * Long.BYTES) {
            RawMemory.writeByte(address, (byte) tag);
            RawMemory.writeByte(address + size - 1, (byte) tag);
            return;
        }
        for (int offset = 0; offset <= size - Long.BYTES; offset += STRIDE_BYTES) {
            RawMemory.writeLong(address + offset, tag + offset);
        }
        RawMemory.writeLong(address + size - Long.BYTES, ~tag);
    }

    /// Where the block is not as it was written, or -1.
    static long firstWrongOffset(long address, int size, long tag) {
        if (size < 2 * Long.BYTES) {
            if (RawMemory.readByte(address) != (byte) tag) {
                return 0;
            }
            return RawMemory.readByte(address + size - 1) == (byte) tag ? -1 : size - 1L;
        }
        int last = size - Long.BYTES;
        // A stride's word that the last word overlaps was overwritten by it.
        for (int offset = 0; offset <= last - Long.BYTES; offset += STRIDE_BYTES) {
            if (RawMemory.readLong(address + offset) != tag + offset) {
                return offset;
            }
        }
        return RawMemory.readLong(address + last) == ~tag ? -1 : last;
    }
}
