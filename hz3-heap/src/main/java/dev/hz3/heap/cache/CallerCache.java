package dev.hz3.heap.cache;

import dev.hz3.segment.PageTable;
import dev.hz3.segment.states.BlockStates;

/// Finds a cache for the calling thread off the fast path: its own, which is made if it has none, or one that it shares with others under a lock.
/// Each operation tries once. Making room and trying again is left to the caller.
///
///     take ──▶ use ──▶ giveBack
///
/// Threads: any. A free needs no Java memory.
public final class CallerCache {

    /// What became of a free.
    public enum Outcome {
        /// The block is free, or on its way to the cache that handed it out.
        FREED,
        /// Nothing has changed: the inbox of the cache that handed it out is full, and so is this cache's outbox.
        NO_ROOM,
        /// Nothing has changed: the block is not live.
        NOT_LIVE
    }

    private final CacheTable table;
    private final PageTable words;

    /// @param words the heap's table
    public CallerCache(CacheTable table, PageTable words) {
        this.table = table;
        this.words = words;
    }

    private ThreadCache take() {
        ThreadCache own = table.cacheOrCreate();
        if (own != null) {
            return own;
        }
        ThreadCache shared = table.shared();
        shared.lock().lock();
        return shared;
    }

    private void giveBack(ThreadCache cache) {
        if (table.isShared(cache)) {
            cache.lock().unlock();
        }
    }

    /// Returns a block of class `sizeClass`, live. A virtual thread tries the cache of its carrier first.
    ///
    /// @throws OutOfMemoryError if none is to be had
    public long allocate(int sizeClass) {
        if (table.isVirtual()) {
            ThreadCache carriers = table.ofCarrier();
            long address = carriers == null ? ThreadCache.NO_BLOCK : carriers.tryAllocate(sizeClass);
            if (address != ThreadCache.NO_BLOCK) {
                return address;
            }
        }
        ThreadCache cache = take();
        try {
            return cache.allocate(sizeClass);
        } finally {
            giveBack(cache);
        }
    }

    /// Takes the live block at `address` back, or sends it to the cache that handed it out.
    ///
    /// @param state the address of its state
    public Outcome free(int sizeClass, long address, long state) {
        ThreadCache cache = take();
        try {
            if (cache.free(words, address)) {
                return Outcome.FREED;
            }
            if (!cache.prepareToSend()) {
                return Outcome.NO_ROOM;
            }
            int owner = BlockStates.returnRemotely(state);
            if (owner == BlockStates.NOT_LIVE) {
                return Outcome.NOT_LIVE;
            }
            cache.send(sizeClass, address, owner);
            return Outcome.FREED;
        } finally {
            giveBack(cache);
        }
    }

    /// Returns a block of exactly `pages` pages that the cache has kept, live; [ThreadCache#NO_BLOCK] if it has none.
    public long allocateLarge(long pages) {
        ThreadCache cache = take();
        try {
            return cache.allocateLarge(pages);
        } finally {
            giveBack(cache);
        }
    }

    /// Keeps the live large block at `address`, whoever allocated it.
    ///
    /// @return whether it does; if not, no block has changed hands
    public boolean freeLarge(long address) {
        ThreadCache cache = take();
        try {
            return cache.freeLarge(words, address, ThreadCache.ANY_PAGES);
        } finally {
            giveBack(cache);
        }
    }

    /// Releases the large blocks that the cache keeps.
    ///
    /// @return how many it was
    public int shedLarge() {
        ThreadCache cache = take();
        try {
            return cache.shedLarge();
        } finally {
            giveBack(cache);
        }
    }
}
