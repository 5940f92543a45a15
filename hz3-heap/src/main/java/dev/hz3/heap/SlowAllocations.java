package dev.hz3.heap;

import dev.hz3.heap.cache.CallerCache;
import dev.hz3.heap.supply.StackRoom;
import org.jspecify.annotations.Nullable;

/// Allocates off the fast path: for threads without a cache of their own, whole pages, and in a heap that looks at each block. Before an allocation is refused,
/// everything that is free comes back and it is tried once more.
///
///     try ──no room──▶ flush ──▶ try ──no room──▶ tell of it, flush ──▶ try ──no room──▶ grow beyond the soft limit ──▶ try ──no room──▶ refuse
///
/// Threads: any.
final class SlowAllocations {

    /// In place of a size class: the block is one of whole pages.
    private static final int NO_CLASS = -1;

    private final HeapParts parts;
    private final HeapLifetime lifetime;
    private final BlockLookup lookup;
    private final CallerCache callers;
    private final LargeBlocks large;
    private final HeapUpkeep upkeep;
    private final HeapCounters counters;
    private final @Nullable BlockGuard guard; // of a hardened heap
    private final @Nullable AllocationSampler sampler;
    private final @Nullable HeapRecorder recorder;

    SlowAllocations(HeapParts parts, HeapLifetime lifetime, BlockLookup lookup, CallerCache callers, LargeBlocks large, HeapUpkeep upkeep,
            HeapCounters counters, @Nullable BlockGuard guard, @Nullable AllocationSampler sampler, @Nullable HeapRecorder recorder) {
        this.parts = parts;
        this.lifetime = lifetime;
        this.lookup = lookup;
        this.callers = callers;
        this.large = large;
        this.upkeep = upkeep;
        this.counters = counters;
        this.guard = guard;
        this.sampler = sampler;
        this.recorder = recorder;
    }

    /// Returns a block of class `sizeClass` for a request of `byteSize` bytes.
    ///
    /// @throws OutOfMemoryError if none is to be had
    long allocateOfClass(int sizeClass, long byteSize) {
        return seen(guard == null ? allocateUnguarded(sizeClass, byteSize) : allocateGuarded(guard, byteSize, 1), byteSize, 1);
    }

    /// Returns any block.
    ///
    /// @throws OutOfMemoryError if none is to be had
    long allocateAligned(long byteSize, long byteAlignment) {
        long address = guard == null ? allocateUnguarded(byteSize, byteAlignment) : allocateGuarded(guard, byteSize, byteAlignment);
        return seen(address, byteSize, byteAlignment);
    }

    private long seen(long address, long byteSize, long byteAlignment) {
        if (sampler != null) {
            sampler.allocated(address, byteSize);
        }
        if (recorder != null) {
            recorder.allocated(address, byteSize, byteAlignment);
        }
        return address;
    }

    /// Returns a block that the guard looks after, with room for what it writes behind what was asked for.
    private long allocateGuarded(BlockGuard by, long byteSize, long byteAlignment) {
        lifetime.checkOpen();
        Request.check(byteSize, byteAlignment);
        if (byteSize > parts.range().bytes()) {
            throw counters.refusal(byteSize, byteAlignment, null);
        }
        lifetime.pin();
        try {
            long address = allocateUnguarded(byteSize + BlockGuard.TAIL_BYTES, byteAlignment);
            by.issue(address, byteSize, lookup.sizeOf(address));
            return address;
        } finally {
            lifetime.unpin();
        }
    }

    private long allocateUnguarded(long byteSize, long byteAlignment) {
        return Request.isOfPages(byteSize, byteAlignment)
                ? allocatePages(byteSize, byteAlignment)
                : allocateUnguarded(lookup.sizeClass(byteSize, byteAlignment), byteSize);
    }

    private long allocateUnguarded(int sizeClass, long byteSize) {
        lifetime.checkOpen();
        try {
            return callers.allocate(sizeClass);
        } catch (OutOfMemoryError full) {
            return allocateAfterFlush(sizeClass, byteSize, 1);
        }
    }

    private long allocatePages(long byteSize, long byteAlignment) {
        StackRoom.ensureLittle();
        lifetime.pin();
        try {
            return allocatePinned(byteSize, byteAlignment);
        } finally {
            lifetime.unpin();
        }
    }

    private long allocatePinned(long byteSize, long byteAlignment) {
        if (byteSize > parts.range().bytes()) {
            throw counters.refusal(byteSize, byteAlignment, null);
        }
        try {
            return large.allocate(byteSize, byteAlignment);
        } catch (OutOfMemoryError full) {
            return allocateAfterFlush(NO_CLASS, byteSize, byteAlignment);
        }
    }

    /// Returns a block of class `sizeClass` for a request that the calling thread's own cache could not meet.
    long allocateAfterFlush(int sizeClass, long byteSize) {
        return allocateAfterFlush(sizeClass, byteSize, 1);
    }

    private long allocateAfterFlush(int sizeClass, long byteSize, long byteAlignment) {
        parts.limit().follow();
        flush();
        for (int attempt = 0; ; attempt++) {
            try {
                return sizeClass == NO_CLASS ? large.allocate(byteSize, byteAlignment) : callers.allocate(sizeClass);
            } catch (OutOfMemoryError again) {
                if (attempt == 0 && parts.observers().press(byteSize, parts.limit().softBytes())) {
                    flush(); // what an observer has let go of is free now
                } else if (!parts.limit().raise(byteSize, attempt)) {
                    throw counters.refusal(byteSize, byteAlignment, again);
                }
            }
        }
    }

    /// Gives back everything that is free, now; the caches of threads that are using them this very moment excepted.
    void flush() {
        giveBack(upkeep::flush);
    }

    /// Gives back until at most `targetPages` may be resident, or nothing is free.
    void flush(long targetPages) {
        giveBack(() -> upkeep.trimTo(targetPages));
    }

    private void giveBack(Runnable by) {
        StackRoom.ensure();
        lifetime.pin();
        try {
            if (guard != null) {
                guard.drain();
            }
            by.run();
        } finally {
            lifetime.unpin();
        }
    }
}
