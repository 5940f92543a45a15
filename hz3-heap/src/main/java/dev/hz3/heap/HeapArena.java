package dev.hz3.heap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// An arena over a heap: blocks are cut from chunks, never overlap, read as zero, and go back all at once.
///
///     chunks   │▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓░░░░│      each chunk is a block of the heap: the first as long as all that the arena before it
///                                             needed, or small if many are open; the next up to four times as long
///
/// The scope is that of one of the JDK's arenas, so use after close, or by the wrong thread, is refused by the JDK itself.
///
/// Threads: those of the JDK's arena of that kind.
final class HeapArena implements Arena {

    private static final long FIRST_CHUNK_BYTES = 256;
    /// Chunks grow by four up to here, and by two from here on.
    private static final long FAST_GROWTH_BYTES = 4096;
    private static final long MAX_ALIGNMENT_IN_CHUNK = 4096;
    private static final long MAX_FIRST_CHUNK_BYTES = 32 << 10;
    private static final long MAX_CHUNK_BYTES = 64 << 10;
    /// A request for more than this part of the largest chunk, one in so many, gets a block of its own.
    private static final int OWN_BLOCK_SHARE = 4;

    private final ArenaChunks source;
    private final Arena scope;
    private final boolean isShared;
    private long[] chunks = new long[4];
    private int chunkCount;
    private long next;
    private long end;
    private long chunkBytes;
    /// Bytes of all chunks together, without the blocks of their own.
    private long bytesOfChunks;
    private boolean isGivenBack;

    HeapArena(ArenaChunks source, Arena scope, boolean isShared) {
        this.source = source;
        this.scope = scope;
        this.isShared = isShared;
        chunkBytes = Math.clamp(source.lastBytes() + FIRST_CHUNK_BYTES - 1 & -FIRST_CHUNK_BYTES, FIRST_CHUNK_BYTES, MAX_FIRST_CHUNK_BYTES);
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        Request.check(byteSize, byteAlignment);
        if (isShared) {
            synchronized (this) {
                return cut(byteSize, byteAlignment);
            }
        }
        return cut(byteSize, byteAlignment);
    }

    private MemorySegment cut(long byteSize, long byteAlignment) {
        long bytes = Math.max(1, byteSize);
        long at = next + byteAlignment - 1 & -byteAlignment;
        if (bytes > end - at) { // which cannot overflow, as the sum could
            if (!scope.scope().isAlive()) {
                throw new IllegalStateException("the arena is closed");
            }
            source.checkAccess(scope); // refuses the wrong thread before anything has changed
            if (bytes > MAX_CHUNK_BYTES / OWN_BLOCK_SHARE || byteAlignment > MAX_ALIGNMENT_IN_CHUNK) {
                return zeroed(newChunk(bytes, byteAlignment), byteSize);
            }
            while (chunkBytes < bytes + byteAlignment) {
                chunkBytes *= 2;
            }
            next = newChunk(chunkBytes, 1);
            end = next + chunkBytes;
            bytesOfChunks += chunkBytes;
            chunkBytes = Math.min(chunkBytes < FAST_GROWTH_BYTES ? 4 * chunkBytes : 2 * chunkBytes, MAX_CHUNK_BYTES);
            at = next + byteAlignment - 1 & -byteAlignment;
        }
        MemorySegment block = zeroed(at, byteSize);
        next = at + bytes;
        return block;
    }

    private long newChunk(long bytes, long alignment) {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * chunkCount);
        }
        long chunk = source.allocate(bytes, alignment);
        chunks[chunkCount++] = chunk;
        return chunk;
    }

    private MemorySegment zeroed(long address, long byteSize) {
        MemorySegment block = source.view(address, byteSize, scope); // refuses the wrong thread, and everybody after the end
        if (isShared) {
            block.fill((byte) 0); // safe against another thread that closes the arena now
        } else {
            source.zero(address, byteSize);
        }
        return block;
    }

    @Override
    public MemorySegment.Scope scope() {
        return scope.scope();
    }

    /// Ends the life of every block at once, and frees the chunks.
    @Override
    public void close() {
        try {
            scope.close();
        } catch (VirtualMachineError torn) {
            // For want of memory or stack, and nobody can say how far it came: what is closed cannot be closed again.
            if (!scope.scope().isAlive()) {
                giveBack();
            }
            throw torn;
        }
        giveBack();
    }

    private void giveBack() {
        if (isShared) {
            synchronized (this) { // a thread inside may just have got a chunk
                freeChunks();
            }
        } else {
            freeChunks();
        }
    }

    /// Frees the chunks. No thread can reach a block any more, so they are this thread's alone. All of them are freed, even if one of the frees throws.
    private void freeChunks() {
        if (isGivenBack) {
            return;
        }
        isGivenBack = true;
        source.lastBytes(bytesOfChunks - (end - next));
        Throwable first = null;
        while (chunkCount > 0) {
            chunkCount--;
            try {
                source.free(chunks[chunkCount]);
            } catch (RuntimeException | Error failure) {
                first = first == null ? failure : first;
            }
        }
        source.unpin();
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
