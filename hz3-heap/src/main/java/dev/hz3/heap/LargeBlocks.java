package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.heap.cache.CallerCache;
import dev.hz3.heap.cache.ThreadCache;
import dev.hz3.heap.supply.LargeRuns;
import dev.hz3.heap.supply.StackRoom;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.Segment;
import dev.hz3.segment.states.BlockStates;

/// Blocks above 64 KiB, and all that want more alignment than a page: whole pages, claimed for one block and released when it is not kept.
///
///     allocate   kept by the caller's cache ──▶ room of the heap ──▶ what the cache keeps makes way ──▶ new segments
///     free       kept by the caller's cache ──▶ released
///
/// Threads: any that keep the heap's addresses pinned.
final class LargeBlocks {

    private final HeapParts parts;
    private final AddressMap map;
    private final LargeRuns runs;
    private final CallerCache callers;
    private final BlockLookup lookup;
    private final HeapUpkeep upkeep;

    LargeBlocks(HeapParts parts, CallerCache callers, BlockLookup lookup, HeapUpkeep upkeep) {
        this.parts = parts;
        this.callers = callers;
        this.lookup = lookup;
        this.upkeep = upkeep;
        map = parts.map();
        runs = parts.supply().large();
    }

    /// Returns a block of whole pages, live.
    ///
    /// @throws OutOfMemoryError if the heap has no room for it and cannot grow
    long allocate(long byteSize, long byteAlignment) {
        long pages = Geometry.pagesFor(byteSize);
        long kept = byteAlignment <= PAGE_BYTES ? callers.allocateLarge(pages) : ThreadCache.NO_BLOCK;
        if (kept != ThreadCache.NO_BLOCK) {
            return kept;
        }
        long address = claim(pages, (int) Math.max(byteAlignment >>> PAGE_SHIFT, 1));
        BlockStates.handOut(map.find(address).wholeState(Segment.pageOf(address)), ThreadCache.LARGE_OWNER);
        runs.noteClaimed(lookup.sizeOf(address));
        upkeep.slowPathTaken(false);
        return address;
    }

    /// What the thread itself keeps makes way before the heap grows.
    private long claim(long pages, int alignment) {
        int shard = (int) (parts.caches().number() % parts.shards().size());
        long address = runs.claim(shard, pages, alignment);
        if (address == LargeRuns.NO_ROOM && callers.shedLarge() != 0) {
            address = runs.claim(shard, pages, alignment);
        }
        return address != LargeRuns.NO_ROOM ? address : runs.grow(shard, pages, alignment);
    }

    /// Frees the block of no class that begins at `address`.
    ///
    /// @throws InvalidFreeException if none does
    void free(long address) {
        Segment segment = lookup.segmentOfLarge(address);
        StackRoom.ensureLittle();
        if (callers.freeLarge(address)) {
            return;
        }
        // Of two who free it, one wins.
        if (!BlockStates.takeBack(segment.wholeState(Segment.pageOf(address)), ThreadCache.LARGE_OWNER)) {
            throw lookup.invalid(address, BlockLookup.FREED);
        }
        runs.release(address);
        upkeep.slowPathTaken(false);
    }
}
