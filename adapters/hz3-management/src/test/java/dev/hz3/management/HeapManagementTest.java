package dev.hz3.management;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.InvalidFreeException;
import dev.hz3.heap.NativeHeap;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapManagementTest {

    private static final int BYTES = 1 << 20;

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().clock(false).build());

    @AfterEach
    void close() {
        heap.close();
    }

    private HeapMXBean proxy(HeapManagement shown) {
        return JMX.newMXBeanProxy(server, shown.name(), HeapMXBean.class);
    }

    @Test
    void the_bean_says_what_the_heap_says() throws Exception {
        try (HeapManagement shown = HeapManagement.register(heap, "blocks")) {
            assertEquals(new ObjectName("dev.hz3:type=NativeHeap,name=blocks"), shown.name());
            HeapMXBean bean = proxy(shown);
            long block = heap.allocateAddress(BYTES);
            long small = heap.allocateAddress(64);

            assertEquals(BYTES + 64, bean.getLiveBytes());
            assertEquals(heap.stats().mappedBytes(), bean.getMappedBytes());
            assertEquals(heap.residentBytes(), bean.getResidentBytes());
            assertTrue(bean.getBookkeepingBytes() > 0);

            heap.freeAddress(block);
            heap.freeAddress(small);

            assertEquals(heap.stats().cachedBytes(), bean.getCachedBytes());
            assertTrue(bean.getCachedBytes() >= BYTES);
            assertTrue(bean.trim() > 0);
            assertEquals(0, bean.getCachedBytes() + bean.getStockBytes() + bean.getWaitingBytes());
            assertEquals(heap.stats().purgedPages() * 4096, bean.getPurgedBytes());
            assertTrue(bean.getPurgeCalls() > 0);

            assertThrows(InvalidFreeException.class, () -> heap.freeAddress(block));
            assertEquals(1, bean.getInvalidFrees());
            assertEquals(0, bean.getViolations());
        }
    }

    @Test
    void everything_that_the_heap_counts_is_an_open_type() throws Exception {
        try (HeapManagement shown = HeapManagement.register(heap, "open")) {
            heap.allocateAddress(64);
            CompositeData stats = (CompositeData) server.getAttribute(shown.name(), "Stats");
            assertEquals(64L, stats.get("liveBytes"));
            assertEquals(heap.stats(), proxy(shown).getStats());
        }
    }

    @Test
    void a_heap_that_was_closed_still_says_what_it_did() {
        try (HeapManagement shown = HeapManagement.register(heap, "closed")) {
            heap.close();
            HeapMXBean bean = proxy(shown);
            assertEquals(0, bean.getResidentBytes());
            assertEquals(heap.stats().epochs(), bean.getStats().epochs());
            assertThrows(IllegalStateException.class, bean::trim);
        }
    }

    @Test
    void names_are_unique_while_they_are_in_use_and_may_be_any_text() throws Exception {
        HeapManagement first = HeapManagement.register(heap, "a, b=\"c\"*");
        assertTrue(server.isRegistered(first.name()));
        String message = assertThrows(IllegalStateException.class, () -> HeapManagement.register(heap, "a, b=\"c\"*")).getMessage();
        assertEquals("register(name=\"a, b=\"c\"*\"): a heap of that name is registered", message);
        first.close();
        assertFalse(server.isRegistered(first.name()));
        first.close();
        assertThrows(IllegalArgumentException.class, () -> HeapManagement.register(heap, ""));
        try (HeapManagement shown = HeapManagement.register(heap, "taken-away")) {
            server.unregisterMBean(shown.name());
        }
    }

    @Test
    void a_recording_samples_the_heap_as_long_as_it_is_registered(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("heap.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.hz3.HeapSample").with("period", "endChunk");
            try (HeapManagement shown = HeapManagement.register(heap, "sampled")) {
                assertTrue(server.isRegistered(shown.name()));
                recording.start();
                heap.allocateAddress(BYTES);
                recording.stop();
            }
            recording.dump(file);
        }
        List<RecordedEvent> samples = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("dev.hz3.HeapSample"))
                .toList();
        assertEquals(1, samples.size());
        RecordedEvent sample = samples.getFirst();
        assertEquals("sampled", sample.getString("heap"));
        assertEquals(BYTES, sample.getLong("liveBytes"));
        assertEquals(heap.stats().mappedBytes(), sample.getLong("mappedBytes"));
        assertTrue(sample.getEventType().getCategoryNames().contains("hz3"));

        Path after = folder.resolve("after.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.hz3.HeapSample").with("period", "endChunk");
            recording.start();
            recording.stop();
            recording.dump(after);
        }
        assertTrue(RecordingFile.readAllEvents(after).stream().noneMatch(event -> event.getEventType().getName().equals("dev.hz3.HeapSample")));
    }

    @Test
    void what_may_have_leaked_is_in_the_bean_and_in_the_recording_with_its_stack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("leak.jfr");
        try (NativeHeap sampled = NativeHeap.create(HeapOptions.builder().sampleBytes(1 << 10).build()); Recording recording = new Recording()) {
            recording.enable("dev.hz3.LiveStack");
            recording.start();
            try (HeapManagement shown = HeapManagement.register(sampled, "leaky")) {
                HeapMXBean bean = proxy(shown);
                assertEquals("", bean.liveStacks(5));
                leak(sampled);
                assertTrue(bean.liveStacks(5).startsWith("some 1,048,576 bytes, 1 samples\n    at "), bean.liveStacks(5));
                assertTrue(bean.liveStacks(5).contains(".leak("), bean.liveStacks(5));
                assertEquals("", bean.liveStacks(0));
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> stacks = of(RecordingFile.readAllEvents(file), "dev.hz3.LiveStack");
        assertEquals(1, stacks.size());
        assertEquals("leaky", stacks.getFirst().getString("heap"));
        assertEquals(BYTES, stacks.getFirst().getLong("liveBytes"));
        assertTrue(stacks.getFirst().getString("frames").contains(".leak("));
    }

    @Test
    void a_recording_has_what_the_heap_does_and_why_pages_left(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("events.jfr");
        try (NativeHeap small = NativeHeap.create(HeapOptions.builder().clock(false).maxBytes(64 << 20).build()); Recording recording = new Recording()) {
            for (String event : List.of("Epoch", "Purge", "LimitReached", "InvalidFree")) {
                recording.enable("dev.hz3." + event);
            }
            recording.start();
            try (HeapManagement shown = HeapManagement.register(small, "events")) {
                assertTrue(server.isRegistered(shown.name()));
                long medium = small.allocateAddress(16 << 10);
                long large = small.allocateAddress(BYTES);
                small.freeAddress(medium);
                small.freeAddress(large);
                small.trim();
                assertThrows(InvalidFreeException.class, () -> small.freeAddress(large));
                assertThrows(OutOfMemoryError.class, () -> small.allocateAddress(65 << 20));
            }
            small.tick(); // seen by nobody
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> purges = of(events, "dev.hz3.Purge");
        assertEquals(1, purges.size());
        RecordedEvent purge = purges.getFirst();
        assertEquals("events", purge.getString("heap"));
        assertTrue(purge.getLong("purgedPages") >= 4 + 256 && purge.getLong("calls") >= 1, purge::toString);
        assertTrue(purge.getLong("mediumRunReclaim") >= 4, purge::toString);
        assertEquals(256, purge.getLong("largeFree"));
        assertTrue(!purge.getDuration("time").isZero(), purge::toString);
        RecordedEvent epoch = of(events, "dev.hz3.Epoch").getFirst();
        assertEquals("idle", epoch.getString("gate"));
        assertEquals(purge.getLong("purgedPages"), epoch.getLong("purgedPages"));
        RecordedEvent mistake = of(events, "dev.hz3.InvalidFree").getFirst();
        assertTrue(mistake.getStackTrace().getFrames().stream().anyMatch(frame -> frame.getMethod().getType().getName().equals(getClass().getName())));
        assertTrue(!mistake.getString("why").isEmpty());
        assertEquals(65L << 20, of(events, "dev.hz3.LimitReached").getFirst().getLong("requestedBytes"));
    }

    @Test
    void a_recording_made_with_the_shipped_settings_has_every_event_of_hz3(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("settings.jfr");
        Configuration settings;
        try (Reader text = new InputStreamReader(Objects.requireNonNull(ClassLoader.getSystemResourceAsStream("META-INF/jfr/hz3.jfc")), StandardCharsets.UTF_8)) {
            settings = Configuration.create(text);
        }
        try (NativeHeap small = NativeHeap.create(HeapOptions.builder().clock(false).maxBytes(64 << 20).sampleBytes(1 << 10).build());
                Recording recording = new Recording(settings)) {
            recording.enable("dev.hz3.HeapSample").with("period", "endChunk"); // at once, rather than after a second
            recording.start();
            try (HeapManagement shown = HeapManagement.register(small, "set")) {
                assertTrue(server.isRegistered(shown.name()));
                leak(small);
                small.freeAddress(small.allocateAddress(16 << 10));
                small.freeAddress(small.allocateAddress(3 << 20));
                small.trim();
                assertThrows(InvalidFreeException.class, () -> small.freeAddress(1));
                assertThrows(OutOfMemoryError.class, () -> small.allocateAddress(65 << 20));
                try (Recording chunk = new Recording()) {
                    chunk.start(); // which begins a chunk, and so ends one
                }
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        Set<String> seen = events.stream().map(event -> event.getEventType().getName()).filter(type -> type.startsWith("dev.hz3.")).collect(toSet());
        Set<String> known = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .map(EventType::getName)
                .filter(type -> type.startsWith("dev.hz3."))
                .collect(toSet());
        assertEquals(known, seen);
        known.forEach(type -> assertEquals("true", settings.getSettings().get(type + "#enabled"), type));
        assertEquals(8, seen.size());
        List<RecordedEvent> opened = of(events, "dev.hz3.SegmentOpened");
        List<RecordedEvent> closed = of(events, "dev.hz3.SegmentClosed");
        assertEquals("medium", opened.getFirst().getString("kind"));
        assertEquals("set", closed.getFirst().getString("heap"));
        assertTrue(opened.stream().anyMatch(event -> event.getLong("address") == closed.getLast().getLong("address")));
        assertEquals(1, closed.getLast().getLong("openSegments"));
    }

    @Test
    void each_page_that_leaves_through_bursts_and_idle_has_one_reason(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("burst.jfr");
        long purgedPages;
        try (NativeHeap busy = NativeHeap.create(HeapOptions.builder().clockPeriodMillis(5).build()); Recording recording = new Recording()) {
            recording.enable("dev.hz3.Purge");
            recording.start();
            try (HeapManagement shown = HeapManagement.register(busy, "burst")) {
                assertTrue(server.isRegistered(shown.name()));
                List<Thread> threads = IntStream.range(0, 3).mapToObj(seed -> Thread.ofPlatform().start(() -> burst(busy, new SplittableRandom(seed)))).toList();
                for (Thread thread : threads) {
                    thread.join();
                }
                busy.trim();
                purgedPages = busy.stats().purgedPages();
                assertEquals(0, busy.stats().mappedBytes());
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> purges = of(RecordingFile.readAllEvents(file), "dev.hz3.Purge");
        assertEquals(purgedPages, purges.stream().mapToLong(purge -> purge.getLong("purgedPages")).sum());
        for (RecordedEvent purge : purges) {
            long reasons = Stream.of("smallPageRetire", "sub4kRunRetire", "sub8kRunRetire", "mediumRunReclaim", "largeFree", "neverReleased").mapToLong(purge::getLong).sum();
            assertEquals(purge.getLong("purgedPages"), reasons, purge::toString);
        }
        for (String reason : List.of("smallPageRetire", "mediumRunReclaim", "largeFree", "neverReleased")) {
            assertTrue(purges.stream().anyMatch(purge -> purge.getLong(reason) != 0), reason);
        }
    }

    /// Three bursts of blocks of all sizes, and a little of nothing after each.
    private static void burst(NativeHeap heap, SplittableRandom random) {
        for (int round = 0; round < 3; round++) {
            long[] blocks = new long[2000];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = heap.allocateAddress(random.nextLong(1L << random.nextInt(4, 18)));
            }
            for (long block : blocks) {
                heap.freeAddress(block);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String type) {
        return events.stream().filter(event -> event.getEventType().getName().equals(type)).toList();
    }

    private static void leak(NativeHeap from) {
        from.allocateAddress(BYTES);
    }
}
