package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.SizeClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a heap does, told to those who ask.
class HeapObserverTest {

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().clock(false).maxBytes(64 << 20).build());
    private final List<UpkeepTick> ticks = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final List<ObservedSegment> opened = new ArrayList<>();
    private final List<ObservedSegment> closed = new ArrayList<>();
    private final HeapObserver observer = new HeapObserver() {
        @Override
        public void ticked(UpkeepTick tick) {
            ticks.add(tick);
        }

        @Override
        public void limitReached(long byteSize, long liveBytes, long limitBytes) {
            said.add("limit " + byteSize + " " + liveBytes + " " + limitBytes);
        }

        @Override
        public void segmentOpened(ObservedSegment segment) {
            opened.add(segment);
        }

        @Override
        public void segmentClosed(ObservedSegment segment) {
            closed.add(segment);
        }

        @Override
        public void invalidFree(long address, String why) {
            said.add("free 0x" + Long.toHexString(address) + " " + why);
        }
    };

    @AfterEach
    void close() {
        heap.close();
    }

    private void burst() {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            blocks.add(heap.allocateAddress(64));
            blocks.add(heap.allocateAddress(SizeClasses.bytes(SizeClasses.SUB4K)));
            blocks.add(heap.allocateAddress(SizeClasses.bytes(SizeClasses.SUB8K)));
            blocks.add(heap.allocateAddress(16 << 10));
        }
        blocks.add(heap.allocateAddress(1 << 20));
        blocks.forEach(heap::freeAddress);
    }

    @Test
    void the_ticks_after_a_burst_say_what_left_and_why() {
        Runnable end = heap.observe(observer);
        burst();
        heap.trim();
        UpkeepTick trim = ticks.getLast();
        assertTrue(trim.isIdle() && trim.hasMoved(), trim::toString);
        assertEquals(heap.stats().purgedPages(), ticks.stream().mapToLong(UpkeepTick::purgedPages).sum());
        assertEquals(heap.stats().purgeCalls(), ticks.stream().mapToLong(UpkeepTick::purgeCalls).sum());
        assertEquals(heap.stats().reclaimedRuns(), ticks.stream().mapToLong(UpkeepTick::reclaimedRuns).sum());
        assertEquals(heap.stats().retiredPages(), ticks.stream().mapToLong(UpkeepTick::retiredPages).sum());
        assertPurged(ReleaseReason.MEDIUM_RUN_RECLAIM, UpkeepTick.Purged::mediumRunReclaim, 1000 * 4);
        assertPurged(ReleaseReason.SMALL_PAGE_RETIRE, UpkeepTick.Purged::smallPageRetire, 1000 * 64 / 4096);
        assertPurged(ReleaseReason.SUB4K_RUN_RETIRE, UpkeepTick.Purged::sub4kRunRetire, 500);
        assertPurged(ReleaseReason.LARGE_FREE, UpkeepTick.Purged::largeFree, 256);
        assertPurged(ReleaseReason.SUB8K_RUN_RETIRE, UpkeepTick.Purged::sub8kRunRetire, 1000);
        long headers = closed.stream().filter(ObservedSegment::isSmall).count();
        assertEquals(headers, ticks.stream().mapToLong(tick -> tick.purged().neverReleased()).sum());
        assertTrue(headers > 0);
        assertTrue(trim.purgeNanos() > 0 && trim.cacheNanos() > 0, trim::toString);
        assertEquals(0, trim.openSegments());

        int seen = ticks.size();
        heap.trim();
        assertEquals(false, ticks.getLast().hasMoved(), ticks.getLast()::toString);
        end.run();
        end.run();
        burst();
        heap.trim();
        assertEquals(seen + 1, ticks.size());
    }

    /// Of a burst of which nothing was used twice, what was purged is what was released.
    private void assertPurged(ReleaseReason reason, ToLongFunction<UpkeepTick.Purged> pages, long least) {
        long told = ticks.stream().map(UpkeepTick::purged).mapToLong(pages).sum();
        assertEquals(heap.parts().boundary().releasedPages(reason), told, reason::name);
        assertTrue(told >= least, () -> reason + " " + told);
    }

    @Test
    void segments_that_come_and_go_are_told_of_each_once() {
        Runnable end = heap.observe(observer);
        long small = heap.allocateAddress(64);
        long medium = heap.allocateAddress(16 << 10);
        assertEquals(List.of(true, false), opened.stream().map(ObservedSegment::isSmall).distinct().toList());
        assertEquals(small & -(2L << 20), opened.getFirst().address());
        assertEquals(1, opened.getFirst().openSegments());
        assertEquals(heap.stats().mappedBytes(), (long) opened.size() << 21);
        heap.freeAddress(small);
        heap.freeAddress(medium);
        heap.trim();
        assertEquals(opened.stream().map(ObservedSegment::address).sorted().toList(), closed.stream().map(ObservedSegment::address).sorted().toList());
        assertEquals(0, closed.getLast().openSegments());

        opened.clear();
        heap.allocateAddress(5 << 20);
        assertEquals(List.of(3, 3, 3), opened.stream().map(ObservedSegment::openSegments).toList());
        assertEquals(3, opened.stream().map(ObservedSegment::address).distinct().count());
        closed.clear();
        end.run();
        heap.allocateAddress(5 << 20);
        heap.trim();
        assertEquals(3, opened.size());
        assertEquals(0, closed.size());
    }

    @Test
    void an_observer_of_segments_may_use_the_heap() {
        heap.observe(observer);
        heap.observe(new HeapObserver() {
            @Override
            public void segmentOpened(ObservedSegment segment) {
                if (opened.size() < 5) {
                    heap.allocateAddress(3 << 20);
                }
            }
        });
        heap.allocateAddress(64);
        heap.trim();
        assertEquals(heap.stats().mappedBytes(), (long) opened.size() << 21);
        assertTrue(opened.size() >= 5, opened::toString);
        assertEquals("", heap.lastFailure());
    }

    @Test
    void mistakes_and_refusals_are_told() {
        heap.observe(observer);
        long block = heap.allocateAddress(100);
        heap.freeAddress(block);
        assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block));
        assertEquals(List.of("free 0x" + Long.toHexString(block) + " freed before"), said);
        said.clear();
        assertThrows(OutOfMemoryError.class, () -> heap.allocateAddress(65 << 20));
        assertEquals(List.of("limit " + (65 << 20) + " 0 " + (64 << 20)), said);
    }

    @Test
    void what_an_observer_throws_and_asks_for_disturbs_nobody() {
        heap.observe(new HeapObserver() {
            @Override
            public void ticked(UpkeepTick tick) {
                heap.trim();
                heap.tick();
                throw new IllegalStateException("no");
            }

            @Override
            public void invalidFree(long address, String why) {
                throw new IllegalStateException("no");
            }
        });
        heap.observe(observer);
        burst(); // whose slow paths may take turns of their own
        ticks.clear();
        heap.trim();
        heap.tick();
        assertEquals(2, ticks.size());
        assertEquals(0, heap.stats().stepFailures());
        assertThrows(InvalidFreeException.class, () -> heap.freeAddress(heap.allocateAddress(8) + 1));
        assertEquals(1, said.size());
    }

    @Test
    void two_registrations_of_one_observer_end_apart() {
        Runnable first = heap.observe(observer);
        heap.observe(observer);
        heap.tick();
        first.run();
        heap.tick();
        assertEquals(3, ticks.size());
    }
}
