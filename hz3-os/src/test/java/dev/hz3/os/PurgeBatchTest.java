package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurgeBatchTest {

    private final PurgeBatch batch = new PurgeBatch();

    @Test
    void an_empty_batch_has_no_ranges_and_no_bytes() {
        assertEquals(0, batch.size());
        assertEquals(0, batch.bytes());
        assertFalse(batch.isFull());
        assertThrows(IndexOutOfBoundsException.class, () -> batch.address(0));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.isPurged(0));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.markPurged(0));
    }

    @Test
    void ranges_keep_their_order_and_are_unmarked() {
        batch.add(0x3000, 4096);
        batch.add(0x1000, 8192);

        assertEquals(2, batch.size());
        assertEquals(0x3000, batch.address(0));
        assertEquals(0x1000, batch.address(1));
        assertEquals(8192, batch.bytes(1));
        assertEquals(12288, batch.bytes());
        assertFalse(batch.isPurged(0));
        assertFalse(batch.isPurged(1));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.bytes(2));
    }

    @Test
    void a_mark_is_of_one_range() {
        batch.add(0x1000, 4096);
        batch.add(0x2000, 4096);
        batch.markPurged(1);

        assertFalse(batch.isPurged(0));
        assertTrue(batch.isPurged(1));
    }

    @Test
    void unmarking_keeps_the_ranges() {
        batch.add(0x1000, 4096);
        batch.markPurged(0);
        batch.unmarkAll();

        assertEquals(1, batch.size());
        assertFalse(batch.isPurged(0));
    }

    @Test
    void a_full_batch_takes_no_further_range() {
        for (int i = 0; i < PurgeBatch.CAPACITY; i++) {
            assertFalse(batch.isFull());
            batch.add(4096L * (i + 1), 4096);
        }

        assertTrue(batch.isFull());
        assertThrows(IllegalStateException.class, () -> batch.add(4096, 4096));
        assertEquals(PurgeBatch.CAPACITY, batch.size());
        assertEquals(4096L * PurgeBatch.CAPACITY, batch.bytes());
    }

    @Test
    void a_cleared_batch_remembers_no_mark() {
        batch.add(0x1000, 4096);
        batch.markPurged(0);
        batch.markLocked(0);
        assertTrue(batch.isPurged(0) && batch.isLocked(0));
        batch.clear();
        assertEquals(0, batch.size());

        batch.add(0x1000, 4096);
        assertFalse(batch.isPurged(0) || batch.isLocked(0));
    }

    @ParameterizedTest
    @CsvSource({"0,4096", "-4096,4096", "4096,0", "4096,-1", "9223372036854771712,9223372036854771712"})
    void what_is_no_range_is_refused_and_leaves_the_batch_as_it_was(long address, long bytes) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> batch.add(address, bytes));

        assertTrue(String.valueOf(refused.getMessage()).contains("bytes=" + bytes), refused.getMessage());
        assertEquals(0, batch.size());
    }
}
