package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.segment.bits.FreeBits;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SegmentPropertyTest {

    private static final PageTable TABLE = TestMap.of(16).table();
    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());

    @Test
    void stretches_are_those_that_a_walk_over_the_pages_finds() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 400; round++) {
            String where = "-Dhz3.seed=" + SEED + ", round " + round;
            SegmentKind kind = random.nextBoolean() ? SegmentKind.SMALL : SegmentKind.MEDIUM;
            Segment segment = new Segment(TABLE, 3, 3L << Geometry.SEGMENT_SHIFT, kind, new PackPool(0), new long[FreeBits.LENGTH], Segment.NOWHERE);
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
    void words_tell_the_head_of_a_run_from_its_inside_and_go_when_it_is_untagged() {
        AddressMap map = TestMap.of(1);
        Segment segment = map.open(SegmentKind.MEDIUM, new PackPool(0));
        for (int pages = 1; pages <= SizeClasses.MAX_MEDIUM_PAGES; pages++) {
            PageRange run = new PageRange(40, pages);
            int sizeClass = SizeClasses.ofPages(pages);
            segment.tag(run, sizeClass);
            assertTrue(segment.beginsRun(40, sizeClass) && !segment.beginsLarge(40));
            assertEquals(segment.wholeState(40), map.table().stateOf(segment.addressOf(40)));
            assertEquals(PageTable.NO_STATE, map.table().stateOf(segment.addressOf(40) + 16));
            for (int page = 41; page < run.end(); page++) {
                assertFalse(segment.isNobodys(page) || segment.beginsRun(page, sizeClass) || segment.beginsLarge(page));
                assertEquals(PageTable.NO_STATE, map.table().stateOf(segment.addressOf(page)));
            }
            segment.untag(run);
            for (int page = 39; page <= run.end(); page++) {
                assertTrue(segment.isNobodys(page));
                assertEquals(PageTable.NO_STATE, map.table().stateOf(segment.addressOf(page)));
            }
        }
        for (int pages : new int[] {1, 2, 17, 300}) {
            segment.tagLarge(100, pages);
            assertTrue(segment.beginsLarge(100));
            assertEquals(pages, segment.largePages(100));
            assertEquals(PageTable.NO_STATE, map.table().stateOf(segment.addressOf(100)), "of no class");
            segment.untag(100, pages);
        }
    }

    @Test
    void a_segment_spans_its_own_addresses_and_nowhere_spans_none() {
        Segment segment = new Segment(TABLE, 5, 5L << 21, SegmentKind.MEDIUM, new PackPool(0), new long[FreeBits.LENGTH], Segment.NOWHERE);
        assertTrue(segment.spans(5L << 21) && segment.spans((6L << 21) - 1));
        assertFalse(segment.spans((5L << 21) - 1) || segment.spans(6L << 21) || segment.spans(-1));
        assertFalse(Segment.NOWHERE.spans(0));
        assertEquals(511, Segment.pageOf(segment.addressOf(511) + 4095));
        assertThrows(IllegalArgumentException.class, () -> new Segment(TABLE, -1, 1L << 21, SegmentKind.MEDIUM, new PackPool(0), new long[FreeBits.LENGTH], Segment.NOWHERE));
        assertThrows(IllegalArgumentException.class, () -> new Segment(TABLE, 0, (1L << 21) + 4096, SegmentKind.MEDIUM, new PackPool(0), new long[FreeBits.LENGTH], Segment.NOWHERE));
        assertThrows(IllegalArgumentException.class, () -> new Segment(TABLE, 0, 0, SegmentKind.MEDIUM, new PackPool(0), new long[FreeBits.LENGTH], Segment.NOWHERE));
    }

    @Test
    void a_run_of_blocks_is_entered_in_a_small_segment_and_each_of_its_blocks_has_a_state() {
        AddressMap map = TestMap.of(2);
        PackPool pool = new PackPool(0);
        Segment medium = map.open(SegmentKind.MEDIUM, pool);
        Segment small = map.open(SegmentKind.SMALL, pool);
        assertThrows(IllegalArgumentException.class, () -> medium.enter(7, 0));
        assertThrows(IllegalArgumentException.class, () -> small.enter(0, 0));
        assertThrows(IllegalArgumentException.class, () -> small.enter(7, SizeClasses.FIRST_MEDIUM));
        int page = 1;
        for (int c = 0; c < SizeClasses.FIRST_MEDIUM; c++) {
            assertTrue(small.enter(page, c));
            long first = small.addressOf(page);
            long last = PageTable.NO_STATE;
            for (int offset = 0; offset < SizeClasses.pages(c) * Geometry.PAGE_BYTES; offset++) {
                long state = map.table().stateOf(first + offset);
                boolean begins = offset % SizeClasses.bytes(c) == 0 && offset / SizeClasses.bytes(c) < SizeClasses.objects(c);
                assertEquals(begins, state != PageTable.NO_STATE, "class " + c + ", offset " + offset);
                if (begins) {
                    assertEquals(last == PageTable.NO_STATE ? map.table().states(small.word(page)) : last + 2, state);
                    last = state;
                }
            }
            page += SizeClasses.pages(c);
        }
        assertTrue(map.table().bookkeepingBytes() > 0);
        for (int c = 0, first = 1; c < SizeClasses.FIRST_MEDIUM; first += SizeClasses.pages(c), c++) {
            small.forget(first, c);
            for (int forgotten = first; forgotten < first + SizeClasses.pages(c); forgotten++) {
                assertTrue(small.isNobodys(forgotten), "class " + c + ", page " + forgotten);
            }
        }
    }

    @Test
    void a_segment_full_of_the_smallest_blocks_has_room_for_their_states_whatever_was_there_before() {
        SplittableRandom random = new SplittableRandom(SEED);
        AddressMap map = TestMap.of(1);
        Segment small = map.open(SegmentKind.SMALL, new PackPool(0));
        int[] classOf = new int[512];
        Arrays.fill(classOf, -1);
        for (int step = 0; step < 20_000; step++) {
            int page = random.nextInt(1, 512);
            if (classOf[page] >= 0) {
                small.forget(page, classOf[page]);
                classOf[page] = -1;
            } else {
                int c = random.nextInt(8);
                assertTrue(small.enter(page, c), "-Dhz3.seed=" + SEED + ", step " + step);
                classOf[page] = c;
            }
        }
        for (int page = 1; page < 512; page++) {
            if (classOf[page] >= 0) {
                small.forget(page, classOf[page]);
            }
        }
        for (int page = 1; page < 512; page++) {
            assertTrue(small.enter(page, 0));
        }
    }
}
