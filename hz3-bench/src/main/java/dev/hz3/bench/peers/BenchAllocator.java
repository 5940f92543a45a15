package dev.hz3.bench.peers;

import java.util.Optional;

/// An allocator under observation. Safe for use by any thread, a block may be freed by any of them.
public interface BenchAllocator extends AutoCloseable {

    /// What tables and graphs call it.
    String name();

    /// A block of `bytes` bytes, contents unspecified.
    ///
    /// @throws OutOfMemoryError where there is none
    long allocate(long bytes);

    /// Takes back the block at `address`, which [#allocate(long)] gave.
    void free(long address);

    /// One tick of upkeep on the calling thread, where the allocator has such a thing; otherwise nothing.
    default void tick() {}

    /// Gives back all that is free, where the allocator can be asked to; otherwise nothing.
    default void trim() {}

    /// What it has counted since it was opened, where it counts.
    default Optional<ReleaseCounters> counters() {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
