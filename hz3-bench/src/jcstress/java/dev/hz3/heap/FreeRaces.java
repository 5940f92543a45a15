package dev.hz3.heap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZL_Result;

/// Two threads free the same block. One free has an effect; the other is refused, or, where the owner's was at the same moment, counted.
///
/// Result: whether each was refused; what the heap looks like when all has come home.
public class FreeRaces {

    private FreeRaces() {}

    /// A block, live.
    private static class Twice extends OneHeap {
        private final long block;

        Twice(int bytes) {
            super(bytes);
            block = bytes == LARGE_BYTES ? allocate(bytes) : ownersAllocate();
        }

        final boolean free() {
            return free(block);
        }

        final boolean ownersFree() {
            return ownersFree(block);
        }
    }

    /// Neither is the owner; a block that shares its run with others.
    @JCStressTest
    @Outcome(id = {"true, false, sound", "false, true, sound"}, expect = ACCEPTABLE, desc = "one was refused")
    @Outcome(expect = FORBIDDEN, desc = "both were taken or refused, or the heap is damaged")
    @State
    public static class SmallBlockFreedRemotelyTwice extends Twice {
        public SmallBlockFreedRemotelyTwice() {
            super(64);
        }

        @Actor
        public void one(ZZL_Result r) {
            r.r1 = free();
        }

        @Actor
        public void two(ZZL_Result r) {
            r.r2 = free();
        }

        @Arbiter
        public void verdict(ZZL_Result r) {
            r.r3 = verdict(0, 1);
        }
    }

    /// Neither is the owner; a run of pages.
    @JCStressTest
    @Outcome(id = {"true, false, sound", "false, true, sound"}, expect = ACCEPTABLE, desc = "one was refused")
    @Outcome(expect = FORBIDDEN, desc = "both were taken or refused, or the heap is damaged")
    @State
    public static class RunFreedRemotelyTwice extends Twice {
        public RunFreedRemotelyTwice() {
            super(BYTES);
        }

        @Actor
        public void one(ZZL_Result r) {
            r.r1 = free();
        }

        @Actor
        public void two(ZZL_Result r) {
            r.r2 = free();
        }

        @Arbiter
        public void verdict(ZZL_Result r) {
            r.r3 = verdict(0, 1);
        }
    }

    /// A large block has no owner, and its pages are released at once.
    @JCStressTest
    @Outcome(id = {"true, false, sound", "false, true, sound"}, expect = ACCEPTABLE, desc = "one was refused")
    @Outcome(expect = FORBIDDEN, desc = "both were taken or refused, or the heap is damaged")
    @State
    public static class LargeBlockFreedTwice extends Twice {
        public LargeBlockFreedTwice() {
            super(LARGE_BYTES);
        }

        @Actor
        public void one(ZZL_Result r) {
            r.r1 = free();
        }

        @Actor
        public void two(ZZL_Result r) {
            r.r2 = free();
        }

        @Arbiter
        public void verdict(ZZL_Result r) {
            r.r3 = verdict(0, 1);
        }
    }

    /// The owner's plain write against another's compare-and-set, a small block.
    @JCStressTest
    @Outcome(id = {"true, false, sound", "false, true, sound"}, expect = ACCEPTABLE, desc = "one was refused")
    @Outcome(id = "false, false, sound", expect = ACCEPTABLE, desc = "at the same moment: one had no effect, and was counted")
    @Outcome(expect = FORBIDDEN, desc = "both had an effect, or none, or the heap is damaged")
    @State
    public static class SmallBlockFreedByItsOwnerAndRemotely extends Twice {
        public SmallBlockFreedByItsOwnerAndRemotely() {
            super(64);
        }

        @Actor
        public void owner(ZZL_Result r) {
            r.r1 = ownersFree();
        }

        @Actor
        public void other(ZZL_Result r) {
            r.r2 = free();
        }

        @Arbiter
        public void verdict(ZZL_Result r) {
            r.r3 = verdict(0, 1);
        }
    }

    /// Two threads free one run of pages.
    @JCStressTest
    @Outcome(id = {"true, false, sound", "false, true, sound"}, expect = ACCEPTABLE, desc = "one was refused")
    @Outcome(id = "false, false, sound", expect = ACCEPTABLE, desc = "at the same moment: one had no effect, and was counted")
    @Outcome(expect = FORBIDDEN, desc = "both had an effect, or none, or the heap is damaged")
    @State
    public static class RunFreedByItsOwnerAndRemotely extends Twice {
        public RunFreedByItsOwnerAndRemotely() {
            super(BYTES);
        }

        @Actor
        public void owner(ZZL_Result r) {
            r.r1 = ownersFree();
        }

        @Actor
        public void other(ZZL_Result r) {
            r.r2 = free();
        }

        @Arbiter
        public void verdict(ZZL_Result r) {
            r.r3 = verdict(0, 1);
        }
    }
}
