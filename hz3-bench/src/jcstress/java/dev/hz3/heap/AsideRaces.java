package dev.hz3.heap;

import dev.hz3.segment.Geometry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// A block that is aside, which its cache keeps to itself, and those who want something of it at the same moment.
public final class AsideRaces {

    private static final int BYTES = 4096;
    private static final int MANY = 20;
    private static final int PATIENCE = 100_000;

    private AsideRaces() {}

    /// A block that one thread hands to another. The threads use the heap as themselves: only an owner sets aside.
    private static class World extends OneHeap {
        private volatile long shared;

        void publish(long address) {
            shared = address;
        }

        /// What was published; 0 where it takes too long.
        long await() {
            for (int spins = 0; shared == 0 && spins < PATIENCE; spins++) {
                Thread.onSpinWait();
            }
            return shared;
        }

        /// A block that its owner allocates and frees by turns; live.
        long aside() {
            long block = heap.allocateAddress(BYTES);
            for (int i = 0; i < MANY; i++) {
                heap.freeAddress(block);
                block = heap.allocateAddress(BYTES);
            }
            return block;
        }

        int freed(long address) {
            try {
                heap.freeAddress(address);
                return 1;
            } catch (InvalidFreeException refused) {
                return 0;
            }
        }

        /// What is left after everything was freed and given back, in pages; the heap is gone then.
        int left() {
            heap.trim();
            HeapStats stats = heap.stats();
            heap.close();
            return (int) (Math.abs(stats.liveBytes()) + stats.cachedBytes() + stats.mappedBytes() >>> Geometry.PAGE_SHIFT);
        }
    }

    /// Its owner frees it and allocates it once more, and another frees it too.
    @JCStressTest
    @Outcome(id = {"1, 0, 0", "0, 1, 0"}, expect = Expect.ACCEPTABLE, desc = "one is refused")
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "neither is refused: one had no effect, or it was the next life that the other ended")
    @Outcome(expect = Expect.FORBIDDEN, desc = "freed twice, or never")
    @State
    public static class a_double_free_of_a_block_aside extends World {
        private long last;

        @Actor
        public void owner(III_Result r) {
            long block = aside();
            publish(block);
            r.r1 = freed(block);
            last = heap.allocateAddress(BYTES);
        }

        @Actor
        public void other(III_Result r) {
            long block = await();
            r.r2 = block == 0 ? 0 : freed(block);
        }

        @Arbiter
        public void count(III_Result r) {
            freed(last); // refused where the other has ended this life of it
            r.r3 = left();
        }
    }

    /// Another frees a block that is aside, while its owner needs the place for the next.
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "freed once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "refused, lost, or freed twice")
    @State
    public static class a_block_aside_is_freed_from_afar_while_it_makes_way extends World {
        private long block;
        private boolean isLate;

        @Actor
        public void owner() {
            long one = heap.allocateAddress(BYTES);
            block = aside();
            publish(block);
            heap.freeAddress(one);
            long two = heap.allocateAddress(BYTES); // the place is another's
            heap.freeAddress(two);
            long three = aside();
            heap.freeAddress(three);
        }

        @Actor
        public void other(II_Result r) {
            long seen = await();
            isLate = seen == 0;
            r.r1 = isLate ? 1 : freed(seen);
        }

        @Arbiter
        public void count(II_Result r) {
            if (isLate) {
                freed(block); // the owner had to wait for a processor
            }
            r.r2 = left();
        }
    }

    /// The owner goes on while upkeep takes what its cache has.
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "each block has one user")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two users of one block, or some block is lost")
    @State
    public static class upkeep_and_a_block_aside extends World {
        @Actor
        public void owner(II_Result r) {
            long one = aside();
            publish(one);
            heap.freeAddress(one);
            long two = aside();
            long three = heap.allocateAddress(BYTES);
            r.r1 = two != three ? 1 : 0;
            heap.freeAddress(two);
            heap.freeAddress(three);
        }

        @Actor
        public void upkeep() {
            await();
            heap.trim();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = left();
        }
    }
}
