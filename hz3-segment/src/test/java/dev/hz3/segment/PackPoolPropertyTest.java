package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.segment.bits.FreeBits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PackPoolPropertyTest {

    private static final PageTable TABLE = TestMap.of(16).table();
    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());

    @Test
    void the_tightest_segment_is_one_that_fits_and_is_listed_once() {
        SplittableRandom random = new SplittableRandom(SEED);
        PackPool pool = new PackPool(0);
        List<Segment> segments = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            Segment segment = new Segment(TABLE, i, (long) i << Geometry.SEGMENT_SHIFT, SegmentKind.MEDIUM, pool, new long[FreeBits.LENGTH], Segment.NOWHERE);
            segments.add(segment);
            pool.update(segment);
            pool.update(segment);
        }
        assertEquals(12, pool.listed());
        for (int step = 0; step < 5_000; step++) {
            String where = "-Dhz3.seed=" + SEED + ", step " + step;
            Segment segment = segments.get(random.nextInt(segments.size()));
            int word = random.nextInt(8);
            long mask = 0x5555_5555_5555_5555L & random.nextLong();
            var bits = segment.bits();
            synchronized (bits) {
                if (random.nextBoolean()) {
                    bits.take(word, mask & bits.freeWord(word));
                } else {
                    bits.give(word, mask & ~bits.freeWord(word));
                }
            }
            pool.update(segment);
            int pages = random.nextInt(1, 100);
            Segment tightest = pool.tightest(pages);
            int best = segments.stream().mapToInt(Segment::longestFreeStretch).filter(s -> s >= pages).min().orElse(0);
            if (best == 0) {
                assertSame(Segment.NOWHERE, tightest, where);
            } else {
                assertTrue(tightest.longestFreeStretch() >= pages, where);
                if (best <= 16) {
                    assertEquals(best, tightest.longestFreeStretch(), where);
                }
            }
            assertEquals(segments.stream().filter(s -> s.freePages() > 0).count(), pool.listed(), where);
        }
    }

    @Test
    void a_segment_of_another_pool_is_refused() {
        Segment other = new Segment(TABLE, 1, Geometry.SEGMENT_BYTES, SegmentKind.MEDIUM, new PackPool(1), new long[FreeBits.LENGTH], Segment.NOWHERE);
        assertThrows(IllegalArgumentException.class, () -> new PackPool(0).update(other));
    }

    @Test
    void a_segment_leaves_the_pool_when_it_is_full_and_for_good_when_it_is_closed() {
        PackPool pool = new PackPool(0);
        Segment segment = new Segment(TABLE, 1, Geometry.SEGMENT_BYTES, SegmentKind.SMALL, pool, new long[FreeBits.LENGTH], Segment.NOWHERE);
        pool.update(segment);
        assertTrue(pool.hasEmpty());
        List<Segment> empty = new ArrayList<>();
        pool.addEmpty(empty);
        assertEquals(List.of(segment), empty);
        assertSame(Segment.NOWHERE, pool.tightest(512), "its header is in the way");
        assertSame(segment, pool.tightest(511));
        synchronized (segment.bits()) {
            for (int w = 0; w < 8; w++) {
                segment.bits().take(w, segment.freeWord(w));
            }
        }
        pool.update(segment);
        assertEquals(0, pool.listed());
        assertSame(Segment.NOWHERE, pool.tightest(1));
        synchronized (segment.bits()) {
            segment.bits().give(3, 1L << 5);
        }
        pool.update(segment);
        assertSame(segment, pool.tightest(1));
        assertSame(Segment.NOWHERE, pool.tightest(2));
        pool.remove(segment);
        pool.update(segment);
        assertEquals(0, pool.listed());
        assertSame(Segment.NOWHERE, pool.tightest(1));
    }

    private static void set(Segment segment, boolean isClean) {
        synchronized (segment.bits()) {
            for (int w = 0; w < 8; w++) {
                if (isClean) {
                    segment.bits().markClean(w, -1L);
                } else {
                    segment.bits().markDirty(w, -1L);
                }
            }
        }
    }

    @Test
    void of_those_that_are_wholly_free_the_lowest_comes_first_and_resident_before_clean() {
        PackPool pool = new PackPool(0);
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            segments.add(new Segment(TABLE, i, i + 1L << Geometry.SEGMENT_SHIFT, SegmentKind.MEDIUM, pool, new long[FreeBits.LENGTH], Segment.NOWHERE));
        }
        SplittableRandom random = new SplittableRandom(SEED);
        NavigableSet<Integer> dirty = new TreeSet<>();
        NavigableSet<Integer> clean = new TreeSet<>();
        for (int step = 0; step < 5_000; step++) {
            String where = "-Dhz3.seed=" + SEED + ", step " + step;
            int index = random.nextInt(segments.size());
            Segment segment = segments.get(index);
            dirty.remove(index);
            clean.remove(index);
            int what = random.nextInt(3);
            synchronized (segment.bits()) {
                for (int w = 0; w < 8; w++) {
                    if (what == 0) {
                        segment.bits().take(w, segment.freeWord(w));
                    } else {
                        segment.bits().give(w, ~segment.freeWord(w));
                    }
                }
            }
            if (what != 0) {
                set(segment, what == 1);
                (what == 1 ? clean : dirty).add(index);
            }
            pool.update(segment);

            int first = !dirty.isEmpty() ? dirty.first() : !clean.isEmpty() ? clean.first() : -1;
            assertSame(first < 0 ? Segment.NOWHERE : segments.get(first), pool.tightest(512), where);
            assertSame(pool.tightest(512), pool.tightest(1), where);
            assertSame(Segment.NOWHERE, pool.tightest(1, false), where);
            int skipped = random.nextInt(4);
            Segment later = dirty.stream().skip(skipped).findFirst().map(segments::get).orElse(Segment.NOWHERE);
            assertSame(later, pool.emptyAndDirty(skipped), where);
            assertEquals(dirty.size() + clean.size(), pool.whole(), where);
            assertEquals(dirty.size() + clean.size(), pool.listed(), where);
            BitSet resident = new BitSet();
            BitSet all = new BitSet();
            pool.addEmpty(resident, all);
            assertEquals(List.copyOf(dirty), resident.stream().boxed().toList(), where);
            assertEquals(dirty.size() + clean.size(), all.cardinality(), where);
            List<Segment> empty = new ArrayList<>();
            pool.addEmpty(empty);
            assertEquals(all.stream().boxed().toList(), empty.stream().map(Segment::index).sorted().toList(), where);
        }
    }
}
