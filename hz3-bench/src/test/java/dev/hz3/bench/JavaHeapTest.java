package dev.hz3.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.NativeHeap;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a heap in steady state allocates on the Java heap: nothing, for an operation or an epoch, and some hundred bytes for a segment that is opened. What comes once has come with the first rounds.
class JavaHeapTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP_ROUNDS = 100;
    private static final int ROUNDS = 20;
    /// The objects of one segment: itself, its bits without their words, its place and its slab.
    private static final long SEGMENT_BYTES_ON_THE_JAVA_HEAP = 200;

    /// Bytes that this thread allocates on the Java heap in so many rounds, after others like them.
    private static long allocatedBytes(Runnable round) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round.run();
        }
        THREADS.getCurrentThreadAllocatedBytes(); // its own first call
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static HeapOptions.Builder options() {
        return HeapOptions.builder().clock(false).slowPathsPerEpoch(0).reservedBytes(1L << 30).hugePages(false);
    }

    private static void takeAndFree(NativeHeap heap, long[] blocks, long bytes) {
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = heap.allocateAddress(bytes);
        }
        for (long block : blocks) {
            heap.freeAddress(block);
        }
    }

    @Test
    void blocks_of_every_size_by_address_cost_nothing() {
        try (NativeHeap heap = NativeHeap.create(options().build())) {
            long[] blocks = new long[500];
            for (long bytes : new long[] {16, 100, 1000, 3000, 5000, 30_000, 65_536}) {
                assertEquals(0, allocatedBytes(() -> takeAndFree(heap, blocks, bytes)), () -> "bytes=" + bytes);
            }
            long[] few = new long[3];
            for (long bytes : new long[] {100_000, 1 << 20, 5 << 20}) {
                assertEquals(0, allocatedBytes(() -> takeAndFree(heap, few, bytes)), () -> "bytes=" + bytes);
            }
        }
    }

    /// Whether the object that the application gets costs anything depends on the virtual machine: nothing but it does.
    @Test
    void a_block_as_a_segment_costs_the_application_its_object_and_no_more() {
        try (NativeHeap heap = NativeHeap.create(options().build())) {
            long object = 40; // header, length, read-only, scope, address
            assertTrue(allocatedBytes(() -> heap.free(heap.allocate(100))) <= ROUNDS * object);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40})
    void an_idle_epoch_costs_nothing_also_one_that_gives_a_burst_back(int delayEpochsMost) {
        try (NativeHeap heap = NativeHeap.create(options().idleEvents(1 << 30).delayEpochsMost(delayEpochsMost).build())) {
            assertEquals(0, allocatedBytes(heap::tick));
            long[] blocks = new long[4000];
            long[] inTicks = new long[1];
            allocatedBytes(() -> {
                takeAndFree(heap, blocks, 3000);
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 4; i++) {
                    heap.tick();
                }
                inTicks[0] = THREADS.getCurrentThreadAllocatedBytes() - before;
                if (delayEpochsMost == 0) {
                    assertEquals(0, heap.stats().mappedBytes());
                }
            });
            assertEquals(0, inTicks[0]);
            assertEquals(delayEpochsMost == 0, heap.stats().regrettedPages() == 0);
        }
    }

    @Test
    void a_busy_epoch_costs_nothing_however_much_waits() {
        try (NativeHeap heap = NativeHeap.create(options().idleEvents(0).delayEpochsBusy(1).purgeBudgetPages(1).retireBudgetPages(1).build())) {
            long[] rested = new long[4000];
            long[] wanted = new long[2000];
            long[] inTicks = new long[1];
            allocatedBytes(() -> {
                takeAndFree(heap, rested, 3000);
                inTicks[0] = 0;
                for (int i = 0; i < 6; i++) { // nobody wants the others meanwhile
                    takeAndFree(heap, wanted, 200);
                    long before = THREADS.getCurrentThreadAllocatedBytes();
                    heap.tick();
                    inTicks[0] += THREADS.getCurrentThreadAllocatedBytes() - before;
                }
            });
            assertEquals(0, inTicks[0]);
            assertTrue(heap.stats().busyTicks() > 0);
            assertTrue(heap.stats().purgedPages() > 0);
        }
    }

    @Test
    void a_burst_costs_no_more_than_the_objects_of_its_segments() {
        try (NativeHeap heap = NativeHeap.create(options().idleEvents(1 << 30).build())) {
            long[] blocks = new long[8000];
            long[] segments = new long[1];
            long[] statistics = new long[1]; // what `stats` costs, each round
            long bytes = allocatedBytes(() -> {
                for (int i = 0; i < blocks.length; i++) {
                    blocks[i] = heap.allocateAddress(3000);
                }
                long before = THREADS.getCurrentThreadAllocatedBytes();
                segments[0] = heap.stats().mappedBytes() >> 21;
                statistics[0] = THREADS.getCurrentThreadAllocatedBytes() - before;
                for (long block : blocks) {
                    heap.freeAddress(block);
                }
                for (int i = 0; i < 4; i++) {
                    heap.tick();
                }
            });
            assertTrue(segments[0] > 10);
            long most = ROUNDS * (segments[0] * SEGMENT_BYTES_ON_THE_JAVA_HEAP + statistics[0]);
            assertTrue(bytes <= most, () -> "bytes=" + bytes + ", most=" + most + ", segments=" + segments[0]);
        }
    }
}
