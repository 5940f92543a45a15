package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CentralBinsStressTest {

    @Test
    void every_run_that_is_pushed_is_popped_exactly_once() throws InterruptedException {
        int runs = 120_000;
        int c = SizeClasses.ofPages(3);
        CentralBins bins = new CentralBins();
        AtomicIntegerArray popped = new AtomicIntegerArray(runs + 1);
        CountDownLatch pushing = new CountDownLatch(3);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int mine = t;
            threads.add(Thread.ofPlatform().start(() -> {
                long[] some = new long[7];
                int have = 0;
                for (int run = 1 + mine; run <= runs; run += 3) {
                    if (run % 2 == 0) {
                        bins.push(c, run);
                    } else {
                        some[have++] = run;
                    }
                    if (have == some.length) {
                        bins.push(c, some, 0, have);
                        have = 0;
                    }
                }
                bins.push(c, some, 0, have);
                pushing.countDown();
            }));
        }
        for (int t = 0; t < 3; t++) {
            boolean byMany = t == 0;
            threads.add(Thread.ofPlatform().start(() -> {
                long[] some = new long[5];
                boolean last = false;
                while (!last || bins.count(c) != 0) {
                    last = pushing.getCount() == 0; // asked before it is looked for the last time
                    int taken = byMany ? bins.pop(c, some, 0, some.length) : (some[0] = bins.pop(c)) == CentralBins.NONE ? 0 : 1;
                    for (int i = 0; i < taken; i++) {
                        popped.incrementAndGet((int) some[i]);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int run = 1; run <= runs; run++) {
            assertEquals(1, popped.get(run), "run " + run);
        }
        assertTrue(bins.pages() == 0 && bins.count(c) == 0, "pages=" + bins.pages());
    }

    @Test
    void there_are_never_fewer_pages_than_none() throws Exception {
        int sizeClass = SizeClasses.ofPages(4);
        int runs = 100_000;
        CentralBins bins = new CentralBins();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> pusher = threads.submit(() -> {
                for (long run = 1; run <= runs; run++) {
                    while (bins.count(sizeClass) != 0) {
                        Thread.onSpinWait();
                    }
                    bins.push(sizeClass, run << Geometry.PAGE_SHIFT);
                }
            });
            long fewest = 0;
            for (int popped = 0; popped < runs; ) {
                popped += bins.pop(sizeClass) == CentralBins.NONE ? 0 : 1;
                fewest = Math.min(fewest, bins.pages());
            }
            pusher.get();
            assertEquals(0, fewest);
        }
        assertEquals(0, bins.pages());
    }
}
