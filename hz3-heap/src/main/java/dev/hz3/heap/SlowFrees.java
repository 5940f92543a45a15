package dev.hz3.heap;

import dev.hz3.heap.cache.CallerCache;
import dev.hz3.heap.cache.ThreadCache;
import dev.hz3.segment.PageTable;
import dev.hz3.segment.PageWord;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Frees off the fast path: blocks that another cache handed out, large ones, those of a heap that looks at each block, and what is no block at all.
///
/// Threads: any. A free needs no Java memory.
final class SlowFrees {

    /// How often room is made for one block that another thread handed out, and how long the wait is in between.
    private static final int DELIVERIES = 20_000;
    private static final long DELIVERY_NANOS = 20_000;

    private final HeapLifetime lifetime;
    private final PageTable table;
    private final BlockLookup lookup;
    private final CallerCache callers;
    private final LargeBlocks large;
    private final HeapUpkeep upkeep;
    private final @Nullable BlockGuard guard; // of a hardened heap
    private final @Nullable AllocationSampler sampler;
    private final @Nullable HeapRecorder recorder;

    SlowFrees(HeapLifetime lifetime, PageTable table, BlockLookup lookup, CallerCache callers, LargeBlocks large, HeapUpkeep upkeep,
            @Nullable BlockGuard guard, @Nullable AllocationSampler sampler, @Nullable HeapRecorder recorder) {
        this.lifetime = lifetime;
        this.table = table;
        this.lookup = lookup;
        this.callers = callers;
        this.large = large;
        this.upkeep = upkeep;
        this.guard = guard;
        this.sampler = sampler;
        this.recorder = recorder;
    }

    /// Frees the block at `address`.
    ///
    /// @throws InvalidFreeException if none begins there; nothing has changed then
    void free(long address) {
        lifetime.pin(); // what is not inside a cache may read the tables only while the addresses are pinned
        try {
            freePinned(address);
        } finally {
            lifetime.unpin();
        }
    }

    /// Frees the block at `address` that a view of `byteSize` bytes shows.
    ///
    /// @throws InvalidFreeException if none begins there, or if it is shorter or longer; nothing has changed then
    void free(long address, long byteSize) {
        lifetime.pin();
        try {
            checkExtent(address, byteSize);
            freePinned(address);
        } finally {
            lifetime.unpin();
        }
    }

    private void checkExtent(long address, long byteSize) {
        if (guard == null) {
            lookup.checkExtent(address, byteSize);
            return;
        }
        long size = guard.size(address);
        if (byteSize != size) {
            throw lookup.invalid(address, "a view of " + byteSize + " bytes of a block of " + size);
        }
    }

    private void freePinned(long address) {
        if (recorder != null) {
            recorder.freeing(address);
        }
        AllocationSample sample = sampler == null ? null : sampler.freeing(address);
        if (sampler == null || sample == null) {
            freeUnsampled(address);
            return;
        }
        boolean isFreed = false;
        try {
            freeUnsampled(address);
            isFreed = true;
        } finally {
            if (!isFreed) {
                sampler.restore(sample);
            }
        }
    }

    private void freeUnsampled(long address) {
        if (guard == null) {
            freeUnguarded(address);
        } else {
            guard.free(address);
        }
    }

    /// Frees the block at `address`, whether or not the heap is hardened. The caller keeps the addresses pinned.
    void freeUnguarded(long address) {
        long state = table.stateOf(address);
        if (state == PageTable.NO_STATE) {
            large.free(address);
            return;
        }
        int sizeClass = PageWord.sizeClass(table.word(address));
        CallerCache.Outcome outcome = callers.free(sizeClass, address, state);
        for (int tries = 0; outcome == CallerCache.Outcome.NO_ROOM; tries++) {
            makeRoom(address, tries); // nothing has changed, and no lock is held
            outcome = callers.free(sizeClass, address, state);
        }
        if (outcome == CallerCache.Outcome.NOT_LIVE) {
            throw lookup.invalid(address, BlockLookup.FREED);
        }
    }

    /// Empties, between two ticks, the inboxes to whose owners this thread has more to send than they hold. An inbox stays full only if its owner is
    /// inside its cache: then this waits a little for it to come out.
    ///
    /// @throws OutOfMemoryError if it does not for a second: an operation of it was torn in half
    private void makeRoom(long address, int tries) {
        if (tries == DELIVERIES) {
            throw new OutOfMemoryError("free(address=0x" + Long.toHexString(address) + "): the thread that allocated it has "
                    + ThreadCache.MOST_LETTERS + " blocks to collect, and does not come out of an operation");
        }
        if (tries > 0) {
            LockSupport.parkNanos(this, DELIVERY_NANOS);
        }
        upkeep.deliver();
    }
}
