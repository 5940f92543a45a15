package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// What a recording is kept by, against what everybody knows.
class RecordTablePropertyTest {

    @Test
    void a_table_has_what_a_map_has() {
        for (int seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RecordTable table = new RecordTable();
            Map<Long, Long> model = new HashMap<>();
            int keys = 100 << random.nextInt(7);
            for (int step = 0; step < 20_000; step++) {
                long key = 16L * (1 + random.nextInt(keys));
                int slot = table.find(key);
                assertEquals(model.getOrDefault(key, -1L), slot == RecordTable.NONE ? -1L : table.first(slot), "seed=" + seed + ", step=" + step);
                if (slot == RecordTable.NONE) {
                    table.add(key, step, -step);
                    model.put(key, (long) step);
                } else {
                    assertEquals(-table.first(slot), table.second(slot));
                    table.remove(slot);
                    model.remove(key);
                }
                assertEquals(model.size(), table.size());
            }
            model.forEach((key, value) -> assertEquals(value, table.first(table.find(key))));
        }
    }

    @Test
    void the_checksum_of_two_parts_is_that_of_the_whole() {
        SplittableRandom random = new SplittableRandom(7);
        for (int length : new int[] {0, 1, 2, 100, 4096, 1_000_003}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            int cut = length == 0 ? 0 : random.nextInt(length);
            assertEquals(crc(bytes, 0, length), Checksums.joined(crc(bytes, 0, cut), crc(bytes, cut, length), length - cut), "length=" + length);
        }
    }

    private static long crc(byte[] bytes, int from, int end) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, end - from);
        return crc.getValue();
    }
}
