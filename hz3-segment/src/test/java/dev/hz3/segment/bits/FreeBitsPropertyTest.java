package dev.hz3.segment.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FreeBitsPropertyTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());

    @Test
    void a_run_is_found_where_a_walk_over_the_pages_finds_it() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 300; round++) {
            FreeBits bits = new FreeBits(0, new long[FreeBits.LENGTH]);
            BitSet free = new BitSet();
            free.set(0, 512);
            BitSet dirty = new BitSet();
            int holes = random.nextInt(1 << random.nextInt(1, 10));
            synchronized (bits) {
                for (int i = 0; i < holes; i++) {
                    int page = random.nextInt(512);
                    if (free.get(page)) {
                        free.clear(page);
                        bits.take(page >>> 6, 1L << page);
                    }
                }
                for (int i = random.nextInt(1 << random.nextInt(1, 10)); i > 0; i--) {
                    int page = random.nextInt(512);
                    dirty.set(page);
                    bits.markDirty(page >>> 6, 1L << page);
                }
                BitSet resident = (BitSet) dirty.clone();
                resident.and(free);
                for (int pages = 1; pages <= 512; pages++) {
                    int alignment = 1 << (pages % 2 == 0 ? random.nextInt(10) : 0);
                    int walked = walk(resident, pages, alignment);
                    int expected = walked >= 0 ? walked : walk(free, pages, alignment);
                    if (expected != bits.findRun(pages, alignment)) {
                        assertEquals(expected, bits.findRun(pages, alignment),
                                "-Dhz3.seed=" + SEED + ", round " + round + ", pages " + pages + ", alignment " + alignment);
                    }
                }
            }
            assertEquals(free.cardinality(), bits.freePages());
            assertEquals(bits.popCount(), bits.freePages());
        }
    }

    @Test
    void who_comes_late_finds_nothing_free_and_who_comes_next_everything() {
        FreeBits before = new FreeBits(1, new long[FreeBits.LENGTH]);
        synchronized (before) {
            for (int w = 0; w < 8; w++) {
                before.markDirty(w, -1L);
                before.take(w, before.freeWord(w));
            }
        }
        FreeBits next = new FreeBits(0, before, true);
        synchronized (before) {
            assertEquals(-1, before.findRun(1, 1));
        }
        assertEquals(0, before.popCount());
        assertEquals(512, next.popCount());
        for (int w = 0; w < 8; w++) {
            assertEquals(-1L, next.cleanWord(w));
            assertEquals(0, next.lentWord(w));
        }
    }

    private static int walk(BitSet free, int pages, int alignment) {
        int have = 0;
        for (int page = 0; page < 512; page++) {
            have = free.get(page) ? have + 1 : 0;
            if (have >= pages && (page - pages + 1) % alignment == 0) {
                return page - pages + 1;
            }
        }
        return -1;
    }
}
