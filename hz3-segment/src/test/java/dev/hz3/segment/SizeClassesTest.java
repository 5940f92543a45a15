package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SizeClassesTest {

    @Test
    void every_request_gets_the_smallest_class_that_holds_it() {
        List<Integer> bySize = IntStream.range(0, SizeClasses.COUNT)
                .boxed()
                .sorted(Comparator.comparingInt(SizeClasses::bytes))
                .toList();
        int at = 0;
        for (int bytes = 0; bytes <= SizeClasses.MAX_MEDIUM_BYTES; bytes++) {
            while (SizeClasses.bytes(bySize.get(at)) < bytes) {
                at++;
            }
            assertEquals(bySize.get(at), SizeClasses.of(bytes), "bytes=" + bytes);
        }
    }

    @Test
    void small_blocks_waste_at_most_fifteen_bytes_or_an_eighth() {
        for (int bytes = 1; bytes <= SizeClasses.MAX_SMALL_BYTES; bytes++) {
            int waste = SizeClasses.bytes(SizeClasses.of(bytes)) - bytes;
            if (bytes <= 128) {
                assertTrue(waste <= 15, "bytes=" + bytes + ", waste=" + waste);
            } else {
                assertTrue(8 * waste <= SizeClasses.bytes(SizeClasses.of(bytes)), "bytes=" + bytes + ", waste=" + waste);
            }
        }
    }

    @Test
    void runs_of_shared_pages_leave_at_most_an_eighth_over() {
        for (int c = 0; c < SizeClasses.FIRST_MEDIUM; c++) {
            int pages = SizeClasses.pages(c) * Geometry.PAGE_BYTES;
            assertTrue(8 * (pages - SizeClasses.objects(c) * SizeClasses.bytes(c)) <= pages, "class=" + c);
        }
    }

    @Test
    void fifteen_pages_with_a_header_share_sixteen() {
        assertEquals(15, SizeClasses.objects(SizeClasses.HEADED_PAGE));
        assertEquals(16, SizeClasses.pages(SizeClasses.HEADED_PAGE));
        assertEquals(SizeClasses.HEADED_PAGE, SizeClasses.of(Geometry.PAGE_BYTES + 1));
        assertEquals(SizeClasses.HEADED_PAGE, SizeClasses.of(Geometry.PAGE_BYTES + 272));
    }

    @Test
    void three_share_two_pages_or_four() {
        assertEquals(2, SizeClasses.pages(SizeClasses.SUB4K));
        assertEquals(3, SizeClasses.objects(SizeClasses.SUB4K));
        assertEquals(SizeClasses.SUB4K, SizeClasses.of(SizeClasses.MAX_SMALL_BYTES + 1));
        assertEquals(4, SizeClasses.pages(SizeClasses.SUB8K));
        assertEquals(3, SizeClasses.objects(SizeClasses.SUB8K));
        assertEquals(SizeClasses.SUB8K, SizeClasses.of(Geometry.PAGE_BYTES + 273));
        assertEquals(SizeClasses.ofPages(1), SizeClasses.of(Geometry.PAGE_BYTES));
    }

    @Test
    void medium_classes_are_whole_pages() {
        for (int c = SizeClasses.FIRST_MEDIUM; c < SizeClasses.COUNT; c++) {
            assertEquals(SizeClasses.pages(c) * Geometry.PAGE_BYTES, SizeClasses.bytes(c));
            assertEquals(1, SizeClasses.objects(c));
            assertEquals(c, SizeClasses.ofPages(SizeClasses.pages(c)));
        }
    }

    @Test
    void every_byte_of_a_run_is_found_in_its_block() {
        for (int c = 0; c < SizeClasses.FIRST_MEDIUM; c++) {
            int size = SizeClasses.bytes(c);
            for (int offset = 0; offset < SizeClasses.pages(c) * Geometry.PAGE_BYTES; offset++) {
                assertEquals(offset / size, SizeClasses.blockAt(c, offset), "class=" + c + ", offset=" + offset);
                assertEquals(offset - offset % size, SizeClasses.offsetOf(c, offset / size));
            }
        }
        for (int c = SizeClasses.FIRST_MEDIUM; c < PageWord.CLASSES; c++) {
            assertEquals(0, SizeClasses.blockAt(c, 16 * Geometry.PAGE_BYTES - 1), "a run that is one block");
            assertEquals(0, SizeClasses.offsetOf(c, 0));
        }
    }

    @Test
    void medium_blocks_waste_less_than_a_page_and_no_block_leaves_its_run() {
        for (int bytes = Geometry.PAGE_BYTES + 1; bytes <= SizeClasses.MAX_MEDIUM_BYTES; bytes++) {
            assertTrue(SizeClasses.bytes(SizeClasses.of(bytes)) - bytes < Geometry.PAGE_BYTES, "bytes=" + bytes);
        }
        for (int c = 0; c < SizeClasses.COUNT; c++) {
            assertEquals(0, SizeClasses.bytes(c) % SizeClasses.GRANULE_BYTES);
            assertTrue(SizeClasses.objects(c) * SizeClasses.bytes(c) <= SizeClasses.pages(c) * Geometry.PAGE_BYTES, "class=" + c);
            assertEquals(c >= SizeClasses.FIRST_MEDIUM, SizeClasses.isMedium(c));
        }
    }
}
