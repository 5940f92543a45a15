package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JavaHeapRangeTest {

    @Test
    void it_is_read_from_what_each_collector_says() {
        assertEquals(new JavaHeapRange(0x7_0000_0000L, 0x8_0000_0000L), JavaHeapRange.parse("""
                 garbage-first heap   total reserved 4194304K, committed 262144K, used 3011K [0x0000000700000000, 0x0000000800000000)
                  region size 2048K, 2 young (4096K), 0 survivors (0K)
                 Metaspace       used 5321K, committed 5504K, reserved 1114112K
                """));
        assertEquals(new JavaHeapRange(0x700, 0xa00), JavaHeapRange.parse("""
                 DefNew     total 78656K, used 5594K [0x0000000000000700, 0x0000000000000800, 0x0000000000000900)
                 Tenured    total 174784K, used 0K [0x0000000000000900, 0x0000000000000950, 0x0000000000000a00)
                """));
        assertThrows(IllegalArgumentException.class, () -> JavaHeapRange.parse("Metaspace used 5321K"));
    }

    @Test
    void what_is_touched_on_the_java_heap_is_resident_there() {
        JavaHeapRange range = JavaHeapRange.find();
        byte[] touched = new byte[32 << 20];
        long resident = range.residentBytes();
        assertTrue(resident >= touched.length, resident + " bytes of " + range);
        assertTrue(resident <= ProcessMemory.measure().residentBytes(), resident + " bytes of " + range);
    }

    @Test
    void mappings_are_counted_that_lie_inside() {
        List<String> mappings = List.of(
                "1000-3000 rw-p 00000000 00:00 0", "Size: 8 kB", "Rss:                   8 kB", "Pss:                   8 kB", "VmFlags: rd wr",
                "3000-4000 ---p 00000000 00:00 0", "Rss:                   0 kB",
                "4000-9000 rw-p 00000000 00:00 0 [heap]", "Rss:                  16 kB");
        assertEquals(8192, ProcessMemory.residentBytes(mappings, 0x1000, 0x4000));
        assertEquals(24_576, ProcessMemory.residentBytes(mappings, 0x1000, 0x9000));
        assertEquals(0, ProcessMemory.residentBytes(mappings, 0x2000, 0x4000));
    }

    @Test
    void the_counter_says_what_the_sampled_one_says() {
        try (ResidentCounter counter = new ResidentCounter()) {
            long before = counter.bytes();
            assertTrue(Math.abs(before - ProcessMemory.sampleResidentBytes()) < 64L << 20, before + " bytes");
            assertTrue(counter.bytes() > 10L << 20);
        }
    }
}
