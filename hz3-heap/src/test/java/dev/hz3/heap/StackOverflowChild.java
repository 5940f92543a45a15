package dev.hz3.heap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A program for [StackOverflowTest]: a thread dives until its stack is full, and on its way up uses the heap from each frame: with hardly any stack left at first,
/// then with a little more each time. So operations break off at each depth that they have. Prints what came of it in one line.
final class StackOverflowChild {

    private static final int FRAMES = 600; // in which something is tried
    private static final long STACK_BYTES = 256 << 10;

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder()
            .reservedBytes(1L << 30)
            .cacheBytes(16 << 10)
            .clockPeriodMillis(1)
            .slowPathsPerEpoch(8)
            .build());
    private final SplittableRandom random = new SplittableRandom(7);
    private final @Nullable MemorySegment[] live = new MemorySegment[64];
    private final long[] tags = new long[64];
    private final boolean[] written = new boolean[64];
    private int framesLeft;
    private int overflows;
    private int done;
    private String damage = "none";

    private StackOverflowChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        StackOverflowChild child = new StackOverflowChild();
        for (int dive = Integer.parseInt(arguments[0]); dive > 0; dive--) {
            Thread thread = new Thread(null, child::diveOnce, "diver", STACK_BYTES);
            thread.start();
            thread.join();
        }
        child.useAfterwards();
        System.out.println("damage=" + child.damage + " overflows=" + child.overflows + " done=" + child.done + " stockPages=" + child.heap.stats().stockPages());
        child.heap.close();
        System.out.println("end");
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
            damage = "slot-" + slot + "-reads-0x" + Long.toHexString(first);
        }
        heap.free(block);
    }

    private void useAfterwards() {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            MemorySegment block = heap.allocate(16 + i * 13);
            block.fill((byte) i);
            blocks.add(block);
        }
        for (int i = 0; i < blocks.size(); i++) {
            MemorySegment block = blocks.get(i);
            if (block.get(ValueLayout.JAVA_BYTE, 0) != (byte) i || block.get(ValueLayout.JAVA_BYTE, block.byteSize() - 1) != (byte) i) {
                damage = "block-" + i + "-afterwards";
            }
            heap.free(block);
        }
        heap.trim();
    }
}
