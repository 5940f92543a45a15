package dev.hz3.bench.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;

/// The door from both sides at once.
public class BoundaryRaces {

    private BoundaryRaces() {}

    /// Pages are lent or claimed, never both, and none is lost.
    @JCStressTest
    @Outcome(id = "0, [24], sound", expect = ACCEPTABLE, desc = "the other two were lent, or all four before")
    @Outcome(id = "-1, 4, sound", expect = ACCEPTABLE, desc = "all four were lent when it was asked")
    @Outcome(expect = FORBIDDEN, desc = "a page lent and claimed, or lost")
    @State
    public static class ClaimAgainstLend extends OneSegment {
        public ClaimAgainstLend() {
            super(4);
        }

        @Actor
        public void claims(IIL_Result r) {
            r.r1 = claim(2);
        }

        @Actor
        public void lends(IIL_Result r) {
            r.r2 = lend(4);
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = verdict(r.r1 < 0 ? 0 : 2);
        }
    }

    /// What is released beside a loan stays free when the loan ends, and is clean only if it was lent.
    @JCStressTest
    @Outcome(id = "0, [24], sound", expect = ACCEPTABLE, desc = "lent without them, or with them")
    @Outcome(expect = FORBIDDEN, desc = "a page lost, or taken for clean")
    @State
    public static class ReleaseAgainstReturn extends OneSegment {
        public ReleaseAgainstReturn() {
            super(4);
            claim(2);
        }

        @Actor
        public void releases(IIL_Result r) {
            release(0, 2);
        }

        @Actor
        public void lends(IIL_Result r) {
            r.r2 = lend(4);
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = verdictAfterFlush(0);
        }
    }

    /// Two who borrow the same pages share them out.
    @JCStressTest
    @Outcome(id = "[04], [04], sound", expect = ACCEPTABLE, desc = "all or nothing, perhaps one after the other")
    @Outcome(expect = FORBIDDEN, desc = "a page lent twice at a time, or lost")
    @State
    public static class LendAgainstLend extends OneSegment {
        public LendAgainstLend() {
            super(4);
        }

        @Actor
        public void one(IIL_Result r) {
            r.r1 = lend(4);
        }

        @Actor
        public void two(IIL_Result r) {
            r.r2 = lend(4);
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = r.r1 + r.r2 == 0 ? "nobody got them" : verdict(0);
        }
    }

    /// Two claims for which there is room get pages of their own.
    @JCStressTest
    @Outcome(id = "0, 1, sound", expect = ACCEPTABLE, desc = "one page, then two")
    @Outcome(id = "2, 0, sound", expect = ACCEPTABLE, desc = "two pages, then one")
    @Outcome(expect = FORBIDDEN, desc = "they overlap, or one went away although there was room")
    @State
    public static class ClaimAgainstClaim extends OneSegment {
        public ClaimAgainstClaim() {
            super(3);
        }

        @Actor
        public void one(IIL_Result r) {
            r.r1 = claim(1);
        }

        @Actor
        public void two(IIL_Result r) {
            r.r2 = claim(2);
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = verdict(3);
        }
    }

    /// A release is seen whole or not at all, and does not run over the tags of who claims next.
    @JCStressTest
    @Outcome(id = "0, 0, sound", expect = ACCEPTABLE, desc = "released, then claimed")
    @Outcome(id = "0, -1, sound", expect = ACCEPTABLE, desc = "asked too soon")
    @Outcome(expect = FORBIDDEN, desc = "half of a release was claimed, or pages or tags are lost")
    @State
    public static class ClaimAgainstRelease extends OneSegment {
        private static final int CLASS = 30;

        public ClaimAgainstRelease() {
            super(4);
            claim(2);
            segment.tag(new PageRange(first, 2), CLASS);
        }

        @Actor
        public void releases(IIL_Result r) {
            release(0, 2);
        }

        @Actor
        public void claims(IIL_Result r) {
            r.r2 = claim(4);
            if (r.r2 == 0) {
                segment.tag(new PageRange(first, 4), CLASS + 1);
            }
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            boolean isTagged = r.r2 == 0 ? segment.beginsRun(first, CLASS + 1) : segment.isNobodys(first);
            r.r3 = isTagged ? verdict(r.r2 == 0 ? 4 : 0) : "the word is 0x" + Long.toHexString(segment.word(first));
        }
    }

