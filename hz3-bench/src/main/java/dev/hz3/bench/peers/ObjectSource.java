package dev.hz3.bench.peers;

import dev.hz3.heap.NativeHeap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Something that hands out native memory as objects. Records, for the reason that [NativePeer] is one.
public sealed interface ObjectSource {

    /// The source called `name`.
    /// @throws IllegalArgumentException where there is none
    static ObjectSource named(String name) {
        return switch (name) {
            case "hz3" -> new Hz3(NativeHeap.create());
            case "netty-pooled" -> new Netty(new PooledByteBufAllocator(true));
            case "netty-adaptive" -> new Netty(new AdaptiveByteBufAllocator(true));
            case "arena-confined" -> new Jdk();
            default -> throw new IllegalArgumentException("allocator is '" + name
                    + "', but must be one of hz3, netty-pooled, netty-adaptive, arena-confined");
        };
    }

    /// Allocates and frees a block; the return value says that it was there.
    long pair(int bytes);

    /// Allocates `blocks` blocks that are freed at once.
    long arena(int blocks, int bytes);

    /// An arena for the calling thread.
    ///
    /// @throws UnsupportedOperationException where it has none
    Arena openArena();

    /// Which version it is.
    default String version() {
        return "JDK " + Runtime.version();
    }

    /// Ends it.
    default void close() {}

    private static long fill(Arena arena, int blocks, int bytes) {
        long sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += arena.allocate(bytes).address();
        }
        return sum;
    }

    /// This project's heap.
    record Hz3(NativeHeap heap) implements ObjectSource {
        @Override
        public long pair(int bytes) {
            MemorySegment block = heap.allocate(bytes);
            long address = block.address();
            heap.free(block);
            return address;
        }

        @Override
        public long arena(int blocks, int bytes) {
            try (Arena arena = openArena()) {
                return fill(arena, blocks, bytes);
            }
        }

        @Override
        public Arena openArena() {
            return heap.openConfinedArena();
        }

        @Override
        public void close() {
            heap.close();
        }
    }

    /// One of Netty's.
    record Netty(ByteBufAllocator buffers) implements ObjectSource {
        @Override
        public String version() {
            return ByteBuf.class.getModule().getDescriptor().rawVersion().orElse("version unknown");
        }

        @Override
        public long pair(int bytes) {
            ByteBuf block = buffers.directBuffer(bytes, bytes);
            long capacity = block.capacity();
            block.release();
            return capacity;
        }

        @Override
        public long arena(int blocks, int bytes) {
            throw new UnsupportedOperationException("Netty has no arenas that are closed at once");
        }

        @Override
        public Arena openArena() {
            throw new UnsupportedOperationException("Netty has no arenas that are closed at once");
        }
    }

    /// The JDK's own.
    record Jdk() implements ObjectSource {
        @Override
        public long pair(int bytes) {
            return arena(1, bytes);
        }

        @Override
        public long arena(int blocks, int bytes) {
            try (Arena arena = openArena()) {
                return fill(arena, blocks, bytes);
            }
        }

        @Override
        @SuppressWarnings("MustBeClosedChecker") // by whoever asked for it
        public Arena openArena() {
            return Arena.ofConfined();
        }
    }
}
