package dev.hz3.release.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReleaseBoundaryStressTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());
    private static final int STEPS = 40_000;

    private final SimulatedSystem os = new SimulatedSystem();
    private final AddressMap map = new AddressMap(os, os.reserve(16L << 20, 16L << 20, Geometry.SEGMENT_BYTES));
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, ReleaseSink.KEEP);
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private Thread start(Runnable work) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (Throwable failure) {
                failures.add(failure);
            }
        });
    }

    private void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        for (Throwable failure : failures) {
            throw new AssertionError("-Dhz3.seed=" + SEED, failure);
        }
    }

    @Test
    void every_page_is_owned_by_one_at_any_moment() throws InterruptedException {
        Segment segment = map.open(SegmentKind.MEDIUM, new PackPool(0));
        AtomicIntegerArray owners = new AtomicIntegerArray(512);
        List<Thread> threads = new ArrayList<>();
        for (int t = 1; t <= 3; t++) {
            int me = t;
            threads.add(start(() -> claimAndRelease(segment, owners, me)));
        }
        for (int t = 4; t <= 5; t++) {
            int me = t;
            threads.add(start(() -> borrow(segment, owners, me)));
        }
        join(threads);
        assertEquals(512, segment.freePages());
        assertEquals(512, segment.longestFreeStretch());
    }

    private void claimAndRelease(Segment segment, AtomicIntegerArray owners, int me) {
        SplittableRandom random = new SplittableRandom(SEED + me);
        List<PageRange> mine = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            if (mine.isEmpty() || mine.size() < 12 && random.nextBoolean()) {
                int pages = 1 + random.nextInt(20);
                int first = boundary.claim(segment, pages);
                if (first != ReleaseBoundary.NONE) {
                    PageRange run = new PageRange(first, pages);
                    own(owners, me, run);
                    mine.add(run);
                }
            } else {
                PageRange run = mine.remove(random.nextInt(mine.size()));
                disown(owners, me, run);
                boundary.release(segment, run, ReleaseReason.MEDIUM_RUN_RECLAIM);
            }
        }
        for (PageRange run : mine) {
            disown(owners, me, run);
            boundary.release(segment, run, ReleaseReason.MEDIUM_RUN_RECLAIM);
        }
    }

    private void borrow(Segment segment, AtomicIntegerArray owners, int me) {
        SplittableRandom random = new SplittableRandom(SEED + me);
        for (int step = 0; step < STEPS; step++) {
            int first = random.nextInt(512);
            boundary.lend(segment, new PageRange(first, 1 + random.nextInt(512 - first)), (of, pages) -> {
                own(owners, me, pages);
                disown(owners, me, pages);
                return (first & 1) == 0;
            });
        }
    }

    private static void own(AtomicIntegerArray owners, int me, PageRange pages) {
        for (int page = pages.first(); page < pages.end(); page++) {
            if (!owners.compareAndSet(page, 0, me)) {
                throw new AssertionError("page " + page + " belongs to " + owners.get(page) + " and to " + me);
            }
        }
    }

    private static void disown(AtomicIntegerArray owners, int me, PageRange pages) {
        for (int page = pages.first(); page < pages.end(); page++) {
            if (!owners.compareAndSet(page, me, 0)) {
                throw new AssertionError("page " + page + " of " + me + " belongs to " + owners.get(page));
            }
        }
    }

    @Test
    void a_claim_that_meets_the_closing_of_its_segment_finds_no_run_and_is_no_violation() throws InterruptedException {
        PackPool pool = new PackPool(0);
        AtomicReference<Segment> current = new AtomicReference<>(map.open(SegmentKind.MEDIUM, pool));
        List<Thread> threads = new ArrayList<>();
        threads.add(start(() -> {
            for (int round = 0; round < 20_000; round++) {
                Segment segment = current.get();
                if (boundary.claim(segment, 512) != ReleaseBoundary.NONE) {
                    map.close(segment);
                    map.free(segment);
                    current.set(map.open(SegmentKind.MEDIUM, pool));
                }
            }
            current.set(Segment.NOWHERE);
        }));
        threads.add(start(() -> {
            for (Segment segment = current.get(); segment != Segment.NOWHERE; segment = current.get()) {
                int first = boundary.claim(segment, 3);
                if (first != ReleaseBoundary.NONE) {
                    boundary.release(segment, new PageRange(first, 3), ReleaseReason.LARGE_FREE);
                }
            }
        }));
        join(threads);
        assertEquals(0, boundary.violations());
        assertTrue(boundary.claims() > 0);
    }
}
