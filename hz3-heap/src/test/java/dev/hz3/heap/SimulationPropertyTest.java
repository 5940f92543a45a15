package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Lives of whole heaps, each following from its seed.
///
///     -Dhz3.seeds=1000000    how many
///     -Dhz3.seed=17          the first, and the only one where `hz3.seeds` is not given
///     -Dhz3.steps=2000       steps a life
///     -Dhz3.keep=3,10-17     only these steps of it
///     -Dhz3.workers=2        lives at the same time
class SimulationPropertyTest {

    private static final boolean IS_ONE = System.getProperty("hz3.seed") != null && System.getProperty("hz3.seeds") == null;
    private static final long FIRST = Long.getLong("hz3.seed", 1);
    private static final long SEEDS = IS_ONE ? 1 : Long.getLong("hz3.seeds", 500);
    private static final int STEPS = Integer.getInteger("hz3.steps", 2_000);
    private static final int WORKERS = Integer.getInteger("hz3.workers", Math.min(2, Runtime.getRuntime().availableProcessors()));
    private static final int SHRINK_SECONDS = 20;

    private static long[] memory() {
        return new long[(int) (SimulationSetting.MOST_BYTES / Long.BYTES)];
    }

    private static List<SimulationStep> plan(long seed) {
        List<SimulationStep> plan = SimulationStep.plan(seed, STEPS);
        String keep = System.getProperty("hz3.keep");
        if (keep == null) {
            return plan;
        }
        BitSet kept = new BitSet();
        for (String part : keep.split(",", -1)) {
            String[] ends = part.split("-", -1);
            kept.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
        }
        return kept.stream().filter(i -> i < plan.size()).mapToObj(plan::get).toList();
    }

    private final AtomicLong nextSeed = new AtomicLong(FIRST);
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final LongAdder hashes = new LongAdder(); // a sum: the order of the seeds is chance
    private final LongAdder lives = new LongAdder();
    private final LongAdder purged = new LongAdder();
    private final LongAdder interleaved = new LongAdder();
    private final LongAdder refusedFrees = new LongAdder();
    private final LongAdder outOfMemory = new LongAdder();
    private final LongAdder faults = new LongAdder();

    @Test
    void nothing_is_lost_whatever_the_seed() throws InterruptedException {
        long begun = System.nanoTime();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(Thread.ofPlatform().uncaughtExceptionHandler((_, thrown) -> failures.add(thrown.toString())).start(this::work));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        System.out.println("simulation: seeds=" + FIRST + "…" + (FIRST + SEEDS - 1) + ", steps=" + STEPS + ", lives=" + lives + ", trace=0x"
                + Long.toHexString(hashes.sum()) + ", purged pages=" + purged + ", interleaved steps=" + interleaved + ", refused frees="
                + refusedFrees + ", out of memory=" + outOfMemory + ", faults=" + faults + ", seconds="
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        assertEquals(SEEDS, lives.sum());
    }

    private void work() {
        long[] memory = memory();
        for (long seed = nextSeed.getAndIncrement(); seed < FIRST + SEEDS && failures.isEmpty(); seed = nextSeed.getAndIncrement()) {
            List<SimulationStep> plan = plan(seed);
            try {
                Simulation.Outcome outcome = new Simulation(seed, plan, memory).run();
                lives.increment();
                hashes.add(outcome.hash());
                purged.add(outcome.purgedPages());
                interleaved.add(outcome.interleaved());
                refusedFrees.add(outcome.refusedFrees());
                outOfMemory.add(outcome.outOfMemory());
                faults.add(outcome.faults());
            } catch (SimulationFailure failure) {
                failures.add(report(seed, plan, failure));
            }
        }
    }

    private static String report(long seed, List<SimulationStep> plan, SimulationFailure failure) {
        long[] memory = memory();
        String last = String.valueOf(failure.getMessage());
        List<SimulationStep> shrunk = SimulationShrinker.shrink(plan, fewer -> kind(fails(seed, fewer, memory)).equals(kind(failure)), SHRINK_SECONDS);
        Throwable again = fails(seed, shrunk, memory);
        StringBuilder text = new StringBuilder(1000);
        text.append("-Dhz3.seed=").append(seed).append(" -Dhz3.steps=").append(STEPS).append(": ").append(last)
                .append("\n  shrunk to ").append(shrunk.size()).append(" steps: mvn -pl hz3-heap -am verify -Dtest=SimulationPropertyTest")
                .append(" -Dsurefire.failIfNoSpecifiedTests=false -Dhz3.test.args=\"-Dhz3.seed=").append(seed).append(" -Dhz3.steps=")
                .append(STEPS).append(" -Dhz3.keep=").append(indexes(plan, shrunk)).append("\"\n  ")
                .append(SimulationSetting.of(seed)).append("\n  ").append(again);
        for (Throwable cause = again; cause != null; cause = cause.getCause()) {
            for (StackTraceElement frame : Arrays.stream(cause.getStackTrace()).limit(14).toList()) {
                text.append("\n    ").append(frame);
            }
            text.append("\n  because of ").append(cause.getCause());
        }
        return text.toString();
    }

    /// What went wrong, without the numbers: a life that is shrunk must not end up failing for another reason.
    private static String kind(@Nullable Throwable failure) {
        if (failure == null) {
            return "nothing";
        }
        Throwable root = failure.getCause() == null ? failure : failure.getCause();
        String message = String.valueOf(root.getMessage());
        int colon = message.indexOf(':');
        return root.getClass().getName() + (colon < 0 ? message : message.substring(0, colon)).replaceAll("[0-9]+", "#");
    }

    private static @Nullable Throwable fails(long seed, List<SimulationStep> steps, long[] memory) {
        try {
            new Simulation(seed, steps, memory).run();
            return null;
        } catch (SimulationFailure failure) {
            return failure;
        }
    }

    /// Where the kept steps stand in the plan: no two of them have the same draw.
    private static String indexes(List<SimulationStep> plan, List<SimulationStep> kept) {
        BitSet set = new BitSet();
        int at = 0;
        for (SimulationStep step : kept) {
            while (!plan.get(at).equals(step)) {
                at++;
            }
            set.set(at);
        }
        StringBuilder text = new StringBuilder();
        for (int from = set.nextSetBit(0); from >= 0; from = set.nextSetBit(set.nextClearBit(from))) {
            int last = set.nextClearBit(from) - 1;
            text.append(text.isEmpty() ? "" : ",").append(from).append(last == from ? "" : "-" + last);
        }
        return text.isEmpty() ? String.valueOf(plan.size()) : text.toString();
    }

    @Test
    void the_same_seed_is_the_same_life_and_another_seed_another() {
        long[] memory = memory();
        for (long seed = FIRST; seed < FIRST + 3; seed++) {
            List<SimulationStep> plan = SimulationStep.plan(seed, STEPS);
            Simulation.Outcome once = new Simulation(seed, plan, memory).run();
            assertEquals(once, new Simulation(seed, plan, memory()).run());
            assertNotEquals(once.hash(), new Simulation(seed + 1, SimulationStep.plan(seed + 1, STEPS), memory).run().hash());
            System.out.println("simulation: seed=" + seed + ", trace=0x" + Long.toHexString(once.hash()));
        }
    }

    @Test
    void a_failing_life_is_shrunk_to_the_steps_that_matter() {
        List<SimulationStep> plan = SimulationStep.plan(FIRST, 500);
        SimulationStep one = plan.get(123);
        SimulationStep other = plan.get(456);
        assertEquals(List.of(one, other), SimulationShrinker.shrink(plan, steps -> steps.contains(one) && steps.contains(other), 60));
    }
}
