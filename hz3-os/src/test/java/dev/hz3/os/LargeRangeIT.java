package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem.Advice;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A range as large as a heap's: it costs no memory, few mappings, and is counted right.
final class LargeRangeIT {

    private static final long MIB = 1L << 20;
    private static final long SEGMENT_BYTES = 2 * MIB;

    private final LinuxSystem system = LinuxSystem.open();
    private final long page = system.pageBytes();
    private final ReservedRange range = system.reserve(64L << 30, SEGMENT_BYTES, SEGMENT_BYTES);

    @AfterEach
    void unreserve() {
        system.unreserve(range);
        system.close();
    }

    /// Lines of `/proc/self/maps` that have a part of the range.
    private long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.split("[- ]", 3))
                    .filter(ends -> Long.parseUnsignedLong(ends[0], 16) < range.end()
                            && Long.parseUnsignedLong(ends[1], 16) > range.base())
                    .count();
        }
    }

    @Test
    void segments_committed_one_by_one_become_one_mapping() throws IOException {
        for (int i = 1; i <= 64; i++) {
            system.commit(range, range.base() + i * SEGMENT_BYTES, SEGMENT_BYTES);
        }
        assertEquals(3, mappings(), "reserved, committed, reserved");
    }

    @Test
    void purges_split_no_mapping() throws IOException {
        system.commit(range, range.base(), SEGMENT_BYTES);
        range.memory().asSlice(0, SEGMENT_BYTES).fill((byte) 1);
        long before = mappings();
        PurgeBatch batch = new PurgeBatch();
        for (long at = 0; at < SEGMENT_BYTES && !batch.isFull(); at += 2 * page) {
            batch.add(range.base() + at, page);
        }

        system.purge(batch);

        assertEquals(before, mappings());
    }

    @Test
    void scattered_pages_are_counted_in_the_whole_range_and_in_parts_that_are_no_multiple_of_eight_pages() {
        system.commit(range, range.base(), range.bytes());
        system.advise(range, range.base(), range.bytes(), Advice.SMALL_PAGES);
        long chunk = (1L << 16) * page; // what one question takes
        long[] touched = {0, 7 * page, 8 * page, chunk - page, chunk, chunk + 12 * page, range.bytes() - page};
        for (long at : touched) {
            range.memory().set(ValueLayout.JAVA_BYTE, at, (byte) 1);
        }

        assertEquals(touched.length * page, system.residentBytes(range, range.base(), range.bytes()));
        assertEquals(3 * page, system.residentBytes(range, range.base(), 9 * page));
        assertEquals(2 * page, system.residentBytes(range, range.base(), 8 * page));
        assertEquals(page, system.residentBytes(range, range.base(), 7 * page));
        assertEquals(2 * page, system.residentBytes(range, range.base() + 7 * page, 5 * page));
        assertEquals(5 * page, system.residentBytes(range, range.base(), chunk + 11 * page));
        assertEquals(page, system.residentBytes(range, range.base() + 9 * page, chunk - 9 * page));
    }

    @Test
    void what_one_question_answered_is_not_counted_in_the_next() {
        long chunk = (1L << 16) * page;
        system.commit(range, range.base(), 2 * chunk);
        system.advise(range, range.base(), 2 * chunk, Advice.SMALL_PAGES);
        for (long at = 0; at < 20 * page; at += page) {
            range.memory().set(ValueLayout.JAVA_BYTE, at, (byte) 1);
        }

        assertEquals(20 * page, system.residentBytes(range, range.base(), chunk + 13 * page));
    }

    @Test
    void touched_memory_shows_in_the_process() {
        long bytes = 64 * MIB;
        system.commit(range, range.base(), bytes);
        long before = system.processResidentBytes();

        range.memory().asSlice(0, bytes).fill((byte) 1);

        long grown = system.processResidentBytes() - before;
        assertTrue(grown > bytes / 2, "grown=" + grown);
    }

    @Test
    void a_huge_page_is_there_as_a_whole_or_but_for_its_first_page_not_at_all() {
        system.commit(range, range.base(), SEGMENT_BYTES);

        boolean backed = system.backByHugePage(range, range.base(), SEGMENT_BYTES);

        long resident = system.residentBytes(range, range.base(), SEGMENT_BYTES);
        assertTrue(backed ? resident == SEGMENT_BYTES : resident <= page, "backed=" + backed + ", resident=" + resident);
        assertEquals(0, range.memory().get(ValueLayout.JAVA_BYTE, SEGMENT_BYTES - 1));
    }
}
