package dev.hz3.heap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.hz3.bench.races.PaperMachine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// The heap as a whole: ticks of upkeep, blocks that are handed over, and its end.
public class HeapRaces {

    private HeapRaces() {}

    /// Two ticks at once are one, or one after the other.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "everything that is free has left, and nothing else")
    @Outcome(expect = FORBIDDEN, desc = "a block was lost, or live memory left")
    @State
    public static class TickAgainstTick extends OneHeap {
        private final long kept = ownersAllocate();

        public TickAgainstTick() {
            long one = ownersAllocate();
            long two = ownersAllocate();
            ownersFree(one);
            ownersFree(two);
            free(allocate(LARGE_BYTES));
            heap.tick();
        }

        @Actor
        public void one() {
            heap.tick();
        }

        @Actor
        public void two() {
            heap.tick();
        }

        @Arbiter
        public void verdict(L_Result r) {
            r.r1 = verdictWithLive(kept);
        }
    }

    /// The pages of a block that another thread takes are not purged, and its segment is not closed.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "claimed before the segment closed, or in another")
    @Outcome(expect = FORBIDDEN, desc = "a live block in a closed segment, or wiped")
    @State
    public static class LargeAllocateAgainstTrim extends OneHeap {
        private long block;

        public LargeAllocateAgainstTrim() {
            free(allocate(LARGE_BYTES));
        }

        @Actor
        public void user() {
            block = allocate(LARGE_BYTES);
            machine.write(block, 1);
            machine.write(block + LARGE_BYTES - 1, 1);
        }

        @Actor
        public void upkeep() {
            heap.trim();
        }

        @Arbiter
        public void verdict(L_Result r) {
            long usable = heap.usableSize(block);
            String before = verdict(usable, 0);
            boolean isThere = machine.read(block) == 1 && machine.read(block + LARGE_BYTES - 1) == 1;
            r.r1 = !isThere ? "wiped" : !before.equals("sound") ? before : free(block) ? "refused" : verdict(0, 0);
        }
    }

    /// A block that spans segments takes them whole while they are being closed.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "found, or opened anew")
    @Outcome(expect = FORBIDDEN, desc = "segments are lost, or a live block in a closed one")
    @State
    public static class SpanAgainstTrim extends OneHeap {
        private static final int SPAN_BYTES = 3 << 20;
        private long block;

        public SpanAgainstTrim() {
            free(allocate(SPAN_BYTES));
        }

        @Actor
        public void user() {
            block = allocate(SPAN_BYTES);
        }

        @Actor
        public void upkeep() {
            heap.trim();
        }

        @Arbiter
        public void verdict(L_Result r) {
            String before = verdict(SPAN_BYTES, 0);
            r.r1 = !before.equals("sound") ? before : free(block) ? "refused" : verdict(0, 0);
        }
    }

    /// Small blocks are taken from a run that is being retired.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "from that run, or from a new one")
    @Outcome(expect = FORBIDDEN, desc = "a live block in a run that was retired")
    @State
    public static class SmallAllocateAgainstRetire extends OneHeap {
        private long block;

        public SmallAllocateAgainstRetire() {
            super(1024);
            ownersFree(ownersAllocate());
            cache.trim();
        }

