package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.heap.cache.CacheTable;
import dev.hz3.heap.cache.CallerCache;
import dev.hz3.heap.cache.ThreadCache;
import dev.hz3.heap.supply.StackRoom;
import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageTable;
import dev.hz3.segment.SizeClasses;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Native memory that goes back to the operating system when it is not used.
///
///     try (NativeHeap heap = NativeHeap.create()) {
///         MemorySegment block = heap.allocate(16 << 10);
///         …
///         heap.free(block);      // a moment later its pages have left the process
///     }
///
/// Blocks are aligned to 16 bytes at least. Contents of a new block are unspecified; an arena's are zero. 0 bytes is a valid size.
///
/// Errors. A negative size or an alignment that is no power of two throws `IllegalArgumentException`; a request that cannot be met throws
/// `OutOfMemoryError` with the size, the live bytes and the limit, and the heap goes on; a free of what is not a live
/// block of this heap throws [InvalidFreeException] and changes nothing; use after [#close()] throws `IllegalStateException`.
///
/// Threads: any, virtual ones too. A block may be freed by any thread. The death of a thread leaks nothing.
public final class NativeHeap implements SegmentAllocator, AutoCloseable {

    /// The largest alignment, in bytes: a segment's.
    public static final long MAX_ALIGNMENT = Request.MAX_ALIGNMENT;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    static {
        Rehearsal.perform();
    }

    private final HeapParts parts;
    private final OperatingSystem os;
    private final ReservedRange range;
    private final AddressMap map;
    private final PageTable table;
    private final ReleaseLedger ledger;
    private final CacheTable caches;
    private final @Nullable ThreadCache[] slots; // of the caches, for the fast path
    private final HeapUpkeep upkeep;
    private final HeapCounters counters;
    private final SlowAllocations allocations;
    private final SlowFrees frees;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final BlockLookup lookup;
    private final ArenaChunks chunks;
    private final HeapLifetime lifetime;
    private final @Nullable BlockGuard guard; // of a hardened heap
    private final @Nullable AllocationSampler sampler;
    private final boolean hasFastPath;
    private final @Nullable HeapRecorder recorder;
    private final @Nullable ExitAction exitAction;

    /// Creates a heap with the default options, changed by the system properties `dev.hz3.*` that are set.
    public static NativeHeap create() {
        return create(HeapOptions.builder().build());
    }

    /// Creates a heap with these options.
    ///
    /// @throws UnsupportedOperationException if hz3 does not run on this system; the message names what is missing
    /// @throws IllegalCallerException if the virtual machine refuses native access
    /// @throws UncheckedIOException if [HeapOptions#recordTo()] cannot be written
    /// @throws OutOfMemoryError if the system refuses the addresses
    public static NativeHeap create(HeapOptions options) {
        return create(options, LinuxSystem.open());
    }

    /// Creates a heap on a machine of the caller's: for tests and tools. The heap closes the machine when it is closed.
    public static NativeHeap create(HeapOptions options, OperatingSystem os) {
        try {
            return new NativeHeap(options, os, Runtime.getRuntime().availableProcessors(), System::nanoTime);
        } catch (RuntimeException | Error failure) {
            os.close();
            throw failure;
        }
    }

