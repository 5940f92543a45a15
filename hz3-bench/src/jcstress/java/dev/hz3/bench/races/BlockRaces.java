package dev.hz3.bench.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.hz3.segment.BlockStates;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/// The one `char` that says who holds a block.
public class BlockRaces {

    private static final int OWNER = 5;

    private BlockRaces() {}

    private static boolean takenBack(BlockStates states) {
        boolean isMine = states.isOf(1, OWNER);
        if (isMine) {
            states.hold(1);
        }
        return isMine;
    }

    /// The owner takes a block back by a plain write while another marks it as returned: one of the two has an effect.
    ///
    /// Result: taken back; whom the other must tell; collected.
    @JCStressTest
    @Outcome(id = "true, 0, false", expect = ACCEPTABLE, desc = "the owner freed it, the other is refused")
    @Outcome(id = "false, 5, true", expect = ACCEPTABLE, desc = "the other freed it, the owner is refused")
    @Outcome(id = "true, 5, false", expect = ACCEPTABLE, desc = "both at the same moment: the owner freed it, the collection fails and is counted")
    @Outcome(expect = FORBIDDEN, desc = "freed twice, or not at all")
    @State
    public static class OwnersFreeAgainstFreeFromAfar {
        private final BlockStates states = new BlockStates(4);

        public OwnersFreeAgainstFreeFromAfar() {
            states.handOut(1, OWNER);
        }

        @Actor
        public void owner(ZIZ_Result r) {
            r.r1 = takenBack(states);
        }

        @Actor
        public void other(ZIZ_Result r) {
            r.r2 = states.returnFromAfar(1);
        }

        @Arbiter
        public void collects(ZIZ_Result r) {
            r.r3 = states.collect(1, OWNER);
        }
    }

    /// Two from afar: one of them.
    @JCStressTest
    @Outcome(id = {"true, false, true", "false, true, true"}, expect = ACCEPTABLE, desc = "one of them freed it")
    @Outcome(expect = FORBIDDEN, desc = "both did, or nobody")
    @State
    public static class TwoFreesFromAfar {
        private final BlockStates states = new BlockStates(4);

        public TwoFreesFromAfar() {
            states.handOut(1, OWNER);
        }

        @Actor
        public void one(ZZZ_Result r) {
            r.r1 = states.returnFromAfar(1) == OWNER;
        }

        @Actor
        public void two(ZZZ_Result r) {
            r.r2 = states.returnFromAfar(1) == OWNER;
        }

        @Arbiter
        public void collects(ZZZ_Result r) {
            r.r3 = states.collect(1, OWNER);
        }
    }

    /// Neighbours in one array do not run over each other: a plain write beside a compare-and-set.
    @JCStressTest
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "each block has its own state")
    @Outcome(expect = FORBIDDEN, desc = "the state of a neighbour was lost")
    @State
    public static class NeighboursAreFreedByOwnerAndFromAfar {
        private final BlockStates states = new BlockStates(4);

        public NeighboursAreFreedByOwnerAndFromAfar() {
            states.handOut(1, OWNER);
            states.handOut(2, OWNER);
        }

        @Actor
        public void owner(ZZZ_Result r) {
            r.r1 = takenBack(states);
        }

        @Actor
        public void other(ZZZ_Result r) {
            r.r2 = states.returnFromAfar(2) == OWNER;
        }

        @Arbiter
        public void collects(ZZZ_Result r) {
            r.r3 = !states.isLive(1) && states.collect(2, OWNER);
        }
    }
}
