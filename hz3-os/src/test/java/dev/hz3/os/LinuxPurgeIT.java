package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hz3.os.LinuxSystem.PurgeWay;
import dev.hz3.os.OperatingSystem.Advice;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What the real kernel does about a purge, by each way to ask for one.
@ParameterizedClass
@EnumSource
class LinuxPurgeIT {

    private static final long MIB = 1L << 20;
    private static final byte WRITTEN = 0x5a;

    @Parameter
    PurgeWay way = PurgeWay.SELF;

    private LinuxSystem os = LinuxSystem.open(PurgeWay.ONE_BY_ONE);
    private final int page = os.pageBytes();
    private final ReservedRange range = os.reserve(16 * MIB, 16 * MIB, 2 * MIB);
    private final PurgeBatch batch = new PurgeBatch();

    @BeforeEach
    void commit() {
        os = LinuxSystem.open(way);
        assumeTrue(way == PurgeWay.ONE_BY_ONE || os.isVectored(), "this kernel takes one range a call");
        os.commit(range, range.base(), range.bytes());
        os.advise(range, range.base(), range.bytes(), Advice.SMALL_PAGES);
    }

    @AfterEach
    void unreserve() {
        os.unreserve(range);
        os.close();
    }

    @Test
    void a_purged_page_reads_as_zero_and_its_neighbours_are_kept() {
        write(0, 8);
        add(2, 1);
        add(5, 2);
        os.purge(batch);

        assertTrue(batch.isPurged(0) && batch.isPurged(1));
        for (int i : new int[] {0, 1, 3, 4, 7}) {
            assertEquals(WRITTEN, read(i), "page " + i);
        }
        for (int i : new int[] {2, 5, 6}) {
            assertEquals(0, read(i), "page " + i);
        }
    }

    @Test
    void a_purged_page_is_not_resident() {
        write(0, 64);
        assertEquals(64L * page, os.residentBytes(range, range.base(), range.bytes()));
        add(0, 16);
        add(32, 16);
        os.purge(batch);

        assertEquals(32L * page, os.residentBytes(range, range.base(), range.bytes()));
        assertEquals(0, os.residentBytes(range, range.base(), 16L * page));
    }

    @Test
    void a_purged_page_can_be_written_again_without_a_commit() {
        write(0, 2);
        add(0, 1);
        add(1, 1);
        os.purge(batch);
        write(0, 2);

        assertEquals(WRITTEN, read(0));
        assertEquals(WRITTEN, read(1));
    }

    @Test
    void many_ranges_take_one_call_where_the_kernel_takes_vectors() {
        for (int i = 0; i < 100; i++) {
            write(2 * i, 1);
            add(2 * i, 1);
        }

        assertEquals(os.isVectored() ? 1 : 100, os.purge(batch));
    }

    @Test
    void a_full_batch_is_purged_whole() {
        for (int i = 0; i < PurgeBatch.CAPACITY; i++) {
            write(2 * i, 1);
            add(2 * i, 1);
        }
        assertEquals(os.isVectored() ? 1 : PurgeBatch.CAPACITY, os.purge(batch));

        for (int i = 0; i < PurgeBatch.CAPACITY; i++) {
            assertTrue(batch.isPurged(i), "range " + i);
        }
        assertEquals(0, os.residentBytes(range, range.base(), range.bytes()));
    }

    @Test
    void one_range_takes_one_call_and_none_takes_none() {
        assertEquals(0, os.purge(batch));
        add(0, 4);
        assertEquals(1, os.purge(batch));
        assertTrue(batch.isPurged(0));
    }

