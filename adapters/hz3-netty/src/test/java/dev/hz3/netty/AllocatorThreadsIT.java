package dev.hz3.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Event loops, other threads and virtual ones hand buffers to each other.
final class AllocatorThreadsIT {

    private static final int BUFFERS = 20_000;

    @ParameterizedTest
    @ValueSource(strings = {"platform", "event loop", "virtual"})
    void what_one_thread_fills_another_reads_and_releases(String kind) throws InterruptedException {
        ThreadFactory threads = switch (kind) {
            case "platform" -> Thread::new;
            case "event loop" -> FastThreadLocalThread::new;
            default -> Thread.ofVirtual().factory();
        };
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (Fixture on = new Fixture()) {
            on.direct(1).release();
            BlockingQueue<ByteBuf> between = new ArrayBlockingQueue<>(64);
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                all.add(start(threads, failures, () -> {
                    for (int n = 0; n < BUFFERS; n++) {
                        int size = 16 + n * 37 % 9000;
                        between.put(on.allocator.directBuffer(8).writeInt(n).writeInt(size).writeZero(size));
                    }
                }));
                all.add(start(threads, failures, () -> {
                    for (int n = 0; n < BUFFERS; n++) {
                        ByteBuf buffer = between.take();
                        buffer.readInt();
                        assertEquals(buffer.readInt(), buffer.readableBytes());
                        buffer.release();
                    }
                }));
            }
            for (Thread thread : all) {
                thread.join();
            }
            assertEquals(List.of(), List.copyOf(failures));
        }
    }

    /// A task that may fail.
    @FunctionalInterface
    private interface Task {
        void run() throws InterruptedException;
    }

    private static Thread start(ThreadFactory threads, Queue<Throwable> failures, Task task) {
        Thread thread = threads.newThread(() -> {
            try {
                task.run();
            } catch (InterruptedException | RuntimeException | Error e) {
                failures.add(e);
                throw new AssertionError(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void memory_of_a_burst_is_gone_when_the_heap_is_trimmed() {
        try (Fixture on = new Fixture()) {
            List<ByteBuf> burst = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                burst.add(on.allocator.ioBuffer(16 << 10).writeZero(16 << 10));
            }
            on.proven(burst.getLast());
            long high = on.heap.residentBytes();
            burst.forEach(ByteBuf::release);
            on.heap.trim();
            long left = on.heap.residentBytes();
            assertTrue(high > 30 << 20 && left < 1 << 20, "high=" + high + ", left=" + left);
        }
    }
}
