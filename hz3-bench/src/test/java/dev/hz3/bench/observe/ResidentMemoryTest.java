package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ResidentMemoryTest {

    private static final List<String> ROLLUP = List.of(
            "00400000-7ffd1b5f9000 ---p 00000000 00:00 0                              [rollup]",
            "Rss:              123456 kB",
            "Pss:               98765 kB",
            "Pss_Anon:          90000 kB",
            "Anonymous:         90000 kB",
            "Swap:                 16 kB",
            "SwapPss:              15 kB");

    @Test
    void the_totals_are_read_in_bytes() {
        ResidentMemory memory = ResidentMemory.parse(ROLLUP);

        assertEquals(123_456L * 1024, memory.residentBytes());
        assertEquals(16 * 1024, memory.swappedBytes());
        assertEquals(123_472L * 1024, memory.heldBytes());
    }

    @Test
    void a_kernel_without_swap_has_none() {
        assertEquals(0, ResidentMemory.parse(List.of("Rss: 4 kB")).swappedBytes());
    }

    @Test
    void a_rollup_without_a_total_is_none() {
        assertThrows(IllegalArgumentException.class, () -> ResidentMemory.parse(List.of()));
        assertThrows(IllegalArgumentException.class, () -> ResidentMemory.parse(List.of("Rss: 4 MB")));
    }

    @Test
    void the_second_counter_is_resident_pages() {
        assertEquals(5 * 4096, ProcessMemory.parseCounters("100 5 3 1 0 40 0\n"));
        assertThrows(IllegalArgumentException.class, () -> ProcessMemory.parseCounters("100\n"));
    }

    @Test
    void this_process_holds_something() {
        assertTrue(ProcessMemory.measure().residentBytes() > 0);
        assertTrue(ProcessMemory.sampleResidentBytes() > 0);
    }
}
