package dev.hz3.heap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.hz3.heap.cache.ThreadCache;
import dev.hz3.segment.states.BlockStates;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// A thread's cache, which upkeep borrows and the next thread inherits.
public class CacheRaces {

    /// An owner is inside for a few nanoseconds only: so often that upkeep meets it there.
    private static final int TICKS = 50;

    private CacheRaces() {}

    /// Upkeep takes everything out of a cache while its owner takes a block: the block is in one place.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "upkeep stayed out, or the owner waited")
    @Outcome(expect = FORBIDDEN, desc = "both were inside: a block is lost, or in two places")
    @State
    public static class AllocateAgainstTrim extends OneHeap {
        private long block;

        public AllocateAgainstTrim() {
            long one = ownersAllocate();
            long two = ownersAllocate();
            ownersFree(one);
            ownersFree(two);
        }

        @Actor
        public void owner() {
            long one = ownersAllocate();
            for (int tick = 0; tick < TICKS; tick++) {
                ownersFree(one);
                one = ownersAllocate();
            }
            block = one;
        }

        @Actor
        public void upkeep() {
            heap.trim();
        }

        @Arbiter
        public void verdict(L_Result r) {
            r.r1 = verdictWithLive(block);
        }
    }

    /// Upkeep borrows a cache while the owner gives a block back.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "upkeep stayed out, or the owner waited")
    @Outcome(expect = FORBIDDEN, desc = "both were inside: a block is lost, or in two places")
    @State
    public static class FreeAgainstTrim extends OneHeap {
        private final long kept = ownersAllocate();
        private final long block = ownersAllocate();
        private boolean refused;

        public FreeAgainstTrim() {
            ownersFree(ownersAllocate());
        }

        @Actor
        public void owner() {
            refused = ownersFree(block);
        }

        @Actor
        public void upkeep() {
            heap.trim();
        }

        @Arbiter
        public void verdict(L_Result r) {
            r.r1 = refused ? "refused" : verdictWithLive(kept);
        }
    }

    /// An owner that goes in and out all the time, against a tick that only looks whether it is silent, and then sorts its inbox.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "every block is in one place")
    @Outcome(expect = FORBIDDEN, desc = "both were inside: a block is lost, or in two places")
    @State
    public static class BusyOwnerAgainstTick extends OneHeap {
        private final long kept = ownersAllocate();
        private boolean refused;

        public BusyOwnerAgainstTick() {
            long one = ownersAllocate();
            long two = ownersAllocate();
            // Remotely, and delivered.
            ThreadCache sender = heap.parts().caches().byId(1);
            for (long block : new long[] {one, two}) {
                int owner = BlockStates.returnRemotely(heap.parts().map().table().stateOf(block));
                sender.send(sizeClass, block, owner);
            }
            sender.trim();
        }

        @Actor
        public void owner() {
            for (int tick = 0; tick < TICKS && !refused; tick++) {
                long one = ownersAllocate();
                long two = ownersAllocate();
                refused = ownersFree(one) | ownersFree(two);
            }
        }

        @Actor
        public void upkeep() {
            heap.tick();
            heap.tick();
        }

        @Arbiter
        public void verdict(L_Result r) {
            r.r1 = refused ? "refused" : verdictWithLive(kept);
        }
    }

    /// A block of a thread that has died is freed while upkeep buries its cache.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "it comes home, whoever lives there")
    @Outcome(expect = FORBIDDEN, desc = "a block is lost, or freed twice")
    @State
    public static class RemoteFreeAgainstDeath extends OneHeap {
        private final long one = ownersAllocate();
        private final long two = ownersAllocate();
        private boolean refused;

        public RemoteFreeAgainstDeath() {
            ownersFree(ownersAllocate());
            ownerDies();
        }

        @Actor
        public void other() {
            refused = free(one) | free(two);
        }

        @Actor
        public void upkeep() {
            heap.trim();
        }

        @Arbiter
        public void verdict(L_Result r) {
            r.r1 = refused ? "refused" : verdict(0, 0);
        }
    }

    /// The cache of the dead is emptied while a thread comes that has none.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "it got a cache of its own, or the dead one's")
    @Outcome(expect = FORBIDDEN, desc = "a block is lost, or in two places")
    @State
    public static class AdoptionAgainstDeath extends OneHeap {
        private final long kept = ownersAllocate();
        private boolean refused;

        public AdoptionAgainstDeath() {
            ownersFree(ownersAllocate());
            ownerDies();
        }

        @Actor
        public void newcomer() {
            long one = heap.allocateAddress(BYTES);
            long two = heap.allocateAddress(BYTES);
            refused = free(one) | free(two);
        }

        @Actor
        public void upkeep() {
            heap.trim();
        }

        @Arbiter
        public void verdict(L_Result r) {
            r.r1 = refused ? "refused" : verdictWithLive(kept);
        }
    }
}
