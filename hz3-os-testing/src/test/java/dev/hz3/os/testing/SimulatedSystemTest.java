package dev.hz3.os.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.OperatingSystem.Advice;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.SimulatedSystem.PageState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The machine that is not there, with the pages of every kernel there is.
@ParameterizedClass
@ValueSource(ints = {4096, 16384, 65536})
class SimulatedSystemTest {

    private static final long MIB = 1L << 20;
    private static final long ALIGNMENT = 2 * MIB;

    @Parameter
    int page;

    private SimulatedSystem os() {
        return new SimulatedSystem(page, 512 * MIB);
    }

    private static ReservedRange reserve(SimulatedSystem os) {
        return os.reserve(4 * MIB, 4 * MIB, ALIGNMENT);
    }

    @Test
    void it_says_what_it_was_made_as() {
        SimulatedSystem os = os();

        assertEquals(page, os.pageBytes());
        assertEquals(512 * MIB, os.memoryLimitBytes());
        assertEquals(HugePageMode.NEVER, os.hugePageMode());
        assertTrue(os.fenceAllThreads());
        assertThrows(IllegalArgumentException.class, () -> new SimulatedSystem(page + 1, MIB));
        assertThrows(IllegalArgumentException.class, () -> new SimulatedSystem(page, 0));
    }

    @Test
    void unasked_it_has_4_kib_pages_and_1_gib() {
        SimulatedSystem os = new SimulatedSystem();

        assertEquals(4096, os.pageBytes());
        assertEquals(1024 * MIB, os.memoryLimitBytes());
    }

    // ---- reserve -------------------------------------------------------------------------------------------------

    @Test
    void addresses_are_aligned_disjoint_and_the_same_every_time() {
        SimulatedSystem one = os();
        SimulatedSystem other = os();
        ReservedRange before = reserve(one);
        ReservedRange behind = reserve(one);

        assertEquals(SimulatedSystem.FIRST_ADDRESS, before.base());
        assertEquals(0, behind.base() & ALIGNMENT - 1);
        assertTrue(behind.base() > before.end());
        assertEquals(before.base(), reserve(other).base());
        assertEquals(behind.base(), reserve(other).base());
    }

    @Test
    void addresses_that_were_given_back_are_not_given_again() {
        SimulatedSystem os = os();
        ReservedRange gone = reserve(os);
        os.unreserve(gone);

        assertTrue(reserve(os).base() > gone.end());
    }

