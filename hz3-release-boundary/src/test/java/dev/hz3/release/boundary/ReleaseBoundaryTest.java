package dev.hz3.release.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.BoundaryViolation.Check;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReleaseBoundaryTest {

    private final SimulatedSystem os = new SimulatedSystem();
    private final AddressMap map = new AddressMap(os, os.reserve(16L << 20, 16L << 20, Geometry.SEGMENT_BYTES));
    private final List<String> heard = new ArrayList<>();
    private final ReleaseBoundary boundary =
            new ReleaseBoundary(map, (segment, pages, reason) -> heard.add(pages.first() + "+" + pages.count() + " " + reason));
    private final PackPool pool = new PackPool(0);
    private final Segment medium = map.open(SegmentKind.MEDIUM, pool);
    private final Segment small = map.open(SegmentKind.SMALL, pool);

    private void assertRefused(Check check, Segment segment, int first, int count) {
        int free = segment.freePages();
        long violations = boundary.violations();
        BoundaryViolation violation = assertThrows(
                BoundaryViolation.class, () -> boundary.release(segment, first, count, ReleaseReason.MEDIUM_RUN_RECLAIM));
        assertEquals(check, violation.check(), violation.getMessage());
        assertTrue(String.valueOf(violation.getMessage()).contains("release("), violation.getMessage());
        assertEquals(free, segment.freePages());
        assertEquals(violations + 1, boundary.violations());
        assertTrue(heard.isEmpty());
    }

    @Test
    void a_segment_that_is_not_in_the_map_is_refused_before_anything_else() {
        Segment stray = new Segment(0, 1L << 40, SegmentKind.MEDIUM, pool);
        assertRefused(Check.MAPPED, stray, -1, 0);
        assertRefused(Check.MAPPED, Segment.NOWHERE, 0, 1);
    }

    @Test
    void pages_outside_the_segment_are_refused_and_nothing_wraps() {
        assertRefused(Check.RANGE, medium, -1, 1);
        assertRefused(Check.RANGE, medium, 512, 1);
        assertRefused(Check.RANGE, medium, 1, 512);
        assertRefused(Check.RANGE, medium, 5, 0);
        assertRefused(Check.RANGE, medium, 2, Integer.MAX_VALUE);
        assertRefused(Check.RANGE, medium, Integer.MAX_VALUE, 2);
    }

    @Test
    void the_header_page_of_a_small_segment_never_crosses_but_page_0_of_a_medium_one_does() {
        assertRefused(Check.HEADER_PAGE, small, 0, 1);
        assertRefused(Check.HEADER_PAGE, small, 0, 20);
        assertEquals(1, boundary.claim(small, 1));
        assertEquals(0, boundary.claim(medium, 1));
        boundary.release(medium, new PageRange(0, 1), ReleaseReason.MEDIUM_RUN_RECLAIM);
        assertEquals(512, medium.freePages());
    }

    @Test
    void a_small_segment_whose_header_was_overwritten_is_refused() {
        int page = boundary.claim(small, 1);
        os.write(small.base() + 3, (byte) 0x55);
        assertRefused(Check.HEADER, small, page, 1);
    }

    @Test
    void a_page_that_is_free_already_is_refused_whole() {
        int first = boundary.claim(medium, 130);
        boundary.release(medium, first + 100, 1, ReleaseReason.MEDIUM_RUN_RECLAIM);
        heard.clear();
        assertRefused(Check.STATE, medium, first, 130);
        assertFalse(medium.isFree(first));
    }

    @Test
    void a_release_clears_the_tags_counts_and_tells_the_sink_when_the_pages_are_free() {
        int first = boundary.claim(medium, 4);
        medium.tag(new PageRange(first, 4), SizeClasses.ofPages(4));
        boundary.release(medium, new PageRange(first, 4), ReleaseReason.MEDIUM_RUN_RECLAIM);
        assertEquals(Segment.UNTAGGED, medium.tag(first));
        assertEquals(List.of("0+4 MEDIUM_RUN_RECLAIM"), heard);
        assertEquals(1, boundary.releases(ReleaseReason.MEDIUM_RUN_RECLAIM));
        assertEquals(4, boundary.releasedPages(ReleaseReason.MEDIUM_RUN_RECLAIM));
        assertEquals(1, boundary.releases());
    }

    @Test
    void the_sink_is_told_after_the_lock_is_gone() {
        List<Thread> helpers = new ArrayList<>();
        ReleaseBoundary[] own = new ReleaseBoundary[1];
        own[0] = new ReleaseBoundary(map, (segment, pages, reason) -> {
            Thread other = Thread.ofPlatform().start(() -> own[0].claim(segment, 1));
            helpers.add(other);
            try {
                other.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        int first = own[0].claim(medium, 2);
        own[0].release(medium, new PageRange(first, 2), ReleaseReason.LARGE_FREE);
        assertFalse(helpers.getFirst().isAlive(), "another thread waits for the lock while the sink runs");
        assertFalse(medium.isFree(first));
    }

    @Test
    void a_lent_page_cannot_be_claimed_or_released_and_comes_back_clean() {
        PageRange all = new PageRange(0, 512);
        int lent = boundary.lend(medium, all, (segment, pages) -> {
            assertEquals(ReleaseBoundary.NONE, boundary.claim(medium, 1));
            assertEquals(0, medium.freePages());
            return true;
        });
        assertEquals(512, lent);
        assertEquals(512, medium.freePages());
        assertTrue(medium.isClean(all));
    }

    @Test
    void used_pages_are_not_lent_and_what_is_lent_comes_back_when_the_borrower_throws() {
        boundary.claim(medium, 512);
        assertEquals(0, boundary.lend(medium, new PageRange(0, 512), (segment, pages) -> {
            throw new AssertionError("nothing to borrow");
        }));
        boundary.release(medium, new PageRange(10, 20), ReleaseReason.LARGE_FREE);
        AtomicInteger stretches = new AtomicInteger();
        assertThrows(IllegalStateException.class, () -> boundary.lend(medium, new PageRange(0, 512), (segment, pages) -> {
            assertEquals(new PageRange(10, 20), pages);
            stretches.incrementAndGet();
            throw new IllegalStateException("on purpose");
        }));
        assertEquals(1, stretches.get());
        assertEquals(20, medium.freePages());
        assertFalse(medium.isClean(new PageRange(10, 20)), "of unknown contents");
    }

    @Test
    void a_closed_segment_gives_nothing() {
        boundary.claim(medium, 512);
        map.close(medium);
        assertEquals(ReleaseBoundary.NONE, boundary.claim(medium, 1));
        assertRefused(Check.MAPPED, medium, 0, 512);
    }
}