    /// Creates a heap for a machine with `processors` processors and the clock `nanoTime`. With the same steps it does the same on every machine.
    NativeHeap(HeapOptions options, OperatingSystem os, int processors, LongSupplier nanoTime) {
        this.os = os;
        parts = HeapParts.wire(options, os, processors, nanoTime, this::slowPathTaken);
        map = parts.map();
        lifetime = new HeapLifetime(map, os);
        boolean isBorn = false;
        try {
            table = map.table();
            range = map.range();
            chunks = new ArenaChunks(os, range, lifetime, this::allocateAddress, this::freeAddress);
            lookup = new BlockLookup(map, parts.observers());
            memory = os.view(range, range.base(), range.bytes(), arena);
            ledger = parts.ledger();
            caches = parts.caches();
            slots = caches.slots();
            CallerCache callers = new CallerCache(caches, table);
            hasFastPath = !options.looksAtEachBlock();
            guard = options.hardened() ? new BlockGuard(memory, range.base(), new GuardedBlocks()) : null;
            if (!isOfThisHeap(memory)) { // asked once now: the virtual machine needs Java memory for it the first time, and a free must not
                throw new AssertionError("a view that is not in its own scope");
            }
            int number = NUMBERS.incrementAndGet();
            upkeep = new HeapUpkeep(parts, lifetime, number);
            LargeBlocks large = new LargeBlocks(parts, callers, lookup, upkeep);
            sampler = options.sampleBytes() == 0 ? null : new AllocationSampler(
                    options.sampleBytes(), NativeHeap.class, SlowAllocations.class, HeapArena.class, ArenaChunks.class);
            recorder = options.recordTo().isPresent() ? HeapRecorder.begin(options.recordTo().get(), nanoTime) : null;
            frees = new SlowFrees(lifetime, table, lookup, callers, large, upkeep, guard, sampler, recorder);
            counters = new HeapCounters(parts, lookup, upkeep, guard);
            allocations = new SlowAllocations(parts, lifetime, lookup, callers, large, upkeep, counters, guard, sampler, recorder);
            exitAction = options.statsAtExit() || recorder != null ? ExitAction.registered(number, this::atExit) : null;
            upkeep.start();
            isBorn = true;
        } finally {
            if (!isBorn) {
                unwind();
            }
        }
    }

    /// Gives back what a heap has whose constructor failed: no other thread has seen it.
    private void unwind() {
        try {
            if (exitAction != null) {
                exitAction.withdraw();
            }
            if (recorder != null) {
                recorder.discard();
            }
        } finally {
            map.unreserve();
        }
    }

    // ---- allocate ------------------------------------------------------------------------------------------------

    /// Returns a block of at least `byteSize` bytes; contents unspecified.
    @Override
    public MemorySegment allocate(long byteSize) {
        return blockAt(allocateAddress(byteSize), byteSize);
    }

    private MemorySegment blockAt(long address, long byteSize) {
        try {
            return memory.asSlice(address - range.base(), byteSize);
        } catch (OutOfMemoryError noView) { // a block that nobody gets to see would stay for ever
            freeAddress(address);
            throw noView;
        }
    }

