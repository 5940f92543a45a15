package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of recordings, and what becomes of a heap whose recording fails. What is in them is read by the tests of `hz3-bench`.
class HeapRecorderTest {

    private final Path folder;

    HeapRecorderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static HeapOptions.Builder small() {
        return HeapOptions.builder().reservedBytes(64L << 20).clock(false);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    @Test
    void only_a_heap_that_records_is_without_a_fast_path() {
        assertFalse(small().build().looksAtEachBlock());
        assertTrue(small().recordTo(folder.resolve("a.oht.gz")).build().looksAtEachBlock());
    }

    @Test
    void no_file_is_written_over() throws IOException {
        Files.writeString(folder.resolve("a.oht.gz"), "somebody else's");
        HeapOptions options = small().recordTo(folder.resolve("a.oht.gz")).build();
        try (NativeHeap one = NativeHeap.create(options); NativeHeap other = NativeHeap.create(options)) {
            one.freeAddress(one.allocateAddress(1));
            other.freeAddress(other.allocateAddress(1));
        }
        assertEquals(List.of("a-2.oht.gz", "a-3.oht.gz", "a.oht.gz"), files());
        assertEquals("somebody else's", Files.readString(folder.resolve("a.oht.gz")));
    }

    @Test
    void a_file_that_cannot_be_written_is_named() {
        Path nowhere = folder.resolve("nowhere").resolve("a.oht.gz");
        HeapOptions options = small().recordTo(nowhere).build();
        UncheckedIOException refused = assertThrows(UncheckedIOException.class, () -> NativeHeap.create(options));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("recordTo=" + nowhere + ": cannot be written: java.nio.file.NoSuchFileException"), refused.getMessage());
    }

    @Test
    void a_property_names_the_file() {
        System.setProperty("dev.hz3.recordTo", folder.resolve("by-property.oht.gz").toString());
        try {
            assertEquals(folder.resolve("by-property.oht.gz"), HeapOptions.builder().build().recordTo().orElseThrow());
            System.setProperty("dev.hz3.recordTo", " ");
            assertThrows(IllegalArgumentException.class, HeapOptions::builder);
        } finally {
            System.clearProperty("dev.hz3.recordTo");
        }
        assertTrue(HeapOptions.builder().build().recordTo().isEmpty());
    }

    /// The recording is one of random sizes, which do not compress, and the process may write no file of more than a few KiB.
    @Test
    void a_full_disk_ends_the_recording_and_breaks_nothing() throws Exception {
        Path file = folder.resolve("full.oht.gz");
        List<String> said = ChildProcess.run("ulimit -f 40 &&", RecordingChild.class, ChildProcess.SMALL + " -XX:-UsePerfData -Ddev.hz3.recordTo=" + file, 60, 200_000);
        assertEquals(2, said.size(), said::toString);
        assertTrue(said.getFirst().startsWith("hz3: the recording " + file + " ended after "), said::toString);
        assertEquals("live 0", said.getLast());
    }
}
