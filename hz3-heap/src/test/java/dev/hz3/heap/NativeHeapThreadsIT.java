package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Threads that come, go, park and free each other's blocks, on the real machine, with nobody ticking but the clock.
class NativeHeapThreadsIT {

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().reservedBytes(4L << 30).clockPeriodMillis(5).build());
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        heap.close();
    }

    private Thread start(Runnable job) {
        Thread thread = new Thread(job);
        thread.setUncaughtExceptionHandler((who, what) -> failures.add(what));
        thread.start();
        return thread;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            Thread.sleep(5);
        }
    }

    private void assertEverythingLeaves() throws InterruptedException {
        await("live blocks are left: " + heap.stats(), () -> heap.stats().liveBytes() == 0);
        await("memory stays resident: " + heap.residentBytes() + ", " + heap.stats(), () -> heap.residentBytes() == 0);
        await("segments stay open: " + heap.stats(), () -> heap.stats().mappedBytes() == 0);
        assertEquals(0, heap.stats().violations());
        assertEquals("", heap.lastFailure());
        assertTrue(failures.isEmpty(), failures.toString());
    }

    @Test
    void what_threads_that_are_parked_keep_leaves_while_they_do_nothing() throws InterruptedException {
        CountDownLatch freed = new CountDownLatch(4);
        CountDownLatch again = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            threads.add(start(() -> {
                useSome(seed);
                freed.countDown();
                while (again.getCount() != 0) {
                    LockSupport.parkNanos(1_000_000_000);
                }
                useSome(seed);
            }));
        }
        freed.await();
        assertEverythingLeaves();
        await("caches keep something: " + heap.stats(), () -> heap.stats().cachedBytes() == 0);
        again.countDown();
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
            thread.join();
        }
        assertEverythingLeaves();
    }

    private void useSome(int seed) {
        long[] blocks = new long[2000];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < blocks.length; i++) {
            long bytes = random.nextInt(1, 40_000);
            MemorySegment block = heap.allocate(bytes);
            block.fill((byte) 1);
            blocks[i] = block.address();
        }
        for (long block : blocks) {
            heap.freeAddress(block);
        }
    }

    /// Such a thread tells nobody that it is there, and so the heap is idle meanwhile.
    @Test
    void a_thread_that_falls_silent_after_a_long_time_on_the_fast_path_keeps_nothing() throws InterruptedException {
        CountDownLatch isSilent = new CountDownLatch(1);
        CountDownLatch isOver = new CountDownLatch(1);
        Thread thread = start(() -> {
            useSome(1);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (System.nanoTime() < end) { // the clock has given up on less
                for (int i = 0; i < 1000; i++) {
                    heap.freeAddress(heap.allocateAddress(16 << 10));
                }
            }
            isSilent.countDown();
            while (isOver.getCount() != 0) {
                LockSupport.parkNanos(1_000_000_000);
            }
        });
        isSilent.await();
        assertEverythingLeaves();
        isOver.countDown();
        LockSupport.unpark(thread);
        thread.join();
    }

    @Test
    void an_idle_clean_heap_never_wakes_its_clock() throws InterruptedException {
        useSome(1);
        assertEverythingLeaves();
        await("the clock is restless", () -> {
            long before = heap.stats().clockWakeUps();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300)); // time to do what it must not
            return heap.stats().clockWakeUps() == before;
        });
        heap.freeAddress(heap.allocateAddress(10_000));
        assertEverythingLeaves();
    }

    @Test
    void every_block_that_a_producer_hands_over_is_freed_by_the_consumer() throws InterruptedException {
        BlockingQueue<Long> queue = new ArrayBlockingQueue<>(1000);
        int count = 100_000;
        Thread producer = start(() -> {
            SplittableRandom random = new SplittableRandom(9);
            for (int i = 0; i < count; i++) {
                put(queue, heap.allocateAddress(random.nextInt(1, 9000)));
            }
        });
        Thread consumer = start(() -> {
            for (int i = 0; i < count; i++) {
                heap.freeAddress(take(queue));
            }
        });
        producer.join();
        consumer.join();
        assertEverythingLeaves();
    }

    private static void put(BlockingQueue<Long> queue, long address) {
        try {
            queue.put(address);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long take(BlockingQueue<Long> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void blocks_outlive_the_threads_that_made_them_and_ten_thousand_deaths_leave_nothing() throws InterruptedException {
        BlockingQueue<Long> left = new ArrayBlockingQueue<>(100_000);
        for (int generation = 0; generation < 2_500; generation++) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int bytes = 100 + 37 * (generation % 500) + t;
                threads.add(start(() -> {
                    for (int i = 0; i < 10; i++) {
                        left.add(heap.allocateAddress(bytes));
                    }
                    heap.freeAddress(heap.allocateAddress(bytes));
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        for (Long block = left.poll(); block != null; block = left.poll()) {
            heap.freeAddress(block);
        }
        assertEverythingLeaves();
    }

    @Test
    void virtual_threads_share_their_caches() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 10_000; t++) {
            int bytes = 16 + t;
            threads.add(Thread.ofVirtual().uncaughtExceptionHandler((who, what) -> failures.add(what)).start(() -> {
                long one = heap.allocateAddress(bytes);
                LockSupport.parkNanos(1); // off the carrier, and perhaps onto another
                long two = heap.allocateAddress(bytes);
                heap.freeAddress(one);
                heap.freeAddress(two);
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        int processors = Runtime.getRuntime().availableProcessors();
        assertTrue(heap.stats().cachedBytes() <= processors * (64L << 20), heap.stats().toString());
        assertEverythingLeaves();
    }

    /// A second free at the same moment is refused, or found out when the block is collected.
    private long mistakes() {
        return heap.stats().invalidFrees() + heap.stats().violations();
    }

    @Test
    void of_two_threads_that_free_the_same_block_exactly_one_succeeds() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            long block = heap.allocateAddress(round % 2 == 0 ? 64 : 8192);
            CyclicBarrier barrier = new CyclicBarrier(2);
            AtomicInteger refused = new AtomicInteger();
            long violations = mistakes();
            Runnable free = () -> {
                try {
                    barrier.await();
                    heap.freeAddress(block);
                } catch (InvalidFreeException e) {
                    refused.incrementAndGet();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            Thread other = start(free);
            free.run(); // by its owner
            other.join();
            heap.trim();
            assertTrue(refused.get() <= 1);
            assertEquals(violations + 1, mistakes(), "round " + round + ": the second was neither refused nor counted");
            assertEquals(0, heap.stats().liveBytes());
        }
        assertTrue(failures.isEmpty(), failures.toString());
    }

    @Test
    void closing_while_others_are_at_work_refuses_them_and_nothing_else() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            NativeHeap brief = NativeHeap.create(HeapOptions.builder().reservedBytes(64L << 20).clockPeriodMillis(1).build());
            CountDownLatch running = new CountDownLatch(3);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int kind = t;
                threads.add(start(() -> {
                    try {
                        for (int i = 0; ; i++) {
                            long block = brief.allocateAddress(kind == 2 ? 300_000 : 1 + i % 20_000);
                            brief.freeAddress(block);
                            if (i == 0) {
                                running.countDown();
                            }
                            if (kind == 1 && i % 8 == 0) {
                                brief.tick();
                            }
                        }
                    } catch (IllegalStateException closed) {
                        assertEquals("the heap is closed", closed.getMessage());
                    }
                }));
            }
            running.await();
            brief.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertTrue(failures.isEmpty(), failures.toString());
    }
}
