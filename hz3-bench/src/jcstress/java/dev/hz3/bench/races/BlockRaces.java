package dev.hz3.bench.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.hz3.os.LinuxSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.segment.states.BlockStates;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/// The 16 bits that say who holds a block.
public class BlockRaces {

    private static final int OWNER = 5;

    private static final int BLOCKS = 4;
    /// States of tests, in a ring that is longer than the tests that run at the same time.
    private static final long RING_BYTES = 64L << 20;
    private static final ReservedRange RING;
    private static final AtomicLong NEXT = new AtomicLong();

    static {
        LinuxSystem kernel = LinuxSystem.open();
        RING = kernel.reserveTable(RING_BYTES);
        kernel.commit(RING, RING.base(), RING_BYTES);
    }

    private BlockRaces() {}

    /// The states of four blocks that are held.
    static final class States {
        private final long first = RING.base() + NEXT.getAndAdd((long) BLOCKS * BlockStates.BYTES) % RING_BYTES;

        States() {
            for (int block = 0; block < BLOCKS; block++) {
                BlockStates.endLife(at(block));
            }
        }

        private long at(int block) {
            return first + (long) block * BlockStates.BYTES;
        }

        void handOut(int block, int owner) {
            BlockStates.handOut(at(block), owner);
        }

        void endLife(int block) {
            BlockStates.endLife(at(block));
        }

        boolean isOf(int block, int owner) {
            return BlockStates.isOf(at(block), owner);
        }

        boolean isLive(int block) {
            return BlockStates.isLive(at(block));
        }

        int returnRemotely(int block) {
            return BlockStates.returnRemotely(at(block));
        }

        boolean collect(int block, int owner) {
            return BlockStates.collect(at(block), owner);
        }
    }

    private static boolean takenBack(States states) {
        boolean isMine = states.isOf(1, OWNER);
        if (isMine) {
            states.endLife(1);
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
    public static class OwnersFreeAgainstRemoteFree {
        private final States states = new States();

        public OwnersFreeAgainstRemoteFree() {
            states.handOut(1, OWNER);
        }

        @Actor
        public void owner(ZIZ_Result r) {
            r.r1 = takenBack(states);
        }

        @Actor
        public void other(ZIZ_Result r) {
            r.r2 = states.returnRemotely(1);
        }

        @Arbiter
        public void collects(ZIZ_Result r) {
            r.r3 = states.collect(1, OWNER);
        }
    }

    /// Two remote frees: one of them.
    @JCStressTest
    @Outcome(id = {"true, false, true", "false, true, true"}, expect = ACCEPTABLE, desc = "one of them freed it")
    @Outcome(expect = FORBIDDEN, desc = "both did, or nobody")
    @State
    public static class TwoRemoteFrees {
        private final States states = new States();

        public TwoRemoteFrees() {
            states.handOut(1, OWNER);
        }

        @Actor
        public void one(ZZZ_Result r) {
            r.r1 = states.returnRemotely(1) == OWNER;
        }

        @Actor
        public void two(ZZZ_Result r) {
            r.r2 = states.returnRemotely(1) == OWNER;
        }

        @Arbiter
        public void collects(ZZZ_Result r) {
            r.r3 = states.collect(1, OWNER);
        }
    }

    /// Neighbours in one word of 32 bits do not run over each other: a plain write beside a compare-and-set.
    @JCStressTest
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "each block has its own state")
    @Outcome(expect = FORBIDDEN, desc = "the state of a neighbour was lost")
    @State
    public static class NeighboursAreFreedByOwnerAndRemotely {
        private final States states = new States();

        public NeighboursAreFreedByOwnerAndRemotely() {
            states.handOut(0, OWNER);
            states.handOut(1, OWNER);
        }

        @Actor
        public void owner(ZZZ_Result r) {
            r.r1 = states.isOf(0, OWNER);
            states.endLife(0);
        }

        @Actor
        public void other(ZZZ_Result r) {
            r.r2 = states.returnRemotely(1) == OWNER;
        }

        @Arbiter
        public void collects(ZZZ_Result r) {
            r.r3 = !states.isLive(0) && states.collect(1, OWNER);
        }
    }
}
