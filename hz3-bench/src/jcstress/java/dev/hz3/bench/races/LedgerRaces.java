package dev.hz3.bench.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.hz3.release.ledger.PurgePlan;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;

/// Freed pages are purged once each, and nobody's are purged who has claimed them meanwhile.
public class LedgerRaces {

    private LedgerRaces() {}

    /// Pages that wait, written to, and as many that are free and clean.
    private static class Waiting extends OneSegment {
        Waiting(int waiting, int others) {
            super(waiting + others);
            claim(waiting);
            release(0, waiting);
        }

        final int tick() {
            return (int) ledger.tick(boundary, PurgePlan.FLUSH);
        }
    }

    /// Two ticks purge what waits once.
    @JCStressTest
    @Outcome(id = {"4, 0, sound", "0, 4, sound"}, expect = ACCEPTABLE, desc = "one of them")
    @Outcome(expect = FORBIDDEN, desc = "purged twice, or forgotten")
    @State
    public static class TickAgainstTick extends Waiting {
        public TickAgainstTick() {
            super(4, 0);
        }

        @Actor
        public void one(IIL_Result r) {
            r.r1 = tick();
        }

        @Actor
        public void two(IIL_Result r) {
            r.r2 = tick();
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = verdictAfterFlush(0);
        }
    }

    /// Pages that are claimed while they wait are not purged under their new holder.
    @JCStressTest
    @Outcome(id = "0, 2, sound", expect = ACCEPTABLE, desc = "claimed before: the others were purged")
    @Outcome(id = "0, 4, sound", expect = ACCEPTABLE, desc = "claimed when all had been purged")
    @Outcome(id = "-1, 4, sound", expect = ACCEPTABLE, desc = "all were lent when it was asked")
    @Outcome(expect = FORBIDDEN, desc = "live memory was purged, or pages were lost")
    @State
    public static class ClaimAgainstTick extends Waiting {
        public ClaimAgainstTick() {
            super(4, 0);
        }

        @Actor
        public void claims(IIL_Result r) {
            r.r1 = claim(2);
        }

        @Actor
        public void ticks(IIL_Result r) {
            r.r2 = tick();
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = verdictAfterFlush(r.r1 < 0 ? 0 : 2);
        }
    }

    /// Pages that are claimed, written and released again during a tick are dirty, and wait.
    @JCStressTest
    @Outcome(id = "(-1|0), [024], sound", expect = ACCEPTABLE, desc = "purged before or after, and found by the next flush where not")
    @Outcome(expect = FORBIDDEN, desc = "written pages are taken for clean, or nobody knows that they must be purged")
    @State
    public static class ReuseAgainstTick extends Waiting {
        public ReuseAgainstTick() {
            super(4, 0);
        }

        @Actor
        public void claimsAndReleases(IIL_Result r) {
            r.r1 = claim(2);
            if (r.r1 == 0) {
                release(0, 2);
            }
        }

        @Actor
        public void ticks(IIL_Result r) {
            r.r2 = tick();
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            r.r3 = verdictAfterFlush(0);
        }
    }

    /// What is released while the entry of its segment is away for a purge finds its way into the queue.
    @JCStressTest
    @Outcome(id = "0, [24], sound", expect = ACCEPTABLE, desc = "purged with the others, or by the next tick")
    @Outcome(expect = FORBIDDEN, desc = "released pages wait in no queue")
    @State
    public static class ReleaseAgainstTick extends Waiting {
        public ReleaseAgainstTick() {
            super(2, 2);
            claim(4);
            release(0, 2);
        }

        @Actor
        public void releases(IIL_Result r) {
            release(2, 2);
        }

        @Actor
        public void ticks(IIL_Result r) {
            r.r2 = tick();
        }

        @Arbiter
        public void verdict(IIL_Result r) {
            // A tick, not a flush: a flush would also find what is in no queue.
            tick();
            r.r3 = machine.writtenPages() == 0 ? verdictAfterFlush(0) : "a tick finds " + ledger.waitingPages() + " waiting pages no more";
        }
    }
}
