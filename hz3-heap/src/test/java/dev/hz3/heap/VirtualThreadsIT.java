package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.ForwardingSystem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/// Virtual threads on the real machine: many, on few carriers, that move from one to another wherever they can, and meet in one cache.
class VirtualThreadsIT {

    private static final int THREADS = 2_000;
    private static final int ROUNDS = 20;
    private static final int HELD = 10;
    private static final int MAX_BYTES = 20_000;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private static HeapOptions options() {
        return HeapOptions.builder().reservedBytes(8L << 30).clockPeriodMillis(5).build();
    }

    /// The real machine, but for the numbers of its threads and for what happens in a call that a slow path makes.
    private static OperatingSystem machine(LongUnaryOperator number, Runnable inSlowPath) {
        return new ForwardingSystem(LinuxSystem.open()) {

            @Override
            public long threadNumber() {
                return number.applyAsLong(super.threadNumber());
            }

            @Override
            public void commit(ReservedRange range, long address, long bytes) {
                inSlowPath.run();
                super.commit(range, address, bytes);
            }
        };
    }

    private static void nothing() {}

    /// Takes and frees blocks in turn, each marked at both ends, and gives way in between.
    private void work(NativeHeap heap, long seed, int rounds, Runnable giveWay) {
        try {
            SplittableRandom random = new SplittableRandom(seed);
            MemorySegment[] held = new MemorySegment[HELD];
            for (int round = 0; round < rounds * HELD; round++) {
                int at = random.nextInt(HELD);
                free(heap, held[at], seed);
                held[at] = heap.allocate(random.nextInt(16, MAX_BYTES));
                held[at].set(ValueLayout.JAVA_LONG_UNALIGNED, 0, seed);
                held[at].set(ValueLayout.JAVA_LONG_UNALIGNED, held[at].byteSize() - Long.BYTES, seed);
                if (round % HELD == 0) {
                    giveWay.run();
                }
            }
            for (MemorySegment block : held) {
                free(heap, block, seed);
            }
        } catch (Throwable t) {
            failures.add(t);
        }
    }

    private void free(NativeHeap heap, MemorySegment block, long seed) {
        if (block != null) {
            assertEquals(seed, block.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
            assertEquals(seed, block.get(ValueLayout.JAVA_LONG_UNALIGNED, block.byteSize() - Long.BYTES));
            heap.free(block);
        }
    }

    private void run(NativeHeap heap, int threads, int rounds) {
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < threads; t++) {
                long seed = 1L + t;
                all.execute(() -> work(heap, seed, rounds, Thread::yield));
            }
        }
        assertSound(heap);
    }

    private void assertSound(NativeHeap heap) {
        assertTrue(failures.isEmpty(), failures.toString());
        heap.trim();
        HeapStats stats = heap.stats();
        assertEquals(0, stats.liveBytes(), stats.toString());
        assertEquals(0, stats.violations(), stats.toString());
        assertEquals(0, stats.invalidFrees(), stats.toString());
        assertEquals(0, stats.cachedBytes(), stats.toString());
        assertEquals(0, heap.residentBytes(), stats.toString());
        assertEquals("", heap.lastFailure());
    }

    @Test
    void a_hundred_thousand_threads_on_a_few_carriers_leave_nothing() {
        try (NativeHeap heap = NativeHeap.create(options())) {
            run(heap, 100_000, 1);
            int caches = heap.parts().caches().all().length;
            assertTrue(caches < 300, "caches=" + caches);
        }
    }

    @Test
    void threads_of_several_carriers_that_meet_in_one_cache_hand_out_no_block_twice() {
        AtomicLong asked = new AtomicLong();
        LongSupplier one = () -> {
            asked.incrementAndGet();
            return 7;
        };
        try (NativeHeap heap = NativeHeap.create(options(), machine(_ -> one.getAsLong(), VirtualThreadsIT::nothing))) {
            run(heap, THREADS, ROUNDS);
            assertTrue(asked.get() >= (long) THREADS * ROUNDS, "asked=" + asked);
        }
    }

    @Test
    void a_thread_that_is_on_another_carrier_at_each_step_frees_what_it_took() {
        try (NativeHeap heap = NativeHeap.create(options(), machine(_ -> ThreadLocalRandom.current().nextLong(1, 6), VirtualThreadsIT::nothing))) {
            run(heap, THREADS, ROUNDS);
        }
    }

    @Test
    void threads_that_are_unmounted_in_the_middle_of_a_slow_path_keep_nobody_else_waiting() {
        AtomicLong unmounted = new AtomicLong();
        try (NativeHeap heap = NativeHeap.create(options(), machine(number -> number, () -> {
            if (Thread.currentThread().isVirtual()) {
                unmounted.incrementAndGet();
                LockSupport.parkNanos(2_000_000);
            }
        }))) {
            run(heap, THREADS, ROUNDS);
            assertTrue(unmounted.get() > 0, "nobody was unmounted");
        }
    }

    @Test
    void more_carriers_than_there_is_room_for_share_caches() {
        try (NativeHeap heap = NativeHeap.create(options(), machine(_ -> ThreadLocalRandom.current().nextLong(0, 100_000), VirtualThreadsIT::nothing))) {
            run(heap, THREADS / 4, ROUNDS);
            int caches = heap.parts().caches().all().length;
            assertTrue(caches > 200 && caches < 400, "caches=" + caches);
        }
    }

    /// A class initializer is native code to the scheduler: whoever waits in it keeps its carrier.
    private static final class Pinned {
        private static Runnable job = VirtualThreadsIT::nothing;

        private static final class Initializer {
            static final boolean RAN = ran();

            private static boolean ran() {
                job.run();
                return true;
            }
        }
    }

    @Test
    void a_thread_that_is_pinned_works_as_the_others_do() throws InterruptedException {
        try (NativeHeap heap = NativeHeap.create(options())) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicBoolean isOver = new AtomicBoolean();
            Pinned.job = () -> {
                begun.countDown();
                while (!isOver.get()) {
                    work(heap, -1, 1, () -> LockSupport.parkNanos(100_000));
                }
            };
            Thread pinned = Thread.startVirtualThread(() -> assertTrue(Pinned.Initializer.RAN));
            begun.await();
            try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int t = 0; t < THREADS; t++) {
                    long seed = 1L + t;
                    all.execute(() -> work(heap, seed, ROUNDS, Thread::yield));
                }
            }
            isOver.set(true);
            pinned.join();
            assertSound(heap);
        }
    }
}