    @Test
    void a_range_that_the_kernel_refuses_keeps_no_other_from_being_purged() {
        write(0, 8);
        add(0, 1);
        add(1, 1);
        batch.add(page, page); // nothing is mapped below mmap_min_addr
        add(4, 1);
        batch.add(2L * page, page);
        batch.add(3L * page, page);
        add(7, 1);

        int calls = os.purge(batch);

        boolean[] expected = {true, true, false, true, false, false, true};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], batch.isPurged(i), "range " + i);
        }
        for (int i : new int[] {0, 1, 4, 7}) {
            assertEquals(0, read(i), "page " + i);
        }
        for (int i : new int[] {2, 3, 5, 6}) {
            assertEquals(WRITTEN, read(i), "page " + i);
        }
        assertTrue(calls >= 1 && calls <= 2 * expected.length, "calls=" + calls);
    }

    @Test
    void a_refused_range_at_either_end_is_the_only_one_that_stays_unmarked() {
        write(0, 2);
        batch.add(page, page);
        add(0, 1);
        add(1, 1);
        batch.add(Long.MAX_VALUE + 1 - 2L * page, page); // no address of a program
        os.purge(batch);

        assertFalse(batch.isPurged(0));
        assertTrue(batch.isPurged(1) && batch.isPurged(2));
        assertFalse(batch.isPurged(3));
    }

    @Test
    void what_is_not_whole_pages_is_refused_before_any_memory_is_touched() {
        write(0, 4);
        add(0, 1);
        batch.add(range.base() + 2L * page, page / 2);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> os.purge(batch));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("purge(address=0x"), refused.getMessage());

        batch.clear();
        add(0, 1);
        batch.add(range.base() + 2L * page + 1, page);
        assertThrows(IllegalArgumentException.class, () -> os.purge(batch));

        assertFalse(batch.isPurged(0));
        for (int i = 0; i < 4; i++) {
            assertEquals(WRITTEN, read(i), "page " + i);
        }
    }

    @Test
    void a_batch_that_is_purged_again_is_marked_anew() {
        write(0, 1);
        add(0, 1);
        batch.add(page, page);
        batch.markPurged(1); // a lie, or the truth of an earlier time
        os.purge(batch);

        assertTrue(batch.isPurged(0));
        assertFalse(batch.isPurged(1));
    }

    @Test
    void what_is_reserved_alone_can_be_purged() {
        ReservedRange bare = os.reserve(2 * MIB, 2 * MIB, 2 * MIB);
        try {
            batch.add(bare.base(), page);
            batch.add(bare.base() + page, page);
            os.purge(batch);

            assertTrue(batch.isPurged(0) && batch.isPurged(1));
        } finally {
            os.unreserve(bare);
        }
    }

    /// The kernel cuts a vector short at 2 GiB less a page (`MAX_RW_COUNT`), in the middle of a range.
    @Test
    void more_than_one_call_can_take_is_purged_whole() {
        long each = 768 * MIB;
        ReservedRange wide = os.reserve(6 * each, 6 * each, 2 * MIB);
        try {
            os.commit(wide, wide.base(), wide.bytes());
            os.advise(wide, wide.base(), wide.bytes(), Advice.SMALL_PAGES);
            for (int i = 0; i < 6; i++) {
                wide.memory().set(ValueLayout.JAVA_BYTE, i * each, WRITTEN);
                wide.memory().set(ValueLayout.JAVA_BYTE, (i + 1) * each - 1, WRITTEN);
                batch.add(wide.base() + i * each, each);
            }
            int calls = os.purge(batch);

            for (int i = 0; i < 6; i++) {
                assertTrue(batch.isPurged(i), "range " + i);
            }
            assertEquals(0, os.residentBytes(wide, wide.base(), wide.bytes()));
            assertTrue(calls <= 6, "calls=" + calls);
        } finally {
            os.unreserve(wide);
        }
    }

    @Test
    void part_of_a_huge_page_can_be_purged() {
        os.advise(range, range.base(), range.bytes(), Advice.HUGE_PAGES);
        range.memory().fill(WRITTEN);
        add(1, 1);
        add(3, 1);
        os.purge(batch);

        assertTrue(batch.isPurged(0) && batch.isPurged(1));
        assertEquals(WRITTEN, read(0));
        assertEquals(0, read(1));
        assertEquals(WRITTEN, read(2));
        assertEquals(0, read(3));
        assertEquals(WRITTEN, read(4));
    }

    /// A page is read and written at both ends.
    private void write(int first, int pages) {
        for (long at = (long) first * page; at < (long) (first + pages) * page; at += page) {
            range.memory().set(ValueLayout.JAVA_BYTE, at, WRITTEN);
            range.memory().set(ValueLayout.JAVA_BYTE, at + page - 1, WRITTEN);
        }
    }

    private byte read(int index) {
        byte first = range.memory().get(ValueLayout.JAVA_BYTE, (long) index * page);
        assertEquals(first, range.memory().get(ValueLayout.JAVA_BYTE, (long) (index + 1) * page - 1), "the ends of page " + index);
        return first;
    }

    private void add(int first, int pages) {
        batch.add(range.base() + (long) first * page, (long) pages * page);
    }
}
