package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a heap takes from the process besides memory, on the real machine: mappings, files, threads. `-Dhz3.heaps` says how many heaps come and go.
class HeapLimitsIT {

    private static final int HEAPS = Integer.getInteger("hz3.heaps", 300);

    private static long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.count();
        }
    }

    private static long files() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long reservedKibibytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmSize:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
        }
    }

    private static long clocks() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("hz3-clock")).count();
    }

    private static void use(NativeHeap heap, SplittableRandom random, int blocks) {
        List<MemorySegment> live = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            MemorySegment block = heap.allocate(random.nextInt(1, random.nextInt(100) == 0 ? 3 << 20 : 40_000));
            block.set(ValueLayout.JAVA_BYTE, block.byteSize() - 1, (byte) 1);
            live.add(block);
        }
        live.forEach(heap::free);
    }

    @Test
    void heaps_that_come_and_go_leave_nothing() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) { // what the virtual machine needs for it, once
            try (NativeHeap heap = NativeHeap.create()) {
                use(heap, random, 50);
            }
        }
        long mappings = mappings();
        long files = files();
        long reserved = reservedKibibytes();
        for (int i = 0; i < HEAPS; i++) {
            NativeHeap heap = NativeHeap.create();
            use(heap, random, 10);
            if (i % 2 == 0) {
                heap.allocate(1000); // and never freed
            }
            heap.close();
        }
        assertEquals(0, clocks());
        assertTrue(files() <= files, () -> "files before: " + files);
        long now = mappings();
        assertTrue(now <= mappings + 50, () -> "mappings: " + now + ", before: " + mappings);
        long grown = reservedKibibytes() - reserved;
        assertTrue(grown < 8 << 20, () -> "reserved KiB more than before: " + grown); // an eighth of what one heap reserves
    }

    @Test
    void a_thread_outlives_the_heaps_it_has_used() throws InterruptedException {
        List<WeakReference<NativeHeap>> closed = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            NativeHeap heap = NativeHeap.create();
            heap.freeAddress(heap.allocateAddress(1000));
            heap.close();
            closed.add(new WeakReference<>(heap));
        }
        closed.removeLast(); // which a register may still name
        for (int i = 0; i < 50 && closed.stream().anyMatch(heap -> heap.get() != null); i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(0, closed.stream().filter(heap -> heap.get() != null).count());
    }

    @Test
    void bursts_and_purges_split_no_mappings() throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        try (NativeHeap heap = NativeHeap.create()) {
            List<MemorySegment> survivors = new ArrayList<>();
            long files = files();
            long before = mappings();
            for (int burst = 0; burst < 30; burst++) {
                use(heap, random, 500);
                survivors.add(heap.allocate(random.nextInt(1, 40_000)));
                heap.trim();
            }
            long now = mappings();
            assertTrue(now <= before + 100, () -> "mappings: " + now + ", before: " + before);
            assertTrue(files() <= files, () -> "files before: " + files);
            assertTrue(heap.stats().purgedPages() > 10_000, () -> heap.stats().toString());
            survivors.forEach(heap::free);
        }
    }

    @Test
    void a_heap_has_one_daemon_thread_and_close_ends_it() {
        assertEquals(0, clocks());
        try (NativeHeap first = NativeHeap.create();
                NativeHeap second = NativeHeap.create()) {
            first.allocate(1);
            second.allocate(1);
            assertEquals(2, clocks());
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("hz3-clock"))
                    .forEach(thread -> assertTrue(thread.isDaemon(), thread::getName));
        }
        assertEquals(0, clocks());
    }

    @Test
    void an_interrupt_is_kept_and_disturbs_nothing() {
        NativeHeap heap = NativeHeap.create();
        Thread.currentThread().interrupt();
        use(heap, new SplittableRandom(3), 2000);
        heap.tick();
        heap.trim();
        heap.close();
        assertTrue(Thread.interrupted());
        assertFalse(Thread.interrupted());
        assertEquals(0, clocks());
    }
}
