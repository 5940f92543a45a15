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
    private final List<UpkeepTurn> turns = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final HeapObserver observer = new HeapObserver() {
        @Override
        public void turned(UpkeepTurn turn) {
            turns.add(turn);
        }

        @Override
        public void limitReached(long byteSize, long liveBytes, long limitBytes) {
            said.add("limit " + byteSize + " " + liveBytes + " " + limitBytes);
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
    void the_turns_after_a_burst_say_what_left_and_why() {
        Runnable end = heap.observe(observer);
        burst();
        heap.trim();
        UpkeepTurn trim = turns.getLast();
        assertTrue(trim.isIdle() && trim.hasMoved(), trim::toString);
        assertEquals(heap.stats().purgedPages(), turns.stream().mapToLong(UpkeepTurn::purgedPages).sum());
        assertEquals(heap.stats().purgeCalls(), turns.stream().mapToLong(UpkeepTurn::purgeCalls).sum());
        assertEquals(heap.stats().reclaimedRuns(), turns.stream().mapToLong(UpkeepTurn::reclaimedRuns).sum());
        assertEquals(heap.stats().retiredPages(), turns.stream().mapToLong(UpkeepTurn::retiredPages).sum());
        assertReleased(ReleaseReason.MEDIUM_RUN_RECLAIM, UpkeepTurn.Released::mediumRunReclaim, 1000 * 4);
        assertReleased(ReleaseReason.SMALL_PAGE_RETIRE, UpkeepTurn.Released::smallPageRetire, 1000 * 64 / 4096);
        assertReleased(ReleaseReason.SUB4K_RUN_RETIRE, UpkeepTurn.Released::sub4kRunRetire, 500);
        assertReleased(ReleaseReason.LARGE_FREE, UpkeepTurn.Released::largeFree, 256);
        assertReleased(ReleaseReason.SUB8K_RUN_RETIRE, UpkeepTurn.Released::sub8kRunRetire, 1000);
        assertTrue(trim.purgeNanos() > 0 && trim.cacheNanos() > 0, trim::toString);
        assertEquals(0, trim.openSegments());

        int seen = turns.size();
        heap.trim();
        assertEquals(false, turns.getLast().hasMoved(), turns.getLast()::toString);
        end.run();
        end.run();
        burst();
        heap.trim();
        assertEquals(seen + 1, turns.size());
    }

    private void assertReleased(ReleaseReason reason, ToLongFunction<UpkeepTurn.Released> pages, long least) {
        long told = turns.stream().map(UpkeepTurn::released).mapToLong(pages).sum();
        assertEquals(heap.parts().boundary().releasedPages(reason), told, reason::name);
        assertTrue(told >= least, () -> reason + " " + told);
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
            public void turned(UpkeepTurn turn) {
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
        turns.clear();
        heap.trim();
        heap.tick();
        assertEquals(2, turns.size());
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
        assertEquals(3, turns.size());
    }
}
