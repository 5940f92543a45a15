package dev.hz3.bench.peers;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Any of the contenders, whether it hands out addresses or objects, behind the same two verbs.
public interface BlockSource {

    /// Places for blocks, each empty or with a block in it. To be used by one thread.
    interface Blocks {
        /// Allocates a block of `bytes` bytes and keeps it at `place`.
        ///
        /// @return its address
        long allocate(int place, int bytes);

        /// Frees the block at `place`.
        void free(int place);
    }

    /// So many empty places.
    Blocks places(int places);

    /// Which version it is, by its own word.
    String version();

    /// What it has counted, where it counts.
    default Optional<ReleaseCounters> counters() {
        return Optional.empty();
    }

    /// The contender called `name`.
    ///
    /// @throws AbsentAllocatorException where its library is not here
    static BlockSource named(String name) throws AbsentAllocatorException {
        Optional<AllocatorChoice> choice = AllocatorChoice.named(name);
        if (choice.isPresent()) {
            return new Addresses(choice.get().open(), choice.get().version());
        }
        return switch (name) {
            case "netty-pooled" -> netty(new PooledByteBufAllocator(true));
            case "netty-adaptive" -> netty(new AdaptiveByteBufAllocator(true));
            case "arena-confined" -> arenas(Arena::ofConfined);
            case "arena-shared" -> arenas(Arena::ofShared);
            case "byte-buffer" -> new Objects<>( // free is to let go of it: the collector does the rest, when it comes
                    ByteBuffer::allocateDirect, buffer -> MemorySegment.ofBuffer(buffer).address(), _ -> {}, "JDK " + Runtime.version());
            case "arrow-netty", "arrow-unsafe" -> ArrowBuffers.of(name.substring("arrow-".length()));
            default -> throw new IllegalArgumentException("no such contender: " + name);
        };
    }

    private static BlockSource netty(ByteBufAllocator buffers) {
        return new Objects<>(bytes -> buffers.directBuffer(bytes, bytes), ByteBuf::memoryAddress, ByteBuf::release,
                "Netty " + ByteBuf.class.getModule().getDescriptor().rawVersion().orElse("of unknown version"));
    }

    private static BlockSource arenas(Supplier<Arena> opening) {
        record Lone(Arena arena, MemorySegment segment) {}
        return new Objects<>(
                bytes -> {
                    Arena arena = opening.get();
                    return new Lone(arena, arena.allocate(bytes));
                },
                lone -> lone.segment().address(),
                lone -> lone.arena().close(),
                "JDK " + Runtime.version());
    }

    /// One that hands out addresses.
    record Addresses(BenchAllocator allocator, String version) implements BlockSource {
        @Override
        public Blocks places(int places) {
            return new HeldAddresses(allocator, new long[places]);
        }

        @Override
        public Optional<ReleaseCounters> counters() {
            return allocator.counters();
        }

        private static final class HeldAddresses implements Blocks {
            private final BenchAllocator allocator;
            private final long[] addresses;

            HeldAddresses(BenchAllocator allocator, long[] addresses) {
                this.allocator = allocator;
                this.addresses = addresses;
            }

            @Override
            public long allocate(int place, int bytes) {
                long address = allocator.allocate(bytes);
                addresses[place] = address;
                return address;
            }

            @Override
            public void free(int place) {
                allocator.free(addresses[place]);
            }
        }
    }

    /// One that hands out objects.
    record Objects<T>(IntFunction<T> allocation, ToLongFunction<T> address, Consumer<T> end, String version) implements BlockSource {
        @Override
        public Blocks places(int places) {
            return new HeldObjects<>(this, new Object[places]);
        }

        private static final class HeldObjects<T> implements Blocks {
            private final Objects<T> source;
            private final @Nullable Object[] objects;

            HeldObjects(Objects<T> source, @Nullable Object[] objects) {
                this.source = source;
                this.objects = objects;
            }

            @Override
            public long allocate(int place, int bytes) {
                T object = source.allocation().apply(bytes);
                objects[place] = object;
                return source.address().applyAsLong(object);
            }

            @Override
            @SuppressWarnings({"unchecked", "NullAway"}) // as it was put there
            public void free(int place) {
                T object = (T) objects[place];
                objects[place] = null;
                source.end().accept(object);
            }
        }
    }
}
