package dev.hz3.heap.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
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
                    fixture.caches.mineAnyway();
                    all.await();
                    fixture.caches.mineAnyway(); // of two that took a slot at the same moment, one takes another now
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
}
