package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.testing.SimulatedSystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Segments of a large heap, on a machine that has huge pages and gives one, as the kernel does, only where nothing is resident yet.
class HugeSegmentsTest {

    private static final int SEGMENTS = 8;

    @ParameterizedTest
    @ValueSource(ints = {64, 8192})
    void segments_for_small_blocks_are_huge_as_those_for_whole_pages_are(int bytes) {
        SimulatedSystem machine = new SimulatedSystem();
        machine.hugePages(HugePageMode.MADVISE);
        List<ObservedSegment> opened = new ArrayList<>();
        HeapOptions options = HeapOptions.builder().reservedBytes(64L << 20).clock(false).hugeAfterBytes(0).build();
        try (NativeHeap heap = new NativeHeap(options, machine, 1, () -> 0)) {
            heap.observe(new HeapObserver() {
                @Override
                public void segmentOpened(ObservedSegment segment) {
                    opened.add(segment);
                }
            });
            for (long used = 0; used < (long) SEGMENTS << 21; used += bytes) {
                heap.allocateAddress(bytes);
            }
            heap.tick();
            long huge = opened.stream().filter(ObservedSegment::isHuge).count();
            assertEquals(bytes < 4096, opened.getFirst().isSmall());
            assertTrue(huge >= SEGMENTS - 1, "huge=" + huge + ", opened=" + opened);
        }
    }
}
