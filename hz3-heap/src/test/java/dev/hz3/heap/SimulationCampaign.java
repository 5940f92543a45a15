package dev.hz3.heap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Many lives, one for each seed, until one fails. That one is shrunk, and told in a line that plays it again.
///
///     -Dhz3.seeds=1000000    how many
///     -Dhz3.seed=17          the first, and the only one where `hz3.seeds` is not given
///     -Dhz3.steps=2000       steps a life
///     -Dhz3.keep=3,10-17     only these steps of it
///     -Dhz3.workers=2        lives at the same time
///     -Dhz3.shrinkSeconds=20 how long a failing one may be shrunk
final class SimulationCampaign {

    static final long FIRST = Long.getLong("hz3.seed", 1);
    static final int STEPS = Integer.getInteger("hz3.steps", 2_000);

    private static final boolean IS_ONE = System.getProperty("hz3.seed") != null && System.getProperty("hz3.seeds") == null;
    private static final long SEEDS = IS_ONE ? 1 : Long.getLong("hz3.seeds", 500);
    private static final int WORKERS = Integer.getInteger("hz3.workers", Math.min(2, Runtime.getRuntime().availableProcessors()));
    private static final int SHRINK_SECONDS = Integer.getInteger("hz3.shrinkSeconds", 20);
    private static final int FRAMES = 14;

    private final AtomicLong nextSeed = new AtomicLong(FIRST);
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final LongAdder hashes = new LongAdder(); // a sum: which seed ends first is chance
    private final LongAdder lives = new LongAdder();
    private final LongAdder purged = new LongAdder();
    private final LongAdder interleaved = new LongAdder();
    private final LongAdder refusedFrees = new LongAdder();
    private final LongAdder outOfMemory = new LongAdder();
    private final LongAdder faults = new LongAdder();

    /// For tools without a test framework: exits with 1 where a life failed.
    static void main() throws InterruptedException {
        SimulationCampaign campaign = new SimulationCampaign();
        List<String> failures = campaign.run();
        System.out.println(campaign);
        failures.forEach(System.out::println);
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    static long[] memory() {
        return new long[(int) (SimulationSetting.MOST_BYTES / Long.BYTES)];
    }

    /// Runs it.
    ///
    /// @return what failed, in words
    List<String> run() throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(Thread.ofPlatform().uncaughtExceptionHandler((_, thrown) -> failures.add(thrown.toString())).start(this::work));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        return List.copyOf(failures);
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

    private static String report(long seed, List<SimulationStep> plan, SimulationFailure failure) {
        long[] memory = memory();
        List<SimulationStep> shrunk = SimulationShrinker.shrink(
                plan, fewer -> kind(fails(seed, fewer, memory)).equals(kind(failure)), SHRINK_SECONDS);
        Throwable again = fails(seed, shrunk, memory);
        StringBuilder text = new StringBuilder(1000);
        text.append("-Dhz3.seed=").append(seed).append(" -Dhz3.steps=").append(STEPS).append(": ").append(failure.getMessage())
                .append("\n  shrunk to ").append(shrunk.size()).append(" steps: mvn -pl hz3-heap -am verify -Dtest=SimulationPropertyTest")
                .append(" -Dsurefire.failIfNoSpecifiedTests=false -Dhz3.test.args=\"-Dhz3.seed=").append(seed).append(" -Dhz3.steps=")
                .append(STEPS).append(" -Dhz3.keep=").append(indexes(SimulationStep.plan(seed, STEPS), shrunk)).append("\"\n  ")
                .append(SimulationSetting.of(seed));
        for (Throwable cause = again; cause != null; cause = cause.getCause()) {
            text.append("\n  ").append(cause);
            for (StackTraceElement frame : Arrays.stream(cause.getStackTrace()).limit(FRAMES).toList()) {
                text.append("\n    ").append(frame);
            }
        }
        return text.toString();
    }

    private static @Nullable Throwable fails(long seed, List<SimulationStep> steps, long[] memory) {
        try {
            new Simulation(seed, steps, memory).run();
            return null;
        } catch (SimulationFailure failure) {
            return failure;
        }
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

    /// What was lived, in one line.
    @Override
    public String toString() {
        return "simulation: seeds=" + FIRST + "…" + (FIRST + SEEDS - 1) + ", steps=" + STEPS + ", lives=" + lives + ", trace=0x"
                + Long.toHexString(hashes.sum()) + ", purged pages=" + purged + ", interleaved steps=" + interleaved + ", refused frees="
                + refusedFrees + ", out of memory=" + outOfMemory + ", faults=" + faults;
    }
}
