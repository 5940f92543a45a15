package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ReservedRangeTest {

    private static final MemorySegment MEMORY = MemorySegment.ofArray(new byte[4096]);

    private final ReservedRange range = new ReservedRange(0x10000, 4096, MEMORY);

    @Test
    void the_end_is_the_first_address_behind() {
        assertEquals(0x11000, range.end());
    }

    @Test
    void a_range_contains_what_lies_in_it() {
        assertTrue(range.contains(0x10000, 4096));
        assertTrue(range.contains(0x10fff, 1));
        assertFalse(range.contains(0x10fff, 2));
        assertFalse(range.contains(0xffff, 2));
        assertFalse(range.contains(0x11000, 1));
    }

    @Test
    void nothing_lies_in_it_up_to_its_end() {
        assertTrue(range.contains(0x10000, 0));
        assertTrue(range.contains(0x11000, 0));
        assertFalse(range.contains(0x11001, 0));
        assertFalse(range.contains(0xffff, 0));
    }

    @Test
    void numbers_that_wrap_around_lie_outside() {
        assertFalse(range.contains(0x10000, -1));
        assertFalse(range.contains(0x10001, Long.MAX_VALUE));
        assertFalse(range.contains(Long.MAX_VALUE, Long.MAX_VALUE));
        assertFalse(range.contains(Long.MIN_VALUE, 1));
        assertFalse(range.contains(-1, 1));
    }

    @Test
    void what_is_no_range_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new ReservedRange(-1, 4096, MEMORY));
        assertThrows(IllegalArgumentException.class, () -> new ReservedRange(0x10000, 0, MEMORY.asSlice(0, 0)));
        assertThrows(IllegalArgumentException.class, () -> new ReservedRange(Long.MAX_VALUE - 4095, 4096, MEMORY));
    }

    @Test
    void memory_of_another_length_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new ReservedRange(0x10000, 8192, MEMORY));
    }

    @Test
    void it_is_written_with_a_hexadecimal_address() {
        assertEquals("ReservedRange[base=0x10000, bytes=4096]", range.toString());
    }
}
