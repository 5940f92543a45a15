package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SegmentPropertyTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());

    @Test
    void stretches_are_those_that_a_walk_over_the_pages_finds() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 400; round++) {
            String where = "-Dhz3.seed=" + SEED + ", round " + round;
            SegmentKind kind = random.nextBoolean() ? SegmentKind.SMALL : SegmentKind.MEDIUM;
            Segment segment = new Segment(3, 3L << Geometry.SEGMENT_SHIFT, kind, new PackPool(0));
            boolean[] free = new boolean[512];
            Arrays.fill(free, kind.headerPages(), 512, true);
            int cuts = random.nextInt(1 << random.nextInt(1, 10));
            for (int i = 0; i < cuts; i++) {
                int page = random.nextInt(512);
                if (free[page]) {
                    free[page] = false;
                    synchronized (segment.bits()) {
                        segment.bits().take(page >>> 6, 1L << page);
                    }
                }
            }
            int nextFree = 512;
            int nextUsed = 512;
            int longest = 0;
            int count = 0;
            int pages = 0;
            for (int page = 511; page >= 0; page--) {
                if (free[page]) {
                    nextFree = page;
                    count++;
                    pages++;
                } else {
                    nextUsed = page;
                    count = 0;
                }
                longest = Math.max(longest, count);
                assertEquals(nextFree, segment.nextFree(page), where);
                assertEquals(nextUsed, segment.nextUsed(page), where);
                assertEquals(free[page], segment.isFree(page), where);
            }
            assertEquals(longest, segment.longestFreeStretch(), where);
            assertEquals(pages, segment.freePages(), where);
            assertEquals(cuts == 0 || pages == 512 - kind.headerPages(), segment.isEmpty(), where);
            assertEquals(512, segment.nextFree(512));
            assertEquals(512, segment.nextUsed(512));
        }
    }

    @Test
    void tags_tell_the_head_of_a_run_from_its_inside_and_go_when_it_is_untagged() {
        Segment segment = new Segment(0, Geometry.SEGMENT_BYTES, SegmentKind.MEDIUM, new PackPool(0));
        for (int pages = 1; pages <= SizeClasses.MAX_MEDIUM_PAGES; pages++) {
            PageRange run = new PageRange(40, pages);
            segment.tag(run, SizeClasses.ofPages(pages));
            assertEquals(SizeClasses.ofPages(pages), Segment.classOf(segment.tag(40)));
            assertTrue(Segment.isHead(segment.tag(40)) && Segment.isRun(segment.tag(40)));
            for (int page = 41; page < run.end(); page++) {
                assertFalse(Segment.isHead(segment.tag(page)) || Segment.isRun(segment.tag(page)));
            }
            assertEquals(pages, segment.runPages(40));
            segment.untag(run);
            for (int page = 39; page <= run.end(); page++) {
                assertEquals(Segment.UNTAGGED, segment.tag(page));
            }
        }
        segment.tagLarge(new PageRange(100, 300));
        assertTrue(Segment.isHead(segment.tag(100)) && !Segment.isRun(segment.tag(100)));
        assertEquals(300, segment.runPages(100));
    }

    @Test
    void a_segment_spans_its_own_addresses_and_nowhere_spans_none() {
        Segment segment = new Segment(5, 5L << 21, SegmentKind.MEDIUM, new PackPool(0));
        assertTrue(segment.spans(5L << 21) && segment.spans((6L << 21) - 1));
        assertFalse(segment.spans((5L << 21) - 1) || segment.spans(6L << 21) || segment.spans(-1));
        assertFalse(Segment.NOWHERE.spans(0));
        assertEquals(511, Segment.pageOf(segment.addressOf(511) + 4095));
        assertThrows(IllegalArgumentException.class, () -> new Segment(-1, 1L << 21, SegmentKind.MEDIUM, new PackPool(0)));
        assertThrows(IllegalArgumentException.class, () -> new Segment(0, (1L << 21) + 4096, SegmentKind.MEDIUM, new PackPool(0)));
        assertThrows(IllegalArgumentException.class, () -> new Segment(0, 0, SegmentKind.MEDIUM, new PackPool(0)));
    }

    @Test
    void a_run_of_blocks_is_entered_in_its_own_small_segment_only() {
        Segment small = new Segment(0, 1L << 21, SegmentKind.SMALL, new PackPool(0));
        Segment other = new Segment(1, 2L << 21, SegmentKind.SMALL, new PackPool(0));
        SmallRun run = new SmallRun(small, 7, SizeClasses.SUB4K);
        assertThrows(IllegalArgumentException.class, () -> other.enter(run));
        small.enter(run);
        assertSame(run, small.smallRun(7));
        assertSame(run, small.smallRun(8));
        assertSame(SmallRun.NONE, small.smallRun(9));
        assertThrows(IllegalArgumentException.class, () -> new SmallRun(small, 7, SizeClasses.FIRST_MEDIUM));
    }
}
