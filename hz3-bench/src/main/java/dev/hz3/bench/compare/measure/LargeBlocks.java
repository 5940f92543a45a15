package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;

/// Blocks of one large size: one at a time, or a ring in which each makes room for the next; touched at both ends, or filled. To be used by one thread.
final class LargeBlocks {

    private static final int RING = 4;
    private static final int TOUCHED_STRIDE = 64;
    private static final int FILLED_STRIDE = 4;
    /// Four measurements share the time of one.
    private static final int PARTS = 3;

    private final long[] live;
    private final int bytes;
    private final boolean isFilled;
    private int at;

    private LargeBlocks(int places, int bytes, boolean isFilled) {
        live = new long[places];
        this.bytes = bytes;
        this.isFilled = isFilled;
        for (int i = 0; i < places; i++) {
            live[i] = taken();
        }
    }

    static Reading run(Pace pace, int bytes) {
        Pace part = new Pace(Math.max(1, pace.warmUpMillis() / PARTS), pace.batches(), pace.batchMillis());
        return Reading.of("one_touched_ns", nanos(part, 1, bytes, false))
                .and("ring_touched_ns", nanos(part, RING, bytes, false))
                .and("one_filled_ns", nanos(part, 1, bytes, true))
                .and("ring_filled_ns", nanos(part, RING, bytes, true));
    }

    private static double nanos(Pace pace, int places, int bytes, boolean isFilled) {
        LargeBlocks blocks = new LargeBlocks(places, bytes, isFilled);
        double nanos = pace.nanosPerOperation(blocks::repeat, isFilled ? FILLED_STRIDE : TOUCHED_STRIDE);
        for (long address : blocks.live) {
            Measured.allocator().free(address);
        }
        return nanos;
    }

    private long repeat(int operations) {
        BenchAllocator allocator = Measured.allocator();
        long sum = 0;
        for (int i = 0; i < operations; i++) {
            allocator.free(live[at]);
            long address = taken();
            live[at] = address;
            sum += address;
            at = at + 1 == live.length ? 0 : at + 1;
        }
        return sum;
    }

    private long taken() {
        long address = Measured.allocator().allocate(bytes);
        if (isFilled) {
            RawMemory.fill(address, bytes, (byte) 1);
        } else {
            RawMemory.writeLong(address, bytes);
            RawMemory.writeLong(address + bytes - Long.BYTES, bytes);
        }
        return address;
    }
}
