package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which stacks hold what is live.
class AllocationSamplerTest {

    private static final long SAMPLE = 16 << 10;
    private static final long LEAKED = 32L << 20;
    /// Most of the bytes are of blocks that are chosen nearly always: many times the standard deviation.
    private static final double CHANCE = 0.14;

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().sampleBytes(SAMPLE).build());

    @AfterEach
    void close() {
        heap.close();
    }

    private static long leak(NativeHeap from, long bytes) {
        return from.allocateAddress(bytes);
    }

    private static void churn(NativeHeap on, long bytes) {
        MemorySegment block = on.allocate(bytes);
        on.free(block);
    }

    private static boolean isBy(AllocationSample.Stack stack, String method) {
        return stack.frames().getFirst().getMethodName().equals(method);
    }

    @Test
    void a_leak_among_much_that_comes_and_goes_is_found_with_its_stack_and_its_bytes() {
        SplittableRandom random = new SplittableRandom(1);
        List<Long> leaked = new ArrayList<>();
        long bytes = 0;
        while (bytes < LEAKED) {
            long size = 1L + random.nextInt(random.nextInt(10) == 0 ? 200_000 : 2_000);
            leaked.add(leak(heap, size));
            bytes += size;
            for (int i = 0; i < 20; i++) {
                churn(heap, 64);
            }
        }
        List<AllocationSample.Stack> stacks = AllocationSample.byStack(heap.liveSamples());
        AllocationSample.Stack most = stacks.getFirst();
        assertTrue(isBy(most, "leak"), most.text(3));
        assertEquals(1, most.bytes() / (double) bytes, CHANCE, most.text(3));
        assertEquals(1, stacks.size(), "what came and went is gone");
        leaked.forEach(heap::freeAddress);
        assertEquals(List.of(), heap.liveSamples());
    }

    @Test
    void a_sample_knows_its_block_its_thread_and_where_it_was_asked_for() {
        long address = leak(heap, 1 << 20); // the chance that it is not chosen is 1 in 10^27
        AllocationSample sample = heap.liveSamples().getFirst();
        assertEquals(address, sample.address());
        assertEquals(1 << 20, sample.blockBytes());
        assertEquals(1 << 20, sample.standsForBytes());
        assertEquals(Thread.currentThread().getName(), sample.thread());
        assertEquals(AllocationSamplerTest.class.getName(), sample.stack().getFirst().getClassName());
    }

    @Test
    void samples_go_whoever_frees_their_blocks() throws InterruptedException {
        long[] blocks = LongStream.range(0, 3_000).map(i -> leak(heap, 1000 + i)).toArray();
        assertTrue(heap.liveSamples().size() > 100);
        Thread platform = Thread.ofPlatform().start(() -> LongStream.of(blocks).limit(1000).forEach(heap::freeAddress));
        Thread virtual = Thread.ofVirtual().start(() -> LongStream.of(blocks).skip(1000).limit(1000).forEach(heap::freeAddress));
        platform.join();
        virtual.join();
        LongStream.of(blocks).skip(2000).forEach(heap::freeAddress);
        assertEquals(List.of(), heap.liveSamples());
        assertEquals(0, heap.stats().liveBytes());
    }

    @Test
    void virtual_threads_are_seen() throws InterruptedException {
        Thread virtual = Thread.ofVirtual().name("seen").start(() -> leak(heap, 1 << 20));
        virtual.join();
        assertEquals("seen", heap.liveSamples().getFirst().thread());
    }

    @Test
    void what_an_arena_has_is_seen_until_it_is_closed() {
        try (Arena arena = heap.openConfinedArena()) {
            arena.allocate(2 << 20);
            StackTraceElement first = heap.liveSamples().getFirst().stack().getFirst();
            assertEquals("what_an_arena_has_is_seen_until_it_is_closed", first.getMethodName());
        }
        assertEquals(List.of(), heap.liveSamples());
    }

    @Test
    void a_free_that_is_refused_loses_no_sample() {
        MemorySegment block = heap.allocate(1 << 20);
        assertThrows(InvalidFreeException.class, () -> heap.free(block.asSlice(0, 100)));
        assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block.address() + 8));
        assertEquals(1, heap.liveSamples().size());
        heap.free(block);
        assertThrows(InvalidFreeException.class, () -> heap.free(block));
        assertEquals(List.of(), heap.liveSamples());
    }

    @Test
    void a_hardened_heap_is_seen_too() {
        try (NativeHeap hardened = NativeHeap.create(HeapOptions.builder().hardened(true).sampleBytes(1 << 10).build())) {
            MemorySegment block = hardened.allocate(1 << 20);
            assertEquals(1 << 20, hardened.liveSamples().getFirst().blockBytes());
            hardened.free(block);
            assertEquals(List.of(), hardened.liveSamples());
        }
    }

    @Test
    void a_heap_without_samples_has_none() {
        try (NativeHeap plain = NativeHeap.create()) {
            leak(plain, 1 << 20);
            assertEquals(List.of(), plain.liveSamples());
        }
    }

    @Test
    void the_table_finds_what_was_put_there_through_growth_and_gaps() {
        AllocationSampler sampler = new AllocationSampler(1); // every block is chosen
        Map<Long, Long> model = new HashMap<>();
        SplittableRandom random = new SplittableRandom(7);
        for (int step = 0; step < 100_000; step++) {
            long address = 16L * random.nextInt(2_000);
            AllocationSample sample = sampler.freeing(address);
            Long bytes = model.remove(address);
            if (bytes == null) {
                assertNull(sample);
                sampler.allocated(address, 1000 + step);
                model.put(address, 1000L + step);
            } else {
                assertNotNull(sample);
                assertEquals((long) bytes, sample.blockBytes());
                if (step % 5 == 0) {
                    sampler.restore(sample);
                    model.put(address, bytes);
                }
            }
            if (step % 1000 == 0) {
                assertEquals(model.size(), sampler.live().size());
            }
        }
    }
}
