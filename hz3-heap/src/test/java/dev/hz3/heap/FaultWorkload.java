package dev.hz3.heap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Threads that allocate, write, look and free, each also what the others allocated, with a pause now and then in which the heap becomes idle.
///
/// A block bears its tag in its first word, its last, and one of each page, and is looked at before it is freed. Blocks stay alive from one run to the next.
final class FaultWorkload {

    private static final int THREADS = 3;
    private static final int SLOTS = 96;
    private static final int PAGE = 4096;
    private static final int PAUSES = 2;
    private static final int ARENA_EACH = 128;
    private static final long PAUSE_NANOS = 8_000_000;

    private record Block(MemorySegment memory, long tag) {}

    private final NativeHeap heap;
    private final AtomicReferenceArray<@Nullable Block> blocks = new AtomicReferenceArray<>(SLOTS);
    private final LongAdder operations = new LongAdder();
    private final LongAdder outOfMemory = new LongAdder();
    private final LongAdder unclear = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final LongAdder notZero = new LongAdder();
    private final LongAdder zeroBytes = new LongAdder();
    private final LongAdder died = new LongAdder();
    private int seed;

    FaultWorkload(NativeHeap heap, int seed) {
        this.heap = heap;
        this.seed = seed;
    }

    /// So many operations, by several threads.
    ///
    /// @return how many requests were refused
    long run(int count) throws InterruptedException {
        long before = outOfMemory.sum();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom random = new SplittableRandom(seed++);
            threads.add(Thread.ofPlatform().start(() -> work(random, count / THREADS)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return outOfMemory.sum() - before;
    }

    private void work(SplittableRandom random, int count) {
        try {
            for (int i = 1; i <= count; i++) {
                step(random);
                operations.increment();
                if (i % ARENA_EACH == 0) {
                    lookAtArena(random);
                }
                if (i % Math.max(1, count / PAUSES) == 0) {
                    heap.tick();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } catch (RuntimeException | Error e) { // nothing but a refusal may come out of the heap
            e.printStackTrace();
            died.increment();
        }
    }

    private void step(SplittableRandom random) {
        int slot = random.nextInt(SLOTS);
        Block block = blocks.getAndSet(slot, null);
        if (block != null) {
            free(block);
            return;
        }
        try {
            Block fresh = tagged(heap.allocate(bytes(random)), random.nextLong());
            Block other = blocks.getAndSet(slot, fresh);
            if (other != null) {
                free(other);
            }
        } catch (OutOfMemoryError e) {
            refused(e);
        }
    }

    private void refused(OutOfMemoryError e) {
        outOfMemory.increment();
        String message = String.valueOf(e.getMessage());
        if (!message.matches("(?s)allocate\\(byteSize=\\d+.*\\): liveBytes=\\d+, mappedBytes=\\d+, limitBytes=\\d+: .+")) {
            System.err.println("an unclear refusal: " + message);
            unclear.increment();
        }
    }

    private static long bytes(SplittableRandom random) {
        int kind = random.nextInt(100);
        if (kind < 60) {
            return random.nextInt(16, PAGE);
        }
        return kind < 95 ? random.nextInt(PAGE, 64 << 10) : random.nextInt(64 << 10, 3 << 20);
    }

    private static Block tagged(MemorySegment memory, long tag) {
        long last = memory.byteSize() - Long.BYTES;
        for (long at = 0; at < last; at += PAGE) {
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, tag ^ at);
        }
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, last, tag);
        return new Block(memory, tag);
    }

    private void free(Block block) {
        MemorySegment memory = block.memory;
        long last = memory.byteSize() - Long.BYTES;
        boolean same = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, last) == block.tag;
        for (long at = 0; at + Long.BYTES <= last; at += PAGE) {
            same &= memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at) == (block.tag ^ at);
        }
        if (!same) {
            damaged.increment();
        }
        heap.free(memory);
    }

    /// An arena's memory is zero, also where the kernel has not taken back what was there before.
    private void lookAtArena(SplittableRandom random) {
        try (Arena arena = heap.openConfinedArena()) {
            for (int i = 0; i < 3; i++) {
                MemorySegment memory = arena.allocate(random.nextInt(1, 200_000));
                if (memory.mismatch(MemorySegment.ofArray(new byte[(int) memory.byteSize()])) != -1) {
                    notZero.increment();
                }
                zeroBytes.add(memory.byteSize());
                memory.fill((byte) 0xA5);
            }
        } catch (OutOfMemoryError e) {
            refused(e);
        }
    }

    /// Looks at all that is alive and frees it.
    void end() {
        leave(0);
    }

    /// Frees all but the blocks in the first `slots` slots.
    void leave(int slots) {
        for (int slot = slots; slot < SLOTS; slot++) {
            Block block = blocks.getAndSet(slot, null);
            if (block != null) {
                free(block);
            }
        }
    }

    @Override
    public String toString() {
        return "operations=" + operations + " damaged=" + damaged + " notZero=" + notZero + " zeroBytes=" + zeroBytes + " unclear=" + unclear
                + " died=" + died;
    }
}
