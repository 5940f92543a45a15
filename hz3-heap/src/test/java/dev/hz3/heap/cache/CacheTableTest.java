package dev.hz3.heap.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.segment.SizeClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CacheTableTest {

    private static final int SLOTS = 1024;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /// Threads that are alive at the same time and whose numbers leave the same rest, `together` of them for each of `groups` rests.
    private List<Thread> colliding(int groups, int together, Runnable job) {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < together; t++) {
            long before = Thread.ofPlatform().unstarted(job).threadId(); // each thread takes a number, also if it never runs
            for (int g = 0; g < groups; g++) {
                threads.add(Thread.ofPlatform().unstarted(job));
            }
            while (Thread.ofPlatform().unstarted(job).threadId() < before + SLOTS - 1) {
                // one number after the other is passed over
            }
        }
        return threads;
    }

    @Test
    void hundreds_of_threads_whose_numbers_are_alike_find_their_caches_at_once() throws Exception {
        int groups = 100;
        int together = 2;
        CyclicBarrier all = new CyclicBarrier(groups * together);
        try (CacheFixture fixture = new CacheFixture(1)) {
            List<Thread> threads = colliding(groups, together, () -> {
                try {
                    all.await();
                    fixture.caches.cacheOrCreate();
                    all.await();
                    fixture.caches.cacheOrCreate(); // of two that took a slot at the same moment, one takes another now
                    all.await();
                    ThreadCache mine = CacheTable.mine(fixture.caches.slots());
                    if (mine == null || mine.owner() != Thread.currentThread()) {
                        failures.add("thread " + Thread.currentThread().threadId() + " has " + (mine == null ? "none" : "another's"));
                    }
                    all.await();
                } catch (Exception e) {
                    failures.add(e.toString());
                }
            });
            assertTrue(threads.stream().map(thread -> thread.threadId() % SLOTS).distinct().count() < threads.size(), "no two numbers are alike");
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals("[]", failures.toString());
    }

    private static final int SIZE_CLASS = SizeClasses.of(64);
    private static final int LOOKS = 4;

    /// Lets a thread do `job` with its cache, and die.
    private ThreadCache ofOneThatDied(CacheFixture fixture, Consumer<ThreadCache> job) throws InterruptedException {
        AtomicReference<ThreadCache> used = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().uncaughtExceptionHandler((_, thrown) -> failures.add(thrown.toString())).start(() -> {
            ThreadCache cache = Objects.requireNonNull(fixture.caches.cacheOrCreate());
            used.set(cache);
            job.accept(cache);
        });
        thread.join();
        assertEquals("[]", failures.toString());
        return used.get();
    }

    private static void useSome(CacheFixture fixture, ThreadCache cache) {
        cache.free(fixture.map.table(), cache.allocate(SIZE_CLASS));
    }

    @Test
    void a_thread_inherits_what_one_that_died_has_left() throws InterruptedException {
        try (CacheFixture fixture = new CacheFixture(1)) {
            ThreadCache left = ofOneThatDied(fixture, cache -> useSome(fixture, cache));
            int count = left.count(SIZE_CLASS);
            assertTrue(count > 0, "nothing is left");
            ofOneThatDied(fixture, cache -> {
                assertSame(left, cache);
                assertEquals(count, cache.count(SIZE_CLASS));
            });
        }
    }

    @Test
    void what_a_dead_thread_left_rests_as_long_as_what_a_living_one_keeps() throws InterruptedException {
        try (CacheFixture fixture = new CacheFixture(1)) {
            ThreadCache left = ofOneThatDied(fixture, cache -> useSome(fixture, cache));
            for (int look = 0; look < LOOKS; look++) {
                fixture.upkeep.trim(LOOKS);
                assertTrue(left.count(SIZE_CLASS) > 0, "emptied at look " + look);
            }
            fixture.upkeep.trim(LOOKS);
            assertEquals(0, left.count(SIZE_CLASS));
            assertTrue(fixture.caches.isVacant(left), "not vacant");
        }
    }

    @Test
    void what_a_thread_left_that_died_inside_goes_at_once() throws InterruptedException {
        try (CacheFixture fixture = new CacheFixture(1)) {
            ThreadCache left = ofOneThatDied(fixture, cache -> {
                useSome(fixture, cache);
                cache.enter();
            });
            fixture.upkeep.trim(LOOKS);
            assertEquals(0, left.count(SIZE_CLASS));
            assertTrue(fixture.caches.isVacant(left), "not vacant");
        }
    }
}
