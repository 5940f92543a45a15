package dev.hz3.heap;

import dev.hz3.os.OperatingSystem;
import dev.hz3.segment.AddressMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Who needs the addresses of a heap: the heap itself until it is closed, open arenas, and operations that nothing else keeps from
/// running over its end.
///
///     pins = 1 ──pin──▶ 2 … ──unpin──▶ 1 ──close, unpin──▶ 0: the addresses are given back
///
/// Threads: any.
final class HeapLifetime {

    private final AddressMap map;
    private final OperatingSystem os;
    private final AtomicInteger pins = new AtomicInteger(1);
    private volatile boolean closed;

    HeapLifetime(AddressMap map, OperatingSystem os) {
        this.map = map;
        this.os = os;
    }

    boolean isClosed() {
        return closed;
    }

    /// Returns if the heap is open.
    ///
    /// @throws IllegalStateException if it is closed
    void checkOpen() {
        if (closed) {
            throw closedException();
        }
    }

    /// Keeps the addresses until [#unpin()].
    ///
    /// @throws IllegalStateException if the heap is closed
    void pin() {
        int count = pins.get();
        while (count == 0 || !pins.compareAndSet(count, count + 1)) {
            if (count == 0) {
                throw closedException();
            }
            count = pins.get();
        }
        if (closed) {
            unpin();
            throw closedException();
        }
    }

    /// Lets go of the addresses. The last to do so gives them back.
    void unpin() {
        if (pins.decrementAndGet() == 0) {
            map.unreserve();
            os.close();
        }
    }

    /// How many need the addresses. A recent value.
    int pins() {
        return pins.get();
    }

    /// Keeps the addresses for good.
    void pinForever() {
        pins.incrementAndGet();
    }

    /// From now on [#pin()] and [#checkOpen()] refuse. The heap's own pin stays until [#unpin()].
    void close() {
        closed = true;
    }

    static IllegalStateException closedException() {
        return new IllegalStateException("the heap is closed");
    }
}
