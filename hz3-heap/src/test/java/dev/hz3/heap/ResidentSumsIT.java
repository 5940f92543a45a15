package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The numbers of a heap add up to what the kernel says of its mappings (`smaps`), under load and after idle.
class ResidentSumsIT {

    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
    private static final Pattern RSS = Pattern.compile("Rss: +(\\d+) kB");
    private static final int THREADS = 4;
    private static final long LOAD_BYTES = 96L << 20; // of each thread, so that what it was handed and has not written is a small part

    /// Resident bytes of the mappings between two addresses.
    private static long smaps(long from, long end) throws IOException {
        long bytes = 0;
        boolean isInside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            Matcher rss = RSS.matcher(line);
            if (mapping.matches()) {
                isInside = Long.parseUnsignedLong(mapping.group(1), 16) >= from && Long.parseUnsignedLong(mapping.group(2), 16) <= end;
            } else if (isInside && rss.matches()) {
                bytes += Long.parseLong(rss.group(1)) << 10;
            }
        }
        return bytes;
    }

    private static long range(NativeHeap heap) throws IOException {
        return smaps(heap.base(), heap.base() + heap.parts().range().bytes());
    }

    private static long tables(NativeHeap heap) throws IOException {
        int last = heap.parts().map().slots();
        return smaps(heap.parts().table().tableAddress(0, 0), heap.parts().table().tableAddress(last, 1));
    }

    private static long sum(HeapStats stats) {
        return stats.liveBytes() + stats.cachedBytes() + stats.halfUsedBytes() + (stats.stockPages() + stats.waitingPages() << 12);
    }

    private static void requireEqual(NativeHeap heap, String when) throws IOException {
        HeapStats stats = heap.stats();
        assertEquals(heap.parts().map().residentPages() << 12, sum(stats), () -> when + ": the numbers are not what is counted as resident, " + stats);
        long tables = tables(heap); // so little beside the rest that the sum below would not miss it
        assertTrue(Math.abs(tables - stats.bookkeepingBytes()) <= tables / 100 + PAGE_BYTES, () -> when + ": tables=" + tables + ", " + stats);
        long resident = range(heap) + tables;
        long explained = sum(stats) + stats.bookkeepingBytes();
        System.out.println(when + ": resident=" + resident + ", explained=" + explained + ", live=" + stats.liveBytes() + ", cached=" + stats.cachedBytes() + ", halfUsed="
                + stats.halfUsedBytes() + ", stock=" + (stats.stockPages() << 12) + ", waiting=" + (stats.waitingPages() << 12) + ", bookkeeping=" + stats.bookkeepingBytes()
                + ", tables=" + tables);
        assertTrue(Math.abs(resident - explained) <= resident / 100, () -> when + ": resident=" + resident + ", explained=" + explained + ", " + stats);
    }

    private static List<Long> load(NativeHeap heap, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> blocks = new ArrayList<>();
        for (long bytes = 0; bytes < LOAD_BYTES; ) {
            int dice = random.nextInt(100);
            int size = dice < 60 ? random.nextInt(8, 2048) : dice < 90 ? random.nextInt(2048, 65_536) : random.nextInt(65_536, 3 << 20);
            long block = heap.allocateAddress(size);
            heap.view(block, heap.usableSize(block), Arena.global()).fill((byte) 1);
            blocks.add(block);
            bytes += size;
        }
        return blocks;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_is_live_and_what_is_free_explain_what_is_resident(boolean hugePages) throws Exception {
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().clock(false).hugePages(hugePages).hugeAfterBytes(0).build())) {
            List<Long> blocks = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch loaded = new CountDownLatch(THREADS);
            CountDownLatch end = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int seed = i;
                threads.add(Thread.ofPlatform().start(() -> {
                    List<Long> mine = load(heap, seed);
                    Collections.shuffle(mine, new java.util.Random(seed));
                    blocks.addAll(mine.subList(0, mine.size() / 2));
                    mine.subList(mine.size() / 2, mine.size()).forEach(heap::freeAddress); // what was kept is in its cache, and others' blocks may come home to it
                    loaded.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            loaded.await();
            requireEqual(heap, "under load");

            List<Long> remote = new ArrayList<>(blocks.subList(0, blocks.size() * 4 / 5));
            remote.forEach(heap::freeAddress); // by a thread that did not allocate them
            requireEqual(heap, "after most was freed by another thread");

            end.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            for (int tick = 0; tick < 12; tick++) {
                heap.tick();
            }
            assertEquals(0, heap.stats().waitingPages());
            requireEqual(heap, "after idle");
        }
    }
}
