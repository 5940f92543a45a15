package dev.hz3.example.netty;

import dev.hz3.netty.Hz3ByteBufAllocator;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.OptionalLong;

/// The one line that differs between the programs that are compared.
final class AllocatorChoice {

    private AllocatorChoice() {}

    /// The allocator of that name: `hz3`, or one of Netty's, `pooled` or `adaptive`.
    static ByteBufAllocator named(String name) {
        return switch (name) {
            case "hz3" -> new Hz3ByteBufAllocator();
            case "pooled" -> new PooledByteBufAllocator(true);
            case "adaptive" -> new AdaptiveByteBufAllocator(true);
            default -> throw new IllegalArgumentException("hz3, pooled or adaptive, not " + name);
        };
    }

    /// What of it is resident, where it says so.
    static OptionalLong residentBytes(ByteBufAllocator allocator) {
        return allocator instanceof Hz3ByteBufAllocator hz3 ? OptionalLong.of(hz3.heap().residentBytes()) : OptionalLong.empty();
    }

    /// What the allocator itself calls used.
    static long usedBytes(ByteBufAllocator allocator) {
        return ((ByteBufAllocatorMetricProvider) allocator).metric().usedDirectMemory();
    }
}
