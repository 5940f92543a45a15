package dev.hz3.heap;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongBinaryOperator;
import java.util.function.LongConsumer;

/// The chunks that the arenas of one heap are cut from: blocks of the heap, views of them, and how long the next first chunk should be.
///
/// Threads: any.
final class ArenaChunks {

    /// At most this many open arenas may begin with a chunk as large as the one before them needed: 2 MiB together.
    private static final int FEW_ARENAS = 64;

    private final OperatingSystem os;
    private final ReservedRange range;
    private final HeapLifetime lifetime;
    private final LongBinaryOperator allocate;
    private final LongConsumer free;
    private long lastBytes;

    /// @param allocate from a size and an alignment, in bytes, to the address of a block
    /// @param free frees the block at an address
    ArenaChunks(OperatingSystem os, ReservedRange range, HeapLifetime lifetime, LongBinaryOperator allocate, LongConsumer free) {
        this.os = os;
        this.range = range;
        this.lifetime = lifetime;
        this.allocate = allocate;
        this.free = free;
    }

    /// Returns how many bytes the last arena was asked for in small blocks: the next one's first chunk has room for as many. A hint, deliberately racy: a stale
    /// value wastes space, nothing else. If many arenas are open at once it is 0, because then each of them would waste it.
    long lastBytes() {
        return lifetime.pins() <= FEW_ARENAS ? lastBytes : 0;
    }

    /// Notes what an arena was asked for in small blocks.
    void lastBytes(long bytes) {
        if (lastBytes != bytes) {
            lastBytes = bytes;
        }
    }

    /// Returns the address of a new chunk; contents unspecified.
    long allocate(long bytes, long alignment) {
        return allocate.applyAsLong(bytes, alignment);
    }

    /// Frees a chunk. After the heap was closed it leaves with the whole range.
    void free(long address) {
        if (!lifetime.isClosed()) {
            try {
                free.accept(address);
            } catch (IllegalStateException e) {
                if (!lifetime.isClosed()) {
                    throw e;
                }
            }
        }
    }

    /// Returns a view of a part of a chunk, with the life of `scope`. Throws what `scope` throws if the calling thread may not use it, or it is closed.
    MemorySegment view(long address, long byteSize, Arena scope) {
        return os.view(range, address, byteSize, scope);
    }

    /// Throws what [#view] would throw for the same scope, and views nothing.
    void checkAccess(Arena scope) {
        os.view(range, range.base(), 0, scope);
    }

    /// Fills a part of a chunk with zeroes.
    void zero(long address, long byteSize) {
        os.zero(range, address, byteSize);
    }

    /// Ends an arena: it needs the addresses no longer.
    void unpin() {
        lifetime.unpin();
    }
}
