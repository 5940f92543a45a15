package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GeometryTest {

    @Test
    void every_number_descends_from_the_two_roots() {
        assertEquals(4096, Geometry.PAGE_BYTES);
        assertEquals(2 << 20, Geometry.SEGMENT_BYTES);
        assertEquals(Geometry.SEGMENT_BYTES, Geometry.PAGES_PER_SEGMENT * Geometry.PAGE_BYTES);
        assertEquals(Geometry.PAGES_PER_SEGMENT, Geometry.FREE_BITS_WORDS * Long.SIZE);
        assertEquals(Long.SIZE, 1 << Geometry.WORD_SHIFT);
    }

    @Test
    void bytes_are_held_by_the_fewest_pages_that_hold_them() {
        assertEquals(1, Geometry.pagesFor(0));
        for (long pages = 1; pages < 2_000; pages++) {
            assertEquals(pages, Geometry.pagesFor(pages * 4096));
            assertEquals(pages, Geometry.pagesFor(pages * 4096 - 4095));
            assertEquals(pages + 1, Geometry.pagesFor(pages * 4096 + 1));
        }
    }

    @Test
    void a_range_exists_where_it_lies_in_the_segment_and_nothing_wraps() {
        int[] edges = {Integer.MIN_VALUE, -512, -1, 0, 1, 2, 63, 64, 65, 511, 512, 513, Integer.MAX_VALUE - 1, Integer.MAX_VALUE};
        for (int first : edges) {
            for (int count : edges) {
                if (first >= 0 && count >= 1 && (long) first + count <= 512) {
                    assertEquals(first + count, new PageRange(first, count).end());
                } else {
                    String message = assertThrows(IllegalArgumentException.class, () -> new PageRange(first, count)).getMessage();
                    assertEquals("no such pages: first=" + first + ", count=" + count, message);
                }
            }
        }
    }

    @Test
    void the_masks_of_every_range_that_there_is_have_its_pages_and_no_others() {
        for (int first = 0; first < 512; first++) {
            long[] expected = new long[8];
            for (int count = 1; count <= 512 - first; count++) {
                int last = first + count - 1;
                expected[last / 64] |= 1L << last % 64;
                PageRange range = new PageRange(first, count);
                for (int w = 0; w < 8; w++) {
                    assertEquals(expected[w], range.mask(w), () -> range.toString());
                }
            }
        }
    }
}
