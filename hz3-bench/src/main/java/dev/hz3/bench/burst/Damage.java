package dev.hz3.bench.burst;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Blocks whose bytes were not what their owner had written: the unforgivable. Safe for use by any thread.
final class Damage {

    private final AtomicLong blocks = new AtomicLong();
    private final AtomicReference<@Nullable String> first = new AtomicReference<>();

    void found(String where) {
        blocks.incrementAndGet();
        first.compareAndSet(null, where);
    }

    long blocks() {
        return blocks.get();
    }

    /// The first that was found; empty where none was.
    String first() {
        String found = first.get();
        return found == null ? "" : found;
    }
}
