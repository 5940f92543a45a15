package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A thread dives until its stack is full, and on its way up uses the heap from each frame: with hardly any stack left at first, then with a little more each time.
/// So operations break off at each depth that they have. A block may be lost by that; nothing else may happen. `-Dhz3.dives` says how many threads.
class StackOverflowTest {

    private static final int DIVES = Integer.getInteger("hz3.dives", 60);
    private static final int FRAMES = 600; // in which something is tried
    private static final int DIVES_PER_HEAP = 20; // blocks are lost: a heap that has many of them is full, and looks for memory at each request
    private static final long STACK_BYTES = 256 << 10;

    private NativeHeap heap = open();
    private final SplittableRandom random = new SplittableRandom(7);
    private final @Nullable MemorySegment[] live = new MemorySegment[64];
    private final long[] tags = new long[64];
    private final boolean[] written = new boolean[64];
    private int framesLeft;
    private int overflows;
    private int done;
    private String damage = "";

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // it may find a lock that nobody gives back
    void an_operation_that_runs_out_of_stack_damages_nothing() throws InterruptedException {
        for (int dive = 0; dive < DIVES; dive++) {
            if (dive % DIVES_PER_HEAP == DIVES_PER_HEAP - 1) {
                assertStillWorks();
                heap.close();
                heap = open();
                Arrays.fill(live, null);
            }
            Thread thread = new Thread(null, this::diveOnce, "diver", STACK_BYTES);
            thread.start();
            thread.join();
        }
        assertEquals("", damage);
        assertTrue(overflows > DIVES, () -> "operations that broke off: " + overflows + ", done: " + done);
        assertStillWorks();
        heap.close();
    }

    private static NativeHeap open() {
        return NativeHeap.create(HeapOptions.builder()
                .reservedBytes(1L << 30)
                .cacheBytes(16 << 10)
                .clockPeriodMillis(1)
                .slowPathsPerEpoch(8)
                .build());
    }

    private void diveOnce() {
        framesLeft = FRAMES;
        dive();
        for (int i = 0; i < live.length; i++) { // with all of its stack, or nearly
            release(i);
        }
    }

    @SuppressWarnings("InfiniteRecursion") // to the end of the stack, and back
    private void dive() {
        try {
            dive();
        } catch (StackOverflowError deep) {
            // from here up
        }
        if (framesLeft > 0) {
            framesLeft--;
            int slot = framesLeft % live.length;
            try {
                exchange(slot);
                done++;
            } catch (StackOverflowError deep) {
                overflows++;
            }
        }
    }

    private void exchange(int slot) {
        if (live[slot] == null) {
            int bytes = 2 * Long.BYTES + random.nextInt(random.nextInt(10) == 0 ? 1 << 20 : 40_000);
            written[slot] = false;
            MemorySegment block = heap.allocate(bytes);
            live[slot] = block;
            tags[slot] = random.nextLong();
            block.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, tags[slot]);
            block.set(ValueLayout.JAVA_LONG_UNALIGNED, block.byteSize() - Long.BYTES, tags[slot]);
            written[slot] = true;
        } else {
            release(slot);
        }
    }

    private void release(int slot) {
        MemorySegment block = live[slot];
        if (block == null) {
            return;
        }
        long first = block.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        long last = block.get(ValueLayout.JAVA_LONG_UNALIGNED, block.byteSize() - Long.BYTES);
        live[slot] = null; // whether its free is done or breaks off: it is not touched any more
        if (written[slot] && (first != tags[slot] || last != tags[slot])) {
            damage = "slot " + slot + " reads 0x" + Long.toHexString(first);
        }
        heap.free(block);
    }

    private void assertStillWorks() {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            MemorySegment block = heap.allocate(16 + i * 13);
            block.fill((byte) i);
            blocks.add(block);
        }
        for (int i = 0; i < blocks.size(); i++) {
            MemorySegment block = blocks.get(i);
            assertEquals((byte) i, block.get(ValueLayout.JAVA_BYTE, 0));
            assertEquals((byte) i, block.get(ValueLayout.JAVA_BYTE, block.byteSize() - 1));
            heap.free(block);
        }
        heap.trim();
        assertEquals(0, heap.stats().stockPages(), () -> heap.stats().toString());
    }
}
