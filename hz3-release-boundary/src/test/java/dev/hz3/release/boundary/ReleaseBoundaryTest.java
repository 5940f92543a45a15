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
import dev.hz3.segment.SegmentHeader;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReleaseBoundaryTest {

    private final SimulatedSystem os = new SimulatedSystem();
    private final AddressMap map = new AddressMap(os, os.reserve(16L << 20, 16L << 20, Geometry.SEGMENT_BYTES));
    private final List<String> heard = new ArrayList<>();
    private final ReleaseBoundary boundary =
            new ReleaseBoundary(map, (segment, first, count, reason) -> heard.add(first + "+" + count + " " + reason));
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
    void reasons_are_numbered_without_a_gap_and_0_is_that_nobody_has_said_anything() {
        List<ReleaseReason> reasons = List.of(ReleaseReason.values());
        assertEquals(IntStream.range(0, reasons.size()).boxed().toList(), reasons.stream().map(ReleaseReason::number).toList());
        assertEquals(0, ReleaseReason.NEVER_RELEASED.number());
    }

    @Test
    void a_segment_that_is_not_in_the_map_is_refused_before_anything_else() {
        SimulatedSystem elsewhere = new SimulatedSystem();
        Segment stray = AddressMap.reserve(elsewhere, 4L << 20).open(SegmentKind.MEDIUM, pool);
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
    void pages_are_resident_from_their_claim_until_they_are_purged() {
        assertEquals(1, map.residentPages()); // the small one's header
        int run = boundary.claim(medium, 100);
        assertEquals(101, map.residentPages());
        boundary.release(medium, new PageRange(run, 100), ReleaseReason.LARGE_FREE);
        assertEquals(101, map.residentPages());
        boundary.claim(medium, 40); // of the same
        assertEquals(101, map.residentPages());
        boundary.lend(medium, new PageRange(0, 512), (segment, pages) -> true);
        assertEquals(41, map.residentPages());
        boundary.noteResident(medium, 0);
        assertEquals(513, map.residentPages());
    }

    @Test
    void no_more_is_claimed_than_may_be_resident_and_what_is_refused_changes_nothing() {
        map.limitPages(101);
        assertEquals(0, boundary.claim(medium, 60));
        assertEquals(ReleaseBoundary.NONE, boundary.claim(medium, 41));
        assertEquals(ReleaseBoundary.NONE, boundary.claim(small, 41));
        assertEquals(452, medium.freePages());
        assertEquals(452, medium.cleanPages(new PageRange(0, 512)));
        assertEquals(61, map.residentPages());
        assertEquals(60, boundary.claim(medium, 40));
        assertFalse(map.isRoomFor(1));
        boundary.release(medium, new PageRange(0, 60), ReleaseReason.LARGE_FREE);
        assertEquals(0, boundary.claim(medium, 60), "what is resident may be used again");
        assertEquals(ReleaseBoundary.NONE, boundary.claim(medium, 1));
    }

    @Test
    void what_is_claimed_to_be_closed_is_not_touched() {
        map.limitPages(1);
        assertTrue(boundary.claimToClose(medium));
        assertTrue(boundary.claimToClose(small));
        assertFalse(boundary.claimToClose(medium));
        map.close(medium);
        map.close(small);
        assertEquals(1, map.residentPages());
        map.free(small);
        map.free(medium);
        assertEquals(0, map.residentPages());
        assertThrows(OutOfMemoryError.class, () -> {
            map.limitPages(0);
            map.open(SegmentKind.SMALL, pool);
        });
        assertEquals(0, map.open());
        assertEquals(0, map.residentPages());
    }

    @Test
    void a_run_begins_where_it_is_wanted() {
        assertEquals(0, boundary.claim(medium, 3, 8));
        assertEquals(8, boundary.claim(medium, 1, 8));
        assertEquals(256, boundary.claim(medium, 200, 256));
        assertEquals(ReleaseBoundary.NONE, boundary.claim(medium, 1, 512));
        assertEquals(2, boundary.claim(small, 500, 2));
    }

    @Test
    void a_span_is_taken_whole_or_stays_as_it_was() {
        Segment next = map.open(SegmentKind.MEDIUM, pool);
        int first = boundary.claim(medium, 100);
        boundary.release(medium, new PageRange(first, 100), ReleaseReason.LARGE_FREE);
        boundary.claim(next, 30);
        boundary.release(next, new PageRange(0, 10), ReleaseReason.LARGE_FREE);
        heard.clear();
        long counted = map.residentPages();

        assertFalse(boundary.claimSpan(List.of(medium, next), 523), "page 10 of the second is used");
        assertEquals(512, medium.freePages());
        assertEquals(412, medium.cleanPages(new PageRange(0, 512)));
        assertEquals(counted, map.residentPages());
        assertFalse(heard.isEmpty(), "what may be resident of it waits, if it did not before");

        map.limitPages(counted + 411);
        assertFalse(boundary.claimSpan(List.of(medium, next), 522));
        assertEquals(412, medium.cleanPages(new PageRange(0, 512)));
        assertEquals(492, next.freePages());
        assertEquals(counted, map.residentPages());

        map.limitPages(counted + 412);
        assertTrue(boundary.claimSpan(List.of(medium, next), 522));
        assertEquals(counted + 412, map.residentPages());
        assertEquals(0, medium.freePages());
        assertEquals(482, next.freePages());
        assertFalse(boundary.claimSpan(List.of(Segment.NOWHERE, next), 522));
    }

    @Test
    void what_is_claimed_to_become_another_kind_touches_no_more_than_a_header() {
        long counted = map.residentPages();
        map.limitPages(counted);
        assertFalse(boundary.claimToReopen(medium, SegmentKind.SMALL));
        assertTrue(boundary.claimToReopen(small, SegmentKind.MEDIUM));
        map.close(small);
        Segment reopened = map.reopen(small, SegmentKind.MEDIUM, pool);
        assertEquals(counted, map.residentPages());
        assertEquals(511, reopened.cleanPages(new PageRange(0, 512)), "but the header");
        boundary.noteFree(reopened);
        assertEquals(1, heard.size());
        map.limitPages(counted + 1);
        assertTrue(boundary.claimToReopen(medium, SegmentKind.SMALL));
        map.close(medium);
        Segment other = map.reopen(medium, SegmentKind.SMALL, pool);
        assertEquals(counted + 1, map.residentPages());
        assertEquals(511, other.cleanPages(new PageRange(0, 512)));
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
        assertTrue(medium.isNobodys(first));
        assertEquals(List.of("0+4 MEDIUM_RUN_RECLAIM"), heard);
        assertEquals(1, boundary.releases(ReleaseReason.MEDIUM_RUN_RECLAIM));
        assertEquals(4, boundary.releasedPages(ReleaseReason.MEDIUM_RUN_RECLAIM));
        assertEquals(1, boundary.releases());
    }

    @Test
    void the_sink_is_told_after_the_lock_is_gone() {
        List<Thread> helpers = new ArrayList<>();
        ReleaseBoundary[] own = new ReleaseBoundary[1];
        own[0] = new ReleaseBoundary(map, (segment, first, count, reason) -> {
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

    /// Every bit, clean bit and page word of a segment.
    private static List<Long> state(Segment segment) {
        List<Long> state = new ArrayList<>();
        for (int w = 0; w < Geometry.FREE_BITS_WORDS; w++) {
            state.add(segment.freeWord(w));
            state.add(segment.cleanWord(w));
        }
        for (int page = 0; page < 512; page++) {
            state.add(segment.word(page));
        }
        return state;
    }

    @Test
    void of_several_things_that_are_wrong_the_first_in_the_order_of_the_checks_is_named_and_no_bit_changes() {
        int first = boundary.claim(small, 40);
        small.enter(first, SizeClasses.of(64));
        boundary.release(small, first + 20, 5, ReleaseReason.LARGE_FREE);
        heard.clear();
        os.write(small.base(), (byte) 0); // from now on the header is wrong too
        List<Long> before = state(small);
        assertRefused(Check.RANGE, small, 0, 513); // outside, header page, header, state
        assertRefused(Check.HEADER_PAGE, small, 0, 512); // header page, header, state
        assertRefused(Check.HEADER, small, first, 40); // header, state
        SegmentHeader.write(map.range(), small);
        assertRefused(Check.STATE, small, first, 40);
        assertRefused(Check.STATE, small, first + 24, 1);
        assertEquals(before, state(small));
        assertEquals(List.of(Check.MAPPED, Check.RANGE, Check.HEADER_PAGE, Check.HEADER, Check.RESERVED, Check.STATE), List.of(Check.values()));
    }

    @Test
    void a_refusal_reads_like_the_call_and_names_the_values() {
        int first = boundary.claim(medium, 2);
        boundary.release(medium, first, 1, ReleaseReason.LARGE_FREE);
        String message = assertThrows(BoundaryViolation.class, () -> boundary.release(medium, first, 2, ReleaseReason.LARGE_FREE)).getMessage();
        assertEquals("release(" + medium + ", first=0, count=2, LARGE_FREE): free already: word 0 of free_bits is 0xfffffffffffffffd, lent=0x0", message);
        for (int pages : new int[] {Integer.MIN_VALUE, -1, 0, 513, Integer.MAX_VALUE}) {
            BoundaryViolation refused = assertThrows(BoundaryViolation.class, () -> boundary.claim(medium, pages));
            assertEquals(Check.RANGE, refused.check());
            assertTrue(String.valueOf(refused.getMessage()).contains("pages=" + pages));
        }
        assertEquals(Check.MAPPED, assertThrows(BoundaryViolation.class, () -> boundary.claim(Segment.NOWHERE, 1)).check());
        assertEquals(Check.MAPPED, assertThrows(BoundaryViolation.class, () -> boundary.noteResident(Segment.NOWHERE, 0)).check());
        assertEquals(511, medium.freePages());
    }

    @Test
    void a_lent_page_cannot_be_released_or_lent_again() {
        boundary.lend(medium, new PageRange(0, 10), (segment, pages) -> {
            for (int page = 0; page < 10; page++) {
                assertRefused(Check.STATE, medium, page, 1); // free again, it could be claimed while it is purged
            }
            assertRefused(Check.STATE, medium, 9, 2);
            int other = boundary.claim(medium, 1); // what is not lent goes on as ever
            assertEquals(10, other);
            boundary.release(medium, new PageRange(other, 1), ReleaseReason.LARGE_FREE);
            assertEquals(0, boundary.lend(medium, pages, (of, again) -> true), "lent twice");
            return false;
        });
        assertEquals(512, medium.freePages());
    }

    @Test
    void a_loan_that_is_used_again_says_nothing_of_the_first_time() {
        Loan loan = new Loan();
        loan.ask(medium);
        loan.want(0, 0b1111);
        assertEquals(4, boundary.lend(List.of(loan), () -> loan.cleaned(new PageRange(0, 4))));
        assertTrue(medium.isClean(new PageRange(0, 4)));
        assertEquals(4, boundary.lend(List.of(loan), () -> {}));
        assertFalse(medium.isClean(new PageRange(0, 1)), "nobody has cleaned it this time");
        boundary.claim(medium, 512);
        map.close(medium);
        assertEquals(0, boundary.lend(List.of(loan), () -> {}));
        assertEquals(0, loan.lentPages());
        assertEquals(0, medium.freePages(), "a closed segment gets back what it did not lend");
    }

    @Test
    void only_what_is_lent_can_come_back_clean() {
        Loan loan = new Loan();
        loan.ask(medium);
        loan.want(1, 0b0110);
        boundary.lend(List.of(loan), () -> {
            assertThrows(IllegalArgumentException.class, () -> loan.cleaned(new PageRange(64, 2)));
            assertEquals(65, Loan.firstOf(loan.nextLent(0)));
            assertEquals(2, Loan.countOf(loan.nextLent(0)));
            assertEquals(Loan.NO_STRETCH, loan.nextLent(67));
            assertEquals(Loan.NO_STRETCH, loan.nextLent(512));
        });
        assertEquals(0, loan.refusedPages());
        assertFalse(medium.isClean(new PageRange(65, 1)));
        assertTrue(medium.isClean(new PageRange(64, 1)), "not lent, and as it was");
    }

    @Test
    void several_loans_come_back_together_also_when_a_later_one_is_of_a_closed_segment_or_the_borrower_throws() {
        boundary.claim(small, 511);
        map.close(small);
        Loan one = new Loan();
        Loan two = new Loan();
        one.ask(small);
        two.ask(medium);
        for (int w = 0; w < 8; w++) {
            one.want(w, -1L);
            two.want(w, -1L);
        }
        assertThrows(StackOverflowError.class, () -> boundary.lend(List.of(one, two), () -> {
            assertEquals(0, one.lentPages());
            assertEquals(512, one.refusedPages());
            throw new StackOverflowError();
        }));
        assertEquals(0, small.freePages());
        assertEquals(512, medium.freePages());
    }

    @Test
    void pages_that_a_huge_page_backs_are_clean_no_more() {
        assertTrue(medium.isClean(new PageRange(0, 512)));
        boundary.noteResident(medium, 0);
        for (int page = 0; page < 512; page++) {
            assertFalse(medium.isClean(new PageRange(page, 1)));
        }
        assertEquals(512, medium.freePages());
    }
}
