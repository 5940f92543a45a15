package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Eight threads that come and go, random sizes from one byte to 8 MiB, random lives, blocks freed by others, and everything read back
/// before it is freed. `-Dhz3.soakSeconds` says how long; `-Dhz3.seed` what the randomness comes from.
class SoakStressTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());
    private static final int SECONDS = Integer.getInteger("hz3.soakSeconds", 10);
    private static final int THREADS = 8;
    private static final long LIVE_LIMIT = 512L << 20;

    private record Block(MemorySegment memory, long tag) {}

    private final NativeHeap heap =
            NativeHeap.create(HeapOptions.builder().reservedBytes(16L << 30).clockPeriodMillis(10).hugeAfterBytes(8L << 20).build());
    private final Queue<Block> handedOver = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong live = new AtomicLong();
    private final AtomicInteger threads = new AtomicInteger();

    @Test
    void nothing_is_damaged_nothing_is_left_and_the_footprint_stays_flat() throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + TimeUnit.SECONDS.toNanos(SECONDS);
        long warm = begun + TimeUnit.SECONDS.toNanos(Math.min(60, SECONDS / 4));
        long middle = warm + (end - warm) / 2;
        long peakEarly = 0;
        long peakLate = 0;
        List<Thread> running = new ArrayList<>();
        while (System.nanoTime() < end && failures.isEmpty()) {
            running.removeIf(thread -> !thread.isAlive());
            while (running.size() < THREADS) {
                int number = threads.incrementAndGet();
                var builder = number % 8 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                running.add(builder.uncaughtExceptionHandler((who, what) -> failures.add(what)).start(() -> work(number, end)));
            }
            Thread.sleep(100);
            long now = System.nanoTime();
            long resident = now > warm ? heap.residentBytes() : 0;
            if (now > middle) {
                peakLate = Math.max(peakLate, resident);
            } else {
                peakEarly = Math.max(peakEarly, resident);
            }
        }
        for (Thread thread : running) {
            thread.join();
        }
        for (Block block = handedOver.poll(); block != null; block = handedOver.poll()) {
            free(block);
        }
        heap.trim();
        System.out.println("soak: -Dhz3.seed=" + SEED + ", seconds=" + SECONDS + ", operations=" + operations + ", threads=" + threads
                + ", peak early MiB=" + (peakEarly >> 20) + ", peak late MiB=" + (peakLate >> 20) + ", " + heap.stats());
        assertTrue(failures.isEmpty(), "-Dhz3.seed=" + SEED + ": " + failures);
        assertEquals(0, heap.stats().liveBytes());
        assertEquals(0, heap.stats().violations());
        assertEquals("", heap.lastFailure());
        assertEquals(0, heap.residentBytes());
        if (SECONDS >= 120) {
            assertTrue(peakLate <= peakEarly + peakEarly / 4, "the footprint grows: " + peakEarly + " → " + peakLate);
        }
        heap.close();
    }

    private void work(int number, long end) {
        SplittableRandom random = new SplittableRandom(SEED + number);
        List<Block> mine = new ArrayList<>();
        long until = Math.min(end, System.nanoTime() + random.nextLong(50_000_000L, 3_000_000_000L));
        int most = random.nextInt(20, 3000);
        while (System.nanoTime() < until) {
            operations.incrementAndGet();
            int dice = random.nextInt(1000);
            if (dice < 480 && mine.size() < most && live.get() < LIVE_LIMIT) {
                mine.add(allocate(random));
            } else if (dice < 900 && !mine.isEmpty()) {
                Block block = mine.set(random.nextInt(mine.size()), mine.getLast());
                mine.removeLast();
                if (dice < 700) {
                    free(block);
                } else {
                    handedOver.add(block);
                }
            } else if (dice < 990) {
                Block block = handedOver.poll();
                if (block != null) {
                    free(block);
                }
            } else if (dice == 999 && random.nextInt(50) == 0) {
                heap.tick();
            } else if (dice == 998 && random.nextInt(200) == 0) {
                heap.trim();
            } else if (dice == 997 && random.nextInt(20) == 0) {
                mine.forEach(this::free);
                mine.clear();
                pause(random.nextInt(60));
            }
        }
        if (random.nextBoolean()) {
            mine.forEach(this::free);
        } else {
            handedOver.addAll(mine);
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Block allocate(SplittableRandom random) {
        int kind = random.nextInt(1000);
        long bytes = kind < 600
                ? random.nextInt(1, 1024)
                : kind < 900 ? random.nextInt(1024, 33_000) : kind < 996 ? random.nextInt(33_000, 300_000) : random.nextInt(300_000, 8 << 20);
        MemorySegment memory = heap.allocate(bytes);
        Block block = new Block(memory, random.nextLong());
        for (long at = 0; at + Long.BYTES <= bytes; at += 4096) {
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, block.tag());
        }
        memory.set(ValueLayout.JAVA_BYTE, bytes - 1, last(block));
        live.addAndGet(bytes);
        return block;
    }

    private static byte last(Block block) {
        return block.memory().byteSize() % 4096 > 0 && block.memory().byteSize() % 4096 <= Long.BYTES
                ? block.memory().get(ValueLayout.JAVA_BYTE, block.memory().byteSize() - 1)
                : (byte) (block.tag() >>> 56);
    }

    private void free(Block block) {
        MemorySegment memory = block.memory();
        long bytes = memory.byteSize();
        for (long at = 0; at + Long.BYTES <= bytes; at += 4096) {
            long found = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            if (found != block.tag()) {
                throw new AssertionError("a block of " + bytes + " bytes reads 0x" + Long.toHexString(found) + " at offset " + at
                        + ", not 0x" + Long.toHexString(block.tag()) + "; -Dhz3.seed=" + SEED);
            }
        }
        if (memory.get(ValueLayout.JAVA_BYTE, bytes - 1) != last(block)) {
            throw new AssertionError("the last byte of a block of " + bytes + " bytes has changed; -Dhz3.seed=" + SEED);
        }
        live.addAndGet(-bytes);
        heap.free(memory);
    }
}