    /// Of two who release the same pages one is refused, and nothing has changed by it.
    @JCStressTest
    @Outcome(id = "1, 0, sound", expect = ACCEPTABLE, desc = "the first was refused")
    @Outcome(id = "0, 1, sound", expect = ACCEPTABLE, desc = "the second was")
    @Outcome(expect = FORBIDDEN, desc = "both released them, or nobody did")
    @State
    public static class ReleaseAgainstRelease extends OneSegment {
        public ReleaseAgainstRelease() {
            super(4);
            claim(4);
        }

        private int refused(PageRange pages) {
            try {
                boundary.release(segment, pages, ReleaseReason.LARGE_FREE);
                for (int page = pages.first(); page < pages.end(); page++) {
                    letGo(page);
                }
                return 0;
            } catch (BoundaryViolation refused) {
                return refused.check() == BoundaryViolation.Check.STATE ? 1 : 2;
            }
        }

        @Actor
        public void one(IIL_Result r) {
            r.r1 = refused(last(4));
        }

        @Actor
        public void two(IIL_Result r) {
            r.r2 = refused(last(4));
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = ledger.waitingPages() == 4 ? verdictAfterFlush(0) : "the ledger heard of " + ledger.waitingPages();
        }
    }

    /// The pool knows the room of a segment when the last who changed it has said so.
    @JCStressTest
    @Outcome(id = "0, [02], sound", expect = ACCEPTABLE, desc = "the room that there is can be found")
    @Outcome(expect = FORBIDDEN, desc = "room that nobody finds, or a segment that is listed for more than it has")
    @State
    public static class ClaimAndReleaseBothTellThePool extends OneSegment {
        public ClaimAndReleaseBothTellThePool() {
            super(4);
            claim(2);
            pool.update(segment);
        }

        @Actor
        public void releases(IIL_Result r) {
            release(0, 2);
            pool.update(segment);
        }

        @Actor
        public void claims(IIL_Result r) {
            r.r2 = claim(2);
            pool.update(segment);
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            int longest = segment.longestFreeStretch();
            boolean isFound = pool.tightest(longest) == segment && pool.tightest(longest + 1) == Segment.NOWHERE;
            r.r3 = isFound ? verdict(2) : "the pool does not know of " + longest + " pages";
        }
    }

    /// A segment closes only where nobody got a page of it; who comes too late goes away and is not scolded.
    @JCStressTest
    @Outcome(id = "0, 1, sound", expect = ACCEPTABLE, desc = "a page was claimed, it stays")
    @Outcome(id = "1, 0, sound", expect = ACCEPTABLE, desc = "it was closed")
    @Outcome(expect = FORBIDDEN, desc = "a page of a closed segment was claimed, or a claim was taken for a violation")
    @State
    public static class ClaimAgainstClose {
        private final PaperMachine machine = new PaperMachine(1);
        private final AddressMap map = new AddressMap(machine, machine.reserve(0, 0, 0));
        private final ReleaseBoundary boundary = new ReleaseBoundary(map, (segment, first, count, reason) -> {});
        private final PackPool pool = new PackPool(0);
        private final Segment segment = map.open(SegmentKind.MEDIUM, pool);

        public ClaimAgainstClose() {
            pool.update(segment);
        }

        @Actor
        public void closes(IIL_Result r) {
            if (boundary.claim(segment, Geometry.PAGES_PER_SEGMENT) != ReleaseBoundary.NONE) {
                map.close(segment);
                map.free(segment);
                r.r1 = 1;
            }
        }

        @Actor
        public void claims(IIL_Result r) {
            Segment found = pool.tightest(1);
            if (found != Segment.NOWHERE && boundary.claim(found, 1) != ReleaseBoundary.NONE) {
                r.r2 = 1;
            }
            pool.update(segment);
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            boolean isListed = pool.listed() == 1;
            boolean isFound = map.find(segment.base()) == segment;
            r.r3 = isListed == (r.r2 == 1) && isFound == (r.r2 == 1) && map.open() == r.r2 ? "sound" : "listed=" + isListed + ", found=" + isFound;
        }
    }
}