    @Test
    void a_range_has_memory_of_its_length_for_aligned_words() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), page);
        range.memory().set(ValueLayout.JAVA_LONG, 8, 1L << 56);

        assertEquals(range.bytes(), range.memory().byteSize());
        assertEquals(1L << 56, range.memory().get(ValueLayout.JAVA_LONG, 8));
    }

    @Test
    void a_range_has_at_most_256_mib() {
        SimulatedSystem os = os();

        assertEquals(256 * MIB, os.reserve(65_536 * MIB, ALIGNMENT, ALIGNMENT).bytes());
        assertThrows(OutOfMemoryError.class, () -> os.reserve(512 * MIB, 258 * MIB, ALIGNMENT));
    }

    @Test
    void a_limit_on_addresses_halves_what_is_wanted_down_to_the_least() {
        SimulatedSystem os = os();
        os.limitAddressSpace(10 * MIB);

        assertEquals(8 * MIB, os.reserve(64 * MIB, ALIGNMENT, ALIGNMENT).bytes());
        assertEquals(8 * MIB, os.reservedBytes());
        OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, () -> os.reserve(64 * MIB, 4 * MIB, ALIGNMENT));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("reserve(wantedBytes=67108864, leastBytes=4194304, "),
                refused.getMessage());
        assertEquals(2 * MIB, os.reserve(64 * MIB, 2 * MIB, ALIGNMENT).bytes());
    }

    @Test
    void the_least_is_tried_also_where_halving_would_pass_by_it() {
        SimulatedSystem os = os();
        os.limitAddressSpace(6 * MIB);

        assertEquals(6 * MIB, os.reserve(16 * MIB, 6 * MIB, ALIGNMENT).bytes());
    }

    @Test
    void given_back_addresses_count_no_more() {
        SimulatedSystem os = os();
        os.limitAddressSpace(4 * MIB);
        ReservedRange range = reserve(os);
        assertThrows(OutOfMemoryError.class, () -> reserve(os));
        os.unreserve(range);

        assertEquals(4 * MIB, reserve(os).bytes());
    }

    @Test
    void sizes_that_are_no_multiples_of_the_alignment_are_refused() {
        SimulatedSystem os = os();

        assertThrows(IllegalArgumentException.class, () -> os.reserve(ALIGNMENT + page, ALIGNMENT, ALIGNMENT));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(ALIGNMENT, 2 * ALIGNMENT, ALIGNMENT));
        assertThrows(IllegalArgumentException.class, () -> os.reserve(page, page, page / 2));
    }

    @Test
    void a_range_is_given_back_once() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), page);
        os.touch(range.base(), 1);
        os.unreserve(range);

        assertEquals(0, os.processResidentBytes());
        assertEquals(PageState.UNRESERVED, os.pageState(range.base()));
        assertThrows(AssertionError.class, () -> os.unreserve(range));
        assertThrows(AssertionError.class, () -> os.commit(range, range.base(), page));
        assertThrows(AssertionError.class, () -> os.touch(range.base(), 1));
    }

    // ---- the states of a page ------------------------------------------------------------------------------------

    @Test
    void a_page_goes_from_reserved_to_committed_to_resident_and_back() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        long address = range.base() + page;
        assertEquals(PageState.RESERVED, os.pageState(address));
        os.commit(range, address, page);
        assertEquals(PageState.COMMITTED, os.pageState(address));
        os.touch(address, 1);
        assertEquals(PageState.RESIDENT, os.pageState(address + page - 1));
        os.commit(range, address, page);
        assertEquals(PageState.RESIDENT, os.pageState(address));
        assertTrue(purge(os, address, page).isPurged(0));
        assertEquals(PageState.COMMITTED, os.pageState(address));
        assertEquals(PageState.RESERVED, os.pageState(range.base()));
        assertEquals(PageState.RESERVED, os.pageState(address + page));
        assertEquals(PageState.UNRESERVED, os.pageState(range.end()));
        assertEquals(PageState.UNRESERVED, os.pageState(range.base() - 1));
    }

    @Test
    void a_touch_counts_every_page_of_which_it_has_a_part() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), 8L * page);
        os.touch(range.base() + page - 1, page + 2L);

        assertEquals(3L * page, os.residentBytes(range, range.base(), range.bytes()));
        assertEquals(page, os.residentBytes(range, range.base() + page, page));
        assertEquals(0, os.residentBytes(range, range.base(), 0));
        os.touch(range.base(), page); // again
        assertEquals(3L * page, os.processResidentBytes());
    }

    @Test
    void residents_of_all_ranges_are_the_processs() {
        SimulatedSystem os = os();
        for (int i = 0; i < 3; i++) {
            ReservedRange range = reserve(os);
            os.commit(range, range.base(), page);
            os.touch(range.base(), 1);
        }

        assertEquals(3L * page, os.processResidentBytes());
    }

    @Test
    void what_is_not_committed_cannot_be_touched_read_or_written() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), page);

        assertThrows(AssertionError.class, () -> os.touch(range.base(), page + 1L));
        assertThrows(AssertionError.class, () -> os.write(range.base() + page, (byte) 1));
        assertThrows(AssertionError.class, () -> os.readByte(range.base() + page));
        assertThrows(AssertionError.class, () -> os.readByte(range.end()));
        assertEquals(0, os.processResidentBytes());
    }

    @Test
    void a_written_byte_is_read_and_seen_through_the_memory_and_its_views() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), page);
        os.write(range.base() + 9, (byte) 77);
        MemorySegment view = os.view(range, range.base() + 8, 100, Arena.global());

        assertEquals(77, os.readByte(range.base() + 9));
        assertEquals(77, range.memory().get(ValueLayout.JAVA_BYTE, 9));
        assertEquals(100, view.byteSize());
        assertEquals(77, view.get(ValueLayout.JAVA_BYTE, 1));
        assertEquals(page, os.processResidentBytes());
        assertThrows(IndexOutOfBoundsException.class, () -> os.view(range, range.end() - 1, 2, Arena.global()));
    }

    @Test
    void reading_makes_nothing_resident() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), page);

        assertEquals(0, os.readByte(range.base()));
        assertEquals(0, os.processResidentBytes());
    }

    @Test
    void what_is_populated_is_resident() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), 4L * page);

        assertTrue(os.advise(range, range.base(), 4L * page, Advice.POPULATE));
        assertEquals(4L * page, os.processResidentBytes());
        assertFalse(os.advise(range, range.base() + 3L * page, 2L * page, Advice.POPULATE));
        assertTrue(os.advise(range, range.base(), page, Advice.SMALL_PAGES));
        assertEquals(4L * page, os.processResidentBytes());
        assertThrows(IllegalArgumentException.class, () -> os.advise(range, range.base(), page - 1, Advice.POPULATE));
    }

    @Test
    void there_is_no_huge_page_to_back_anything_by() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), range.bytes());

        assertFalse(os.backByHugePage(range, range.base(), ALIGNMENT));
    }

    @Test
    void what_is_not_whole_pages_of_the_range_is_not_committed() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);

        assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.base() + page / 2, page));
        assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.base(), 0));
        assertThrows(IllegalArgumentException.class, () -> os.commit(range, range.end(), page));
        assertThrows(IllegalArgumentException.class, () -> os.residentBytes(range, range.base(), page / 2));
    }

    // ---- purge ---------------------------------------------------------------------------------------------------

    @Test
    void a_purged_page_reads_as_zero_and_its_neighbours_are_kept() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), 3L * page);
        for (long at = range.base(); at < range.base() + 3L * page; at += page) {
            os.write(at, (byte) 5);
            os.write(at + page - 1, (byte) 5);
        }
        purge(os, range.base() + page, page);

        assertEquals(5, os.readByte(range.base() + page - 1));
        assertEquals(0, os.readByte(range.base() + page));
        assertEquals(0, os.readByte(range.base() + 2L * page - 1));
        assertEquals(5, os.readByte(range.base() + 2L * page));
        assertEquals(2L * page, os.processResidentBytes());
    }

    @Test
    void a_batch_takes_one_call_or_one_a_range() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), 3L * page);
        PurgeBatch batch = new PurgeBatch();
        assertEquals(0, os.purge(batch));
        for (int i = 0; i < 3; i++) {
            batch.add(range.base() + (long) i * page, page);
        }

        assertEquals(1, os.purge(batch));
        os.vectored(false);
        assertEquals(3, os.purge(batch));
    }

    @Test
    void what_cannot_be_purged_is_refused_before_anything_is() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), 4L * page);
        os.write(range.base(), (byte) 5);
        long[][] wrong = {
            {range.base() + page, page / 2}, // half a page
            {range.base() + page + 8, page},
            {range.base() + 3L * page, 2L * page}, // reserved alone
            {range.end(), page}, // in no range
            {range.base() + range.bytes() - page, 2L * page} // out of its range
        };
        for (long[] stretch : wrong) {
            PurgeBatch batch = new PurgeBatch();
            batch.add(range.base(), page);
            batch.add(stretch[0], stretch[1]);

            assertThrows(AssertionError.class, () -> os.purge(batch));
            assertFalse(batch.isPurged(0));
            assertEquals(5, os.readByte(range.base()));
        }
    }

    @Test
    void a_watcher_is_there_while_every_range_is_purged() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), 4L * page);
        os.write(range.base(), (byte) 5);
        PurgeBatch batch = new PurgeBatch();
        batch.add(range.base(), page);
        batch.add(range.base() + 2L * page, 2L * page);
        List<Long> seen = new ArrayList<>();
        os.watch((address, bytes) -> {
            seen.add(address);
            seen.add(bytes);
            if (address == range.base()) {
                assertEquals(5, os.readByte(address), "not gone yet");
            }
            assertFalse(batch.isPurged(1));
            os.write(address, (byte) 9); // comes too late
        });
        os.purge(batch);

        assertEquals(List.of(range.base(), (long) page, range.base() + 2L * page, 2L * page), seen);
        assertTrue(batch.isPurged(0) && batch.isPurged(1));
        assertEquals(0, os.readByte(range.base()));
        assertEquals(0, os.processResidentBytes());
        os.watch(PurgeWatcher.NOBODY);
        os.purge(batch);
        assertEquals(4, seen.size());
    }

    @Test
    void another_thread_can_use_the_machine_while_a_watcher_is_there() {
        SimulatedSystem os = os();
        ReservedRange range = reserve(os);
        os.commit(range, range.base(), page);
        os.watch((_, _) -> {
            Thread other = Thread.ofPlatform().start(() -> os.commit(range, range.base() + page, page));
            join(other);
        });
        purge(os, range.base(), page);

        assertEquals(PageState.COMMITTED, os.pageState(range.base() + page));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static PurgeBatch purge(SimulatedSystem os, long address, long bytes) {
        PurgeBatch batch = new PurgeBatch();
        batch.add(address, bytes);
        os.purge(batch);
        return batch;
    }
}
