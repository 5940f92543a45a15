package dev.hz3.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.InvalidFreeException;
import dev.hz3.heap.NativeHeap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a heap writes of itself is what was done to it.
final class RecordingTest {

    private static final int THREADS = 4;
    private static final int STEPS = 20_000;

    private final Path file;

    RecordingTest(@TempDir Path folder) {
        file = folder.resolve("own.oht.gz");
    }

    /// One operation: an allocation of `bytes` at `alignment`, or a free where `bytes` is [#FREED]; of which block.
    private record Done(String block, long bytes, long alignment) {}

    private static final long FREED = -1;

    private record Block(String name, long address, MemorySegment view) {}

    private NativeHeap recorded() {
        return NativeHeap.create(HeapOptions.builder().recordTo(file).build());
    }

    /// Allocates and frees in every way there is, and frees what others have allocated.
    private static List<Done> work(NativeHeap heap, int thread, ConcurrentLinkedQueue<Block> passed) {
        SplittableRandom random = new SplittableRandom(thread);
        List<Done> done = new ArrayList<>();
        List<Block> own = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            String name = thread + "/" + step;
            Block other = step > 0 && random.nextInt(4) == 0 ? passed.poll() : null;
            if (other != null) {
                done.add(new Done(other.name(), FREED, 1));
                free(heap, other);
            } else if (step == 0 || own.isEmpty() || random.nextInt(100) < 55) {
                long bytes = step == 0 ? 1_000_000 + thread : random.nextLong(random.nextInt(20) == 0 ? 300_000 : 6000); // 0 too; the first tells the threads apart
                long alignment = step == 0 || random.nextBoolean() ? 1 : 1L << random.nextInt(14);
                Block block;
                if (alignment == 1 && random.nextBoolean()) {
                    block = new Block(name, heap.allocateAddress(bytes), MemorySegment.NULL);
                } else {
                    MemorySegment view = heap.allocate(bytes, alignment);
                    block = new Block(name, view.address(), view);
                }
                done.add(new Done(name, bytes, alignment));
                if (random.nextInt(3) == 0) {
                    passed.add(block);
                } else {
                    own.add(block);
                }
            } else {
                Block block = own.remove(random.nextInt(own.size()));
                done.add(new Done(block.name(), FREED, 1));
                free(heap, block);
                if (random.nextInt(50) == 0) {
                    assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block.address() + 1)); // refused, and not written
                }
            }
        }
        return done;
    }

    private static void free(NativeHeap heap, Block block) {
        if (block.view().equals(MemorySegment.NULL)) {
            heap.freeAddress(block.address());
        } else {
            heap.free(block.view());
        }
    }

    @Test
    void each_operation_of_each_thread_is_read_again() throws Exception {
        List<List<Done>> done = new ArrayList<>();
        long live;
        try (NativeHeap heap = recorded()) {
            ConcurrentLinkedQueue<Block> passed = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                List<Done> mine = new ArrayList<>();
                done.add(mine);
                Thread.Builder builder = t == THREADS - 1 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(builder.start(() -> mine.addAll(work(heap, thread, passed))));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            live = heap.stats().liveBytes();
        }
        assertTrue(live > 0);
        Trace trace = Trace.read(file);
        assertEquals("own", trace.name());
        assertEquals(THREADS, trace.threads());
        assertEquals(done.stream().mapToInt(List::size).sum(), trace.events());
        List<List<Done>> read = read(trace, done);
        for (int t = 0; t < THREADS; t++) {
            assertEquals(STEPS, done.get(t).size(), "thread " + t);
            assertEquals(done.get(t), read.get(t), "thread " + t);
        }
        for (int workers : new int[] {1, THREADS}) {
            try (NativeHeap other = NativeHeap.create(HeapOptions.builder().build())) {
                ReplayResult replayed = new TraceReplay(trace, new TraceReplayTest.Plain(other), true).run(workers);
                assertEquals(0, replayed.damaged(), replayed.firstDamage());
                assertEquals(0, other.stats().liveBytes());
            }
        }
    }

    /// What the recording says that each thread did, with the names that its blocks had: the allocations of a thread are those of its list, in their order.
    private static List<List<Done>> read(Trace trace, List<List<Done>> done) {
        Map<Integer, Integer> numbers = new HashMap<>(); // thread of the recording → of the test
        Map<Integer, String> names = new HashMap<>();
        List<List<Done>> read = new ArrayList<>();
        done.forEach(_ -> read.add(new ArrayList<>()));
        for (int e = 0; e < trace.events(); e++) {
            long size = trace.size(e);
            int thread = numbers.computeIfAbsent(trace.thread(e), _ -> (int) (size - 1_000_000));
            List<Done> mine = read.get(thread);
            Done expected = done.get(thread).get(mine.size());
            if (trace.operation(e) == Trace.FREE) {
                mine.add(new Done(String.valueOf(names.get(trace.object(e))), FREED, 1));
                continue;
            }
            names.put(trace.object(e), expected.block());
            boolean isAligned = trace.operation(e) == Trace.ALIGNED;
            long alignment = isAligned ? 1L << trace.other(e) : Math.min(expected.alignment(), 16); // up to which it is every block's
            mine.add(new Done(expected.block(), expected.bytes() == 0 ? size - 1 : size, alignment)); // a reader takes 0 for 1
        }
        return read;
    }

    @Test
    void an_arena_is_its_chunks_and_all_of_them_go() throws IOException {
        try (NativeHeap heap = recorded()) {
            try (Arena arena = heap.openConfinedArena()) {
                for (int i = 0; i < 1000; i++) {
                    arena.allocate(100);
                }
                arena.allocate(100_000);
            }
            assertEquals(0, heap.stats().liveBytes());
        }
        Trace trace = Trace.read(file);
        assertTrue(trace.objects() > 3 && trace.objects() < 20, trace.objects() + " chunks");
        assertEquals(2 * trace.objects(), trace.events());
        assertTrue(trace.peakLiveBytes() >= 200_000, trace.peakLiveBytes() + " bytes");
    }

    @Test
    void a_recording_that_goes_on_is_refused_with_its_reason() throws IOException {
        try (NativeHeap heap = recorded()) {
            for (int i = 0; i < 200_000; i++) {
                heap.freeAddress(heap.allocateAddress(i));
            }
            Path killed = Files.copy(file, file.resolveSibling("killed.oht.gz"));
            TraceFormatException refused = assertThrows(TraceFormatException.class, () -> Trace.read(killed));
            assertTrue(String.valueOf(refused.getMessage()).contains("not ended: its program was killed, or is still running"), refused.getMessage());
        }
        assertEquals(400_000, Trace.read(file).events());
    }
}