    /// Returns a block of at least `byteSize` bytes whose address is a multiple of `byteAlignment`, a power of two up to [#MAX_ALIGNMENT];
    /// contents unspecified.
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        return blockAt(allocateAddress(byteSize, byteAlignment), byteSize);
    }

    /// Returns the address of a block of at least `byteSize` bytes; contents unspecified.
    public long allocateAddress(long byteSize) {
        if (Long.compareUnsigned(byteSize, SizeClasses.MAX_MEDIUM_BYTES) > 0) {
            return allocateLarge(byteSize);
        }
        return allocateOfClass(SizeClasses.of(byteSize), byteSize);
    }

    private long allocateOfClass(int sizeClass, long byteSize) {
        ThreadCache cache = CacheTable.mine(slots);
        if (cache != null) {
            try {
                return cache.allocate(sizeClass);
            } catch (OutOfMemoryError full) {
                return allocations.allocateAfterFlush(sizeClass, byteSize);
            }
        }
        return allocations.allocateOfClass(sizeClass, byteSize);
    }

    long allocateAddress(long byteSize, long byteAlignment) {
        Request.check(byteSize, byteAlignment);
        if (!hasFastPath || byteAlignment > PAGE_BYTES) {
            return allocations.allocateAligned(byteSize, byteAlignment);
        }
        return byteSize > SizeClasses.MAX_MEDIUM_BYTES
                ? allocateLarge(byteSize)
                : allocateOfClass(lookup.sizeClass(byteSize, byteAlignment), byteSize);
    }

    private long allocateLarge(long byteSize) {
        ThreadCache cache = CacheTable.mine(slots);
        if (cache != null && byteSize > 0) {
            long address = cache.allocateLarge(Geometry.pagesFor(byteSize));
            if (address != ThreadCache.NO_BLOCK) {
                return address;
            }
        }
        Request.check(byteSize, 1);
        return allocations.allocateAligned(byteSize, 1);
    }

    // ---- free ----------------------------------------------------------------------------------------------------

    /// Frees a block that `allocate` returned. Any thread.
    ///
    /// @param block exactly that view, with its address and its size
    /// @throws InvalidFreeException if it is no live block of this heap; nothing has changed then
    public void free(MemorySegment block) {
        long address = block.address();
        if (!block.isNative() || block.isReadOnly() || !isOfThisHeap(block)) {
            throw notOurs(block);
        }
        long byteSize = block.byteSize();
        if (table.covers(address)) {
            ThreadCache cache = CacheTable.mine(slots);
            if (byteSize <= SizeClasses.MAX_MEDIUM_BYTES) {
                int sizeClass = SizeClasses.of(byteSize);
                if (cache != null ? cache.free(table, address, sizeClass) : freeByCarrier(address, sizeClass)) {
                    return;
                }
            } else if (cache != null && cache.freeLarge(table, address, Geometry.pagesFor(byteSize))) {
                return;
            }
        }
        frees.free(address, byteSize);
    }

    private InvalidFreeException notOurs(MemorySegment block) {
        lifetime.checkOpen();
        return lookup.invalid(block.address(), block.isReadOnly() ? "a read-only view" : "not a block of this heap");
    }

    private boolean isOfThisHeap(MemorySegment block) {
        return block.scope().equals(memory.scope());
    }

    /// Frees the block at `address`, exactly as `allocateAddress` returned it. Any thread.
    ///
    /// @throws InvalidFreeException if no live block begins there; nothing has changed then
    public void freeAddress(long address) {
        if (table.covers(address)) {
            ThreadCache cache = CacheTable.mine(slots);
            if (cache != null
                    ? cache.free(table, address) || cache.freeLarge(table, address, ThreadCache.ANY_PAGES)
                    : freeByCarrier(address, ThreadCache.ANY_CLASS)) {
                return;
            }
        }
        frees.free(address);
    }

    /// Frees by the cache of the carrier that the calling thread runs on.
    ///
    /// @return whether it did; `false` for a platform thread too, and if there is no fast path
    private boolean freeByCarrier(long address, int expected) {
        ThreadCache cache = hasFastPath && !lifetime.isClosed() && caches.isVirtual() ? caches.ofCarrier() : null;
        return cache != null && cache.tryFree(table, address, expected);
    }

    /// Returns how many bytes the block at `address` has, at least as many as were asked for.
    ///
    /// @throws InvalidFreeException if no live block begins there
    public long usableSize(long address) {
        lifetime.pin();
        try {
            return guard == null ? lookup.usable(address) : guard.size(address);
        } finally {
            lifetime.unpin();
        }
    }

    /// Returns how many bytes a block has that is asked for with `byteSize`: a request for that many takes no more memory. In a hardened heap it is `byteSize`.
    ///
    /// @throws IllegalArgumentException if `byteSize` is less than 0
    public long goodSize(long byteSize) {
        Request.check(byteSize, 1);
        return guard == null ? Request.goodSize(byteSize) : byteSize;
    }

    // ---- arenas --------------------------------------------------------------------------------------------------

    /// Opens an arena for the calling thread: zeroed memory, and `close()` frees everything at once.
    public Arena openConfinedArena() {
        return openArena(false);
    }

    /// Opens an arena for any thread: zeroed memory, and `close()` frees everything at once.
    public Arena openSharedArena() {
        return openArena(true);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by the arena that is returned
    private Arena openArena(boolean isShared) {
        lifetime.pin();
        boolean isOpen = false;
        try {
            Arena opened = new HeapArena(chunks, isShared ? Arena.ofShared() : Arena.ofConfined(), isShared);
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                lifetime.unpin(); // there was no Java memory for it
            }
        }
    }

    // ---- upkeep --------------------------------------------------------------------------------------------------

    private void slowPathTaken(boolean mayTick) {
        upkeep.slowPathTaken(mayTick);
    }

    /// Ticks once, now, on the calling thread. Does nothing if a tick is running, or if [HeapOptions#release()] is off.
    public void tick() {
        StackRoom.ensure();
        lifetime.pin();
        try {
            upkeep.tick();
        } finally {
            lifetime.unpin();
        }
    }

    /// Gives back everything that is free, now, except what is in the caches of threads that are inside them at this moment.
    ///
    /// @return the bytes purged
    public long trim() {
        long before = ledger.purgedPages();
        allocations.flush();
        return (ledger.purgedPages() - before) << PAGE_SHIFT;
    }

    /// Gives back until no more than `targetResidentBytes` may be resident, as the heap counts pages, or nothing is free: what waits for its purge first, then
    /// stock, then what threads keep.
    ///
    /// @return the bytes purged
    /// @throws IllegalArgumentException if the target is less than 0
    public long trim(long targetResidentBytes) {
        if (targetResidentBytes < 0) {
            throw new IllegalArgumentException("trim(targetResidentBytes=" + targetResidentBytes + "): less than nothing");
        }
        long before = ledger.purgedPages();
        allocations.flush(targetResidentBytes >>> PAGE_SHIFT);
        return (ledger.purgedPages() - before) << PAGE_SHIFT;
    }

    // ---- what can be seen ----------------------------------------------------------------------------------------

    /// Returns a snapshot; of a closed heap, what it did until it was closed.
    public HeapStats stats() {
        return counters.stats();
    }

    /// Shows the blocks to the guard of a hardened heap.
    private final class GuardedBlocks implements BlockGuard.Blocks {
        @Override
        public long usable(long address) {
            return lookup.usable(address);
        }

        @Override
        public void release(long address) {
            frees.freeUnguarded(address);
        }
    }

    /// Registers `observer`: from now on it is called for what the heap does off its fast path.
    ///
    /// @return an action that removes it; harmless to repeat
    public Runnable observe(HeapObserver observer) {
        return parts.observers().add(observer);
    }

    /// Returns the samples of blocks that are live now; empty if [HeapOptions#sampleBytes()] is 0. [AllocationSample#byStack] says which stacks allocated what is
    /// live.
    public List<AllocationSample> liveSamples() {
        return sampler == null ? List.of() : sampler.live();
    }

    private void atExit() {
        if (recorder != null) {
            recorder.finish();
        }
        if (parts.options().statsAtExit()) {
            System.err.println(stats().exitLines() + AllocationSample.exitLines(liveSamples()));
        }
    }

    /// Returns how much of the heap's range is resident now, in bytes, by a system call.
    public long residentBytes() {
        lifetime.pin();
        try {
            return os.residentBytes(range, range.base(), (long) map.usedSlots() << SEGMENT_SHIFT);
        } finally {
            lifetime.unpin();
        }
    }

    /// Returns the first failure of a step of upkeep, in words; empty if there was none.
    public String lastFailure() {
        return counters.lastFailure();
    }

    // For the simulation, which looks at the parts and ticks by hand.

    long base() {
        return range.base();
    }

    MemorySegment view(long address, long byteSize, Arena scope) {
        return chunks.view(address, byteSize, scope);
    }

    HeapParts parts() {
        return parts;
    }

    HeapUpkeep upkeep() {
        return upkeep;
    }

    // ---- close ---------------------------------------------------------------------------------------------------

    /// Unmaps everything: blocks that are still live are gone, and every `MemorySegment` of this heap refuses to be used. Raw addresses
    /// must not be used any more. Arenas that are open stay usable until they are closed, but give no new memory. Harmless to repeat.
    ///
    /// @throws IllegalStateException if native code uses a block at this moment; the heap stays open then
    @Override
    public void close() {
        MemoryDamageException damage = null;
        synchronized (arena) {
            if (lifetime.isClosed()) {
                return;
            }
            damage = guard == null ? null : lastLook(guard);
            arena.close();
            lifetime.close();
        }
        upkeep.close(now -> closeCaches());
        if (exitAction != null) {
            exitAction.perform();
            exitAction.withdraw();
        }
        lifetime.unpin();
        if (damage != null) {
            throw damage;
        }
    }

    private static @Nullable MemoryDamageException lastLook(BlockGuard at) {
        try {
            at.drain();
            return null;
        } catch (MemoryDamageException damage) {
            return damage;
        }
    }

    private long closeCaches() {
        if (!parts.cacheUpkeep().close()) {
            lifetime.pinForever(); // somebody may still be inside: better to keep the addresses than to pull them away
        }
        return 0;
    }
}
