package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem.Advice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the real kernel answers to everything but a purge.
class LinuxSystemIT {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long ALIGNMENT = 2 * MIB;

    private final LinuxSystem os = LinuxSystem.open();
    private final int page = os.pageBytes();
    private final List<ReservedRange> reserved = new ArrayList<>();

    @AfterEach
    void unreserve() {
        reserved.forEach(os::unreserve);
        os.close();
    }

    // ---- reserve -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {1L << 16, 1L << 21, 1L << 25, 1L << 30})
    void a_reserved_range_is_aligned_and_as_long_as_wanted(long alignment) {
        ReservedRange range = reserve(3 * alignment, 3 * alignment, alignment);

        assertEquals(0, range.base() & alignment - 1);
        assertEquals(3 * alignment, range.bytes());
        assertEquals(range.bytes(), range.memory().byteSize());
        assertEquals(range.base(), range.memory().address());
    }

    @Test
    void a_page_is_the_least_that_can_be_reserved() {
        assertEquals(page, reserve(page, page, page).bytes());
    }

    @Test
    void ranges_do_not_overlap() {
        ReservedRange one = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        ReservedRange other = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);

        assertTrue(one.end() <= other.base() || other.end() <= one.base(), one + ", " + other);
    }

    @Test
    void what_the_alignment_cost_is_given_back() throws IOException {
        long before = addressSpaceBytes();
        for (int i = 0; i < 16; i++) {
            reserve(GIB, GIB, GIB);
        }

        // Other threads of this VM may map something meanwhile; a slack that is kept would be 16 GiB.
        long more = addressSpaceBytes() - before;
        assertTrue(more >= 16 * GIB && more < 24 * GIB, "more=" + more);
    }

    @Test
    void nothing_is_resident_of_what_is_reserved() {
        ReservedRange range = reserve(64 * MIB, 64 * MIB, ALIGNMENT);

        assertEquals(0, os.residentBytes(range, range.base(), range.bytes()));
    }

    @Test
    void a_size_that_no_machine_has_is_halved() {
        ReservedRange range = reserve(1L << 60, ALIGNMENT, ALIGNMENT);

        assertTrue(range.bytes() >= ALIGNMENT && range.bytes() < 1L << 60, range.toString());
        assertEquals(0, range.bytes() & ALIGNMENT - 1);
    }

    @Test
    void where_not_even_the_least_fits_the_error_reads_like_the_call_and_names_the_kernels() {
        OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, () -> os.reserve(1L << 61, 1L << 60, ALIGNMENT));

        assertTrue(String.valueOf(refused.getMessage()).startsWith("reserve(wantedBytes=2305843009213693952, leastBytes=1152921504606846976, "),
                refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).contains("ENOMEM (12)"), refused.getMessage());
    }

    @Test
    void sizes_that_are_no_multiples_of_the_alignment_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> os.reserve(ALIGNMENT + page, ALIGNMENT, ALIGNMENT));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(ALIGNMENT, page, ALIGNMENT));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(ALIGNMENT, 2 * ALIGNMENT, ALIGNMENT));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(ALIGNMENT, 0, ALIGNMENT));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(-ALIGNMENT, -ALIGNMENT, ALIGNMENT));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(3L * page, 3L * page, 3L * page));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(page, page, page / 2));
    }

    @Test
    void addresses_that_were_given_back_are_not_mapped() throws IOException {
        long before = addressSpaceBytes();
        ReservedRange range = os.reserve(64 * GIB, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base() + ALIGNMENT, page); // three mappings now
        os.unreserve(range);

        assertTrue(addressSpaceBytes() - before < range.bytes() / 2, range.toString());
    }

    // ---- commit, view --------------------------------------------------------------------------------------------

    @Test
    void committed_memory_reads_as_zero_and_keeps_what_is_written() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());

        for (long at = 0; at < range.bytes(); at += page) {
            assertEquals(0, range.memory().get(ValueLayout.JAVA_LONG, at));
            range.memory().set(ValueLayout.JAVA_LONG, at, ~at);
        }
        for (long at = 0; at < range.bytes(); at += page) {
            assertEquals(~at, range.memory().get(ValueLayout.JAVA_LONG, at));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 63, 64, 65, 4096, 65_536, 65_537, 200_001})
    void what_is_zeroed_is_zero_and_its_neighbours_are_not(int bytes) {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = os.view(range, range.base(), 300_000, arena);
            memory.fill((byte) 0x55);

            os.zero(range, range.base() + 1003, bytes);

            for (int at = 0; at < memory.byteSize(); at++) {
                boolean isZeroed = at >= 1003 && at < 1003 + bytes;
                assertEquals(isZeroed ? 0 : 0x55, memory.get(ValueLayout.JAVA_BYTE, at), "at=" + at);
            }
        }
    }

    @Test
    void what_lies_outside_the_range_is_not_zeroed() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());

        assertThrows(IndexOutOfBoundsException.class, () -> os.zero(range, range.base() - 1, 100));
        assertThrows(IndexOutOfBoundsException.class, () -> os.zero(range, range.end() - 99, 100));
        assertThrows(IndexOutOfBoundsException.class, () -> os.zero(range, range.base(), -1));
        assertThrows(IndexOutOfBoundsException.class, () -> os.zero(range, range.base() + 100, Long.MAX_VALUE));
    }

    @Test
    void committing_again_changes_nothing() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), 2L * page);
        range.memory().set(ValueLayout.JAVA_BYTE, page, (byte) 7);

        os.commit(range, range.base() + page, 2L * page);

        assertEquals(7, range.memory().get(ValueLayout.JAVA_BYTE, page));
        assertEquals(0, range.memory().get(ValueLayout.JAVA_BYTE, 2L * page));
    }

    @Test
    void what_is_not_whole_pages_of_the_range_is_not_committed() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);

        assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.base() + 1, page));
        assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.base(), page - 1));
        assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.base(), 0));
        assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.base() - page, page));
        IllegalArgumentException beyond =
                assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.base(), range.bytes() + page));
        assertTrue(String.valueOf(beyond.getMessage()).startsWith("commit(address=0x" + Long.toHexString(range.base()) + ", bytes="),
                beyond.getMessage());
    }

    @Test
    void the_kernels_refusal_to_commit_is_out_of_memory() {
        // A range that the kernel does not know: nothing is mapped below mmap_min_addr.
        ReservedRange nowhere = new ReservedRange(page, page, MemorySegment.ofArray(new byte[page]));

        OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, () -> os.commit(nowhere, page, page));
        assertEquals("commit(address=0x" + Long.toHexString(page) + ", bytes=" + page + "): the kernel refused: ENOMEM (12)",
                refused.getMessage());
    }

    @Test
    void a_view_has_the_bounds_that_were_asked_for() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), page);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment view = os.view(range, range.base() + 8, 100, arena);

            assertEquals(range.base() + 8, view.address());
            assertEquals(100, view.byteSize());
            view.set(ValueLayout.JAVA_BYTE, 99, (byte) 5);
            assertEquals(5, range.memory().get(ValueLayout.JAVA_BYTE, 107));
            assertThrows(IndexOutOfBoundsException.class, () -> view.get(ValueLayout.JAVA_BYTE, 100));
            assertThrows(IndexOutOfBoundsException.class, () -> view.get(ValueLayout.JAVA_BYTE, -1));
        }
    }

    @Test
    void a_view_lives_as_long_as_its_arena() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), page);
        MemorySegment view;
        try (Arena arena = Arena.ofConfined()) {
            view = os.view(range, range.base(), page, arena);
        }

        assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(0, range.memory().get(ValueLayout.JAVA_BYTE, 0)); // the memory stays
    }

    @Test
    void a_view_touches_nothing() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());
        os.view(range, range.base(), range.bytes(), Arena.ofAuto());

        assertEquals(0, os.residentBytes(range, range.base(), range.bytes()));
    }

    @Test
    void no_view_reaches_out_of_its_range() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        Arena arena = Arena.ofAuto();

        assertEquals(0, os.view(range, range.end(), 0, arena).byteSize());
        assertThrows(IndexOutOfBoundsException.class, () -> os.view(range, range.base() - 1, 2, arena));
        assertThrows(IndexOutOfBoundsException.class, () -> os.view(range, range.end() - 1, 2, arena));
        assertThrows(IndexOutOfBoundsException.class, () -> os.view(range, range.base(), -1, arena));
        assertThrows(IndexOutOfBoundsException.class, () -> os.view(range, range.base() + 1, Long.MAX_VALUE, arena));
    }

    // ---- advise --------------------------------------------------------------------------------------------------

    @Test
    void populated_pages_are_resident_and_read_as_zero() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());
        os.advise(range, range.base(), range.bytes(), Advice.SMALL_PAGES);

        boolean taken = os.advise(range, range.base() + page, 16L * page, Advice.POPULATE);

        assertEquals(taken ? 16L * page : 0, os.residentBytes(range, range.base(), range.bytes()));
        assertEquals(0, range.memory().get(ValueLayout.JAVA_LONG, page));
    }

    @Test
    void what_is_not_committed_cannot_be_populated() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);

        assertFalse(os.advise(range, range.base(), page, Advice.POPULATE));
    }

    @ParameterizedTest
    @EnumSource
    void advice_changes_no_contents(Advice advice) {
        ReservedRange range = reserve(2 * ALIGNMENT, 2 * ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());
        range.memory().fill((byte) 0x5a);

        os.advise(range, range.base(), range.bytes() / 2 + page, advice);

        assertEquals(-1, range.memory().mismatch(MemorySegment.ofArray(filled((int) range.bytes()))));
    }

    @Test
    void advice_on_half_a_page_is_refused() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);

        assertThrows(IllegalArgumentException.class, () -> os.advise(range, range.base(), page / 2, Advice.SMALL_PAGES));
    }

    // ---- measure -------------------------------------------------------------------------------------------------

    @Test
    void a_touched_page_is_resident_and_its_neighbours_are_not() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());
        os.advise(range, range.base(), range.bytes(), Advice.SMALL_PAGES);
        assertEquals(0, os.residentBytes(range, range.base(), range.bytes()));

        range.memory().set(ValueLayout.JAVA_BYTE, 5L * page, (byte) 1);

        assertEquals(page, os.residentBytes(range, range.base(), range.bytes()));
        assertEquals(page, os.residentBytes(range, range.base() + 5L * page, page));
        assertEquals(0, os.residentBytes(range, range.base() + 4L * page, page));
        assertEquals(0, os.residentBytes(range, range.base(), 0));
    }

    @Test
    void residency_is_counted_over_more_pages_than_one_question_takes() {
        long bytes = ((1L << 16) + 3) * page; // 65,536 pages are asked for at once
        long rounded = bytes + ALIGNMENT - 1 & -ALIGNMENT;
        ReservedRange range = reserve(rounded, rounded, ALIGNMENT);
        os.commit(range, range.base(), rounded);
        os.advise(range, range.base(), rounded, Advice.SMALL_PAGES);
        for (long index : new long[] {0, (1L << 16) - 1, 1L << 16, (1L << 16) + 2}) {
            range.memory().set(ValueLayout.JAVA_BYTE, index * page, (byte) 1);
        }

        assertEquals(4L * page, os.residentBytes(range, range.base(), bytes));
    }

    @Test
    void half_a_page_has_no_residency() {
        ReservedRange range = reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);

        assertThrows(IllegalArgumentException.class, () -> os.residentBytes(range, range.base() + 1, page));
    }

    @Test
    void of_what_is_not_mapped_no_residency_is_said() {
        ReservedRange nowhere = new ReservedRange(page, page, MemorySegment.ofArray(new byte[page]));

        IllegalStateException unsaid = assertThrows(IllegalStateException.class, () -> os.residentBytes(nowhere, page, page));
        assertTrue(String.valueOf(unsaid.getMessage()).contains("ENOMEM (12)"), unsaid.getMessage());
    }

    @Test
    void the_process_has_at_least_what_a_range_of_it_has() {
        ReservedRange range = reserve(32 * MIB, 32 * MIB, ALIGNMENT);
        os.commit(range, range.base(), range.bytes());
        range.memory().fill((byte) 1);

        assertTrue(os.processResidentBytes() >= os.residentBytes(range, range.base(), range.bytes()));
    }

    @Test
    void the_limit_is_positive_and_at_most_what_the_machine_has() throws IOException {
        long limit = os.memoryLimitBytes();
        long machine = MachineFacts.memoryLimitBytes("", _ -> "", Files.readString(Path.of("/proc/meminfo")), "");

        assertTrue(limit > 0 && limit <= machine, "limit=" + limit + ", machine=" + machine);
    }

    @Test
    void a_file_is_read_whatever_bytes_its_name_has_and_a_character_a_byte(@TempDir Path scratch) throws Exception {
        String name = scratch + "/b\u00fcch\u00ffer \u00c3\u00bc";
        Process shell = new ProcessBuilder("sh", "-c", "printf '\\374\\0x' > \"$(printf '" + scratch + "/b\\374ch\\377er \\303\\274')\"").start();
        assertEquals(0, shell.waitFor());

        assertEquals("\u00fc\0x", LinuxSystem.read(name));
        assertEquals("", LinuxSystem.read(name + "?"));
        assertEquals("", LinuxSystem.read(scratch.toString()), "a folder");
    }

    @Test
    void a_file_that_is_longer_than_what_is_read_at_once_is_read_whole(@TempDir Path scratch) throws IOException {
        String text = "0123456789abcde\n".repeat(10_000);
        Path file = Files.writeString(scratch.resolve("long"), text);

        assertEquals(text, LinuxSystem.read(file.toString()));
    }

    @Test
    void an_interrupted_thread_is_told_the_same() {
        long limit = os.memoryLimitBytes();
        HugePageMode mode = os.hugePageMode();
        Thread.currentThread().interrupt();
        try {
            assertEquals(limit, os.memoryLimitBytes());
            assertEquals(mode, os.hugePageMode());
            assertTrue(os.processResidentBytes() > 0);
        } finally {
            assertTrue(Thread.interrupted(), "the interrupt was swallowed");
        }
    }

    @Test
    void a_page_is_a_power_of_two_of_4_kib_or_more() {
        assertTrue(page >= 4096 && Integer.bitCount(page) == 1, "pageBytes=" + page);
    }

    // ---- fence, close --------------------------------------------------------------------------------------------

    @Test
    void all_threads_can_be_fenced() {
        assertTrue(os.fenceAllThreads());
    }

    @ParameterizedTest
    @EnumSource
    void opening_and_closing_leaves_no_descriptor_open(LinuxSystem.PurgeWay way) throws IOException {
        LinuxSystem.open(way).close(); // whatever is loaded once is loaded now
        long before = descriptors();
        for (int i = 0; i < 1000; i++) {
            LinuxSystem opened = LinuxSystem.open(way);
            opened.close();
            opened.close();
        }
        // Other threads of this VM may open a file meanwhile; a leak would be a thousand.
        assertTrue(descriptors() - before < 100, "before=" + before + ", after=" + descriptors());
    }

    @ParameterizedTest
    @EnumSource
    void a_closed_machine_does_no_harm(LinuxSystem.PurgeWay way) {
        LinuxSystem closed = LinuxSystem.open(way);
        closed.close();
        closed.close();

        assertFalse(closed.isVectored());
        ReservedRange range = closed.reserve(ALIGNMENT, ALIGNMENT, ALIGNMENT);
        reserved.add(range);
        closed.commit(range, range.base(), 2L * page);
        range.memory().set(ValueLayout.JAVA_BYTE, page, (byte) 9);
        PurgeBatch batch = new PurgeBatch();
        batch.add(range.base(), page);
        batch.add(range.base() + page, page);
        assertEquals(2, closed.purge(batch));
        assertTrue(batch.isPurged(0) && batch.isPurged(1));
        assertEquals(0, range.memory().get(ValueLayout.JAVA_BYTE, page));
    }

    private ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        ReservedRange range = os.reserve(wantedBytes, leastBytes, alignmentBytes);
        reserved.add(range);
        return range;
    }

    private static byte[] filled(int bytes) {
        byte[] expected = new byte[bytes];
        Arrays.fill(expected, (byte) 0x5a);
        return expected;
    }

    private long addressSpaceBytes() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", 2)[0]) * page;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