        @Actor
        public void owner() {
            block = ownersAllocate();
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

    /// A block that was handed over properly can be freed by who got it, also where its segment was opened a moment ago.
    @JCStressTest
    @Outcome(id = {"nothing yet, sound", "freed, sound"}, expect = ACCEPTABLE, desc = "not handed over yet, or freed")
    @Outcome(expect = FORBIDDEN, desc = "who got the block does not find what it is made of")
    @State
    public static class HandOver extends OneHeap {
        private volatile long block;

        @Actor
        public void owner() {
            block = ownersAllocate();
        }

        @Actor
        public void other(LL_Result r) {
            long got = block;
            r.r1 = got == 0 ? "nothing yet" : free(got) ? "refused" : "freed";
        }

        @Arbiter
        public void verdict(LL_Result r) {
            if (r.r1.equals("nothing yet")) {
                free(block);
            }
            r.r2 = verdict(0, 0);
        }
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /// Something is asked of a heap that is being closed.
    private static class Ending extends OneHeap {
        /// What became of it, in a word.
        final String ask(Runnable operation) {
            try {
                operation.run();
                return "done";
            } catch (IllegalStateException refused) {
                return "the heap is closed".equals(refused.getMessage()) ? "refused" : refused.toString();
            }
        }

        final String end() {
            PaperMachine at = machine;
            boolean isRefused = ask(() -> allocate(BYTES)).equals("refused") && ask(() -> allocate(LARGE_BYTES)).equals("refused")
                    && ask(heap::tick).equals("refused") && ask(this::ownersAllocate).equals("refused");
            return at.unreserved() == 1 && at.closed() == 1 && at.late() == 0 && isRefused
                    ? "sound"
                    : "unreserved=" + at.unreserved() + ", closed=" + at.closed() + ", late=" + at.late() + ", refused=" + isRefused;
        }
    }

    /// Both ends are one.
    @JCStressTest
    @Outcome(id = "sound", expect = ACCEPTABLE, desc = "the addresses were given back once")
    @Outcome(expect = FORBIDDEN, desc = "never, or twice")
    @State
    public static class CloseAgainstClose extends Ending {
        @Actor
        public void one() {
            heap.close();
        }

        @Actor
        public void two() {
            heap.close();
        }

        @Arbiter
        public void verdict(L_Result r) {
            r.r1 = end();
        }
    }

    /// An owner allocates, and so opens a segment, while the heap is closed.
    @JCStressTest
    @Outcome(id = "(done|refused), sound", expect = ACCEPTABLE, desc = "a block, or a refusal")
    @Outcome(expect = FORBIDDEN, desc = "anything else, or the addresses went under it")
    @State
    public static class CloseAgainstAllocate extends Ending {
        @Actor
        public void owner(LL_Result r) {
            r.r1 = ask(this::ownersAllocate);
        }

        @Actor
        public void closes() {
            heap.close();
        }

        @Arbiter
        public void verdict(LL_Result r) {
            r.r2 = end();
        }
    }

    /// A thread that has no cache yet allocates while the heap is closed.
    @JCStressTest
    @Outcome(id = "(done|refused), sound", expect = ACCEPTABLE, desc = "a block, or a refusal")
    @Outcome(expect = FORBIDDEN, desc = "anything else, or the addresses went under it")
    @State
    public static class CloseAgainstNewcomer extends Ending {
        @Actor
        public void newcomer(LL_Result r) {
            r.r1 = ask(() -> allocate(BYTES));
        }

        @Actor
        public void closes() {
            heap.close();
        }

        @Arbiter
        public void verdict(LL_Result r) {
            r.r2 = end();
        }
    }

    /// Large blocks go past the caches.
    @JCStressTest
    @Outcome(id = "(done|refused), sound", expect = ACCEPTABLE, desc = "a block, or a refusal")
    @Outcome(expect = FORBIDDEN, desc = "anything else, or the addresses went under it")
    @State
    public static class CloseAgainstLargeAllocate extends Ending {
        @Actor
        public void user(LL_Result r) {
            r.r1 = ask(() -> allocate(LARGE_BYTES));
        }

        @Actor
        public void closes() {
            heap.close();
        }

        @Arbiter
        public void verdict(LL_Result r) {
            r.r2 = end();
        }
    }

    /// A block is freed remotely while the heap is closed.
    @JCStressTest
    @Outcome(id = "(done|refused), sound", expect = ACCEPTABLE, desc = "freed, or a refusal")
    @Outcome(expect = FORBIDDEN, desc = "anything else, or the addresses went under it")
    @State
    public static class CloseAgainstRemoteFree extends Ending {
        private final long block = ownersAllocate();

        @Actor
        public void other(LL_Result r) {
            r.r1 = ask(() -> free(block));
        }

        @Actor
        public void closes() {
            heap.close();
        }

        @Arbiter
        public void verdict(LL_Result r) {
            r.r2 = end();
        }
    }

    /// A tick purges while the heap is closed.
    @JCStressTest
    @Outcome(id = "(done|refused), sound", expect = ACCEPTABLE, desc = "a tick, or a refusal")
    @Outcome(expect = FORBIDDEN, desc = "anything else, or the addresses went under it")
    @State
    public static class CloseAgainstTrim extends Ending {
        public CloseAgainstTrim() {
            ownersFree(ownersAllocate());
            free(allocate(LARGE_BYTES));
        }

        @Actor
        public void upkeep(LL_Result r) {
            r.r1 = ask(heap::trim);
        }

        @Actor
        public void closes() {
            heap.close();
        }

        @Arbiter
        public void verdict(LL_Result r) {
            r.r2 = end();
        }
    }
}
