package dev.hz3.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.NativeHeap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReplayTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    /// Writes recordings.
    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer(int events, int objects) {
            out.writeBytes("OHTRACE1".getBytes(StandardCharsets.US_ASCII));
            fixed(1, 2);
            fixed(8 + 2 + 2 + 4 + 64 + 8 + 2 + 4 + 2, 2);
            fixed(100, 4);
            fixed(events, 8);
            fixed(objects, 8);
            for (int i = 0; i < 6; i++) {
                fixed(0, 8);
            }
            fixed(2, 4);
            fixed(0, 4);
            fixed(4, 2);
            out.writeBytes("hand".getBytes(StandardCharsets.US_ASCII));
            fixed(0, 2);
        }

        void fixed(long value, int bytes) {
            for (int i = 0; i < bytes; i++) {
                out.write((int) (value >>> 8 * i));
            }
        }

        Writer bytes(int... values) {
            for (int value : values) {
                out.write(value);
            }
            return this;
        }

        Path end(Path file) throws IOException {
            CRC32 crc = new CRC32();
            crc.update(out.toByteArray());
            fixed(crc.getValue(), 4);
            return raw(file);
        }

        Path raw(Path file) throws IOException {
            try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.writeTo(gzip);
            }
            return file;
        }
    }

    private Path file() {
        return folder.resolve("hand.oht.gz");
    }

    @Test
    void every_operation_is_read() throws IOException {
        Trace trace = Trace.read(new Writer(7, 4)
                .bytes(Trace.ALLOC, 100)
                .bytes(Trace.CALLOC | 8, 1, 0x80, 0x20) // by thread 1, 4096 bytes
                .bytes(Trace.ALIGNED | 16, 3, 64, 6) // three ticks later
                .bytes(Trace.REALLOC, 3, 50) // the first object, of age 3
                .bytes(Trace.FREE | 8, 0, 1) // the newest, by thread 0
                .bytes(Trace.THREAD_EXIT)
                .bytes(Trace.FREE, 2)
                .bytes(7)
                .end(file()));
        assertEquals("hand", trace.name());
        assertEquals(7, trace.events());
        assertEquals(4, trace.objects());
        assertEquals(4096, trace.size(1));
        assertEquals(1, trace.thread(1));
        assertEquals(6, trace.other(2));
        assertEquals(0, trace.other(3));
        assertEquals(3, trace.object(4));
        assertEquals(0, trace.thread(4));
        assertEquals(2, trace.object(6));
        assertEquals(100 + 4096 + 64, trace.peakLiveBytes());
    }

    @Test
    void what_is_no_recording_is_refused_with_the_file_and_the_place() throws IOException {
        Files.writeString(file(), "no gzip stream at all");
        assertRefused("hand.oht.gz");
        new Writer(1, 1).bytes(Trace.ALLOC, 8, 7).raw(file()); // no checksum
        assertRefused("cut short");
        new Writer(1, 1).bytes(Trace.ALLOC, 8, 7, 1, 2, 3, 4).raw(file());
        assertRefused("checksum");
        new Writer(1, 1).bytes(6).end(file());
        assertRefused("operation 6");
        new Writer(1, 1).bytes(Trace.FREE, 1).end(file());
        assertRefused("age 1");
        new Writer(3, 1).bytes(Trace.ALLOC, 8, Trace.FREE, 1, Trace.FREE, 1).end(file());
        assertRefused("second time");
        new Writer(1, 1).bytes(Trace.ALLOC, 8, Trace.ALLOC, 8).end(file());
        assertRefused("1");
        new Writer(5, 1).bytes(Trace.ALLOC, 8, 7).end(file());
        assertRefused("ends after 1 events");
        new Writer(1, 1).bytes(0xe0).end(file());
        assertRefused("bits that mean nothing");
    }

    private void assertRefused(String... words) {
        TraceFormatException refused = assertThrows(TraceFormatException.class, () -> Trace.read(file()));
        for (String word : words) {
            assertTrue(String.valueOf(refused.getMessage()).contains(word), refused.getMessage());
        }
    }

    /// The heap as it is, for a replay that does not close it.
    record Plain(NativeHeap heap) implements BenchAllocator {
        @Override
        public String name() {
            return "hz3";
        }

        @Override
        public long allocate(long bytes) {
            return heap.allocateAddress(bytes);
        }

        @Override
        public void free(long address) {
            heap.freeAddress(address);
        }

        @Override
        public void trim() {
            heap.trim();
        }
    }

    /// An allocator that forgets: replays must notice.
    private record Forgetful(NativeHeap heap) implements BenchAllocator {
        @Override
        public String name() {
            return "forgetful";
        }

        @Override
        public long allocate(long bytes) {
            long block = heap.allocateAddress(bytes);
            heap.freeAddress(block);
            return block;
        }

        @Override
        public void free(long address) {}
    }

    @Test
    void damage_is_seen() throws Exception {
        Trace trace = Trace.read(new Writer(4, 2).bytes(Trace.ALLOC, 100, Trace.ALLOC, 100, Trace.FREE, 2, Trace.FREE, 1, 7).end(file()));
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().reservedBytes(64L << 20).build())) {
            ReplayResult result = new TraceReplay(trace, new Forgetful(heap), true).run(1);
            assertTrue(result.damaged() > 0);
            assertTrue(result.firstDamage().contains("object 0 of 100 bytes"), result.firstDamage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"imagemagick", "nginx", "node"})
    void real_programs_are_not_damaged_whoever_ticks_and_nothing_is_left(String name) throws Exception {
        Trace trace = Trace.read(Path.of("traces", name + ".oht.gz"));
        for (int seed = 1; seed <= 3; seed++) {
            int workers = seed == 2 ? 1 : 4;
            try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().clockPeriodMillis(seed).hugeAfterBytes(seed * (8L << 20)).build())) {
                AtomicBoolean done = new AtomicBoolean();
                SplittableRandom random = new SplittableRandom(seed);
                Thread ticker = Thread.ofPlatform().start(() -> {
                    while (!done.get()) {
                        if (random.nextInt(16) == 0) {
                            heap.trim();
                        } else {
                            heap.tick();
                        }
                        try {
                            Thread.sleep(random.nextInt(6));
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                });
                ReplayResult result = new TraceReplay(trace, new Plain(heap), true).run(workers);
                done.set(true);
                ticker.join();
                String where = name + ", seed " + seed + ", " + workers + " workers";
                assertEquals(0, result.damaged(), where + ": " + result.firstDamage());
                assertEquals(0, heap.stats().liveBytes(), where);
                assertEquals(0, heap.stats().violations(), where);
                assertEquals("", heap.lastFailure(), where);
            }
        }
    }
}
