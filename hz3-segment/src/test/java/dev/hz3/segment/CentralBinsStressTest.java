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
        int runs = 61 * Geometry.PAGES_PER_SEGMENT;
        int c = SizeClasses.ofPages(3);
        AddressMap map = TestMap.of(61);
        long[] pages = TestMap.pages(map, 61);
        CentralBins bins = new CentralBins(map);
        AtomicIntegerArray popped = new AtomicIntegerArray(runs);
        CountDownLatch pushing = new CountDownLatch(3);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int mine = t;
            threads.add(Thread.ofPlatform().start(() -> {
                long[] some = new long[14];
                int have = 0;
                for (int run = mine; run < runs; run += 3) {
                    map.find(pages[run]).tag(Segment.pageOf(pages[run]), 1, c);
                    if (run % 2 == 0) {
                        bins.push(c, pages[run]);
                    } else {
                        some[2 * have++] = pages[run];
                    }
                    if (2 * have == some.length) {
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
                long[] some = new long[10];
                boolean last = false;
                while (!last || bins.count(c) != 0) {
                    last = pushing.getCount() == 0; // asked before it is looked for the last time
                    int taken = byMany ? bins.pop(c, some, 0, some.length / 2) : (some[0] = bins.pop(c)) == CentralBins.NONE ? 0 : 1;
                    for (int i = 0; i < taken; i++) {
                        popped.incrementAndGet((int) map.table().pageNumber(some[2 * i]));
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int run = 0; run < runs; run++) {
            assertEquals(1, popped.get(run), "run " + run);
        }
        assertTrue(bins.pages() == 0 && bins.count(c) == 0, "pages=" + bins.pages());
    }

    @Test
    void there_are_never_fewer_pages_than_none() throws Exception {
        int sizeClass = SizeClasses.ofPages(4);
        int runs = 100_000;
        AddressMap map = TestMap.of(1);
        long[] pages = TestMap.pages(map, 1);
        CentralBins bins = new CentralBins(map);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> pusher = threads.submit(() -> {
                for (long run = 1; run <= runs; run++) {
                    while (bins.count(sizeClass) != 0) {
                        Thread.onSpinWait();
                    }
                    long page = pages[(int) run % pages.length];
                    map.find(page).tag(Segment.pageOf(page), 1, sizeClass);
                    bins.push(sizeClass, page);
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
