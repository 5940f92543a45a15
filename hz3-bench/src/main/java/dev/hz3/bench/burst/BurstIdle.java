package dev.hz3.bench.burst;

import dev.hz3.bench.burst.BurstIdleOptions.DumpMode;
import dev.hz3.bench.observe.LiveView;
import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.Phase;
import dev.hz3.bench.observe.PhaseSpan;
import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.observe.Sample;
import dev.hz3.bench.observe.Sampler;
import dev.hz3.bench.observe.Silence;
import dev.hz3.bench.observe.Timeline;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.ReleaseCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Runs the job once.
///
///     warm-up ─▶ base ─▶ allocate ─▶ peak ─▶ check ─▶ free ─▶ freed ─▶ idle … +1 s … end ─▶ release kept ─▶ settle ─┐
///                ▲                                                                                                   │
///                └───────────────────────────────── next cycle ◀─────────────────────────────────────────────────────┘
///
/// Only the two timed steps are timed: checking and measuring stand between them.
public final class BurstIdle {

    /// How long memory may take to go back before it is counted, after a free.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// The warm-up allocates no more at once than this part of a burst: what an allocator keeps of it has not paid for the first burst.
    private static final int WARM_UP_SHARE = 50;

    /// Nor more than this.
    private static final long WARM_UP_BYTES = 64 * Mebibytes.BYTES;

    /// So often: enough for the compiler to be through, so that its own memory belongs to the base and not to the allocator.
    private static final int WARM_UP_ROUNDS = 8;

    /// Small warm-ups are repeated up to so often instead.
    private static final int MOST_WARM_UP_ROUNDS = 200;

    /// New threads, growth from nothing and a pause each time: what happens once in a while must have happened before, or compiled code is thrown away
    /// in the first burst because it came to something that it took for impossible.
    private static final int WARM_UP_CREWS = 6;

    private static final int WARM_UP_PAUSE_MILLIS = 100;

    private static final int PAGE_BYTES = 4096;

    private final BurstIdleOptions options;
    private final BenchAllocator allocator;
    private final LiveView view;
    private final Appendable dump;
    private final Damage damage = new Damage();
    private final Timeline timeline = new Timeline();
    private final List<PhaseSpan> spans = new ArrayList<>();
    private final List<Share> shares = new ArrayList<>();
    private final long startNanos = System.nanoTime();

    // Written by the main thread, read by the sampler; a sample may show the one new and the other old.
    private volatile int cycle;
    private volatile Phase phase = Phase.WARM_UP;

    private long phaseStartMillis;

    private BurstIdle(BurstIdleOptions options, BenchAllocator allocator, LiveView view, Appendable dump) {
        this.options = options;
        this.allocator = allocator;
        this.view = view;
        this.dump = dump;
        for (int i = 0; i < options.threads(); i++) {
            shares.add(new Share(i, options.objectsOf(i), damage));
        }
    }

    /// Runs the job on `allocator`, which stays open. What the kernel tells at each measurement goes to `dump`, where the
    /// options ask for it.
    ///
    /// @throws IOException where `dump` cannot be written
    /// @throws OutOfMemoryError where the allocator has no more
    public static BurstIdleResult run(
            BurstIdleOptions options, BenchAllocator allocator, LiveView view, Appendable dump) throws IOException {
        return run(options, allocator, view, dump, _ -> {});
    }

    /// Runs it, and passes what is known after each cycle but the last to `soFar`: whoever ends a run early has that.
    public static BurstIdleResult run(
            BurstIdleOptions options, BenchAllocator allocator, LiveView view, Appendable dump, Consumer<BurstIdleResult> soFar)
            throws IOException {
        return new BurstIdle(options, allocator, view, dump).run(soFar);
    }

    private BurstIdleResult run(Consumer<BurstIdleResult> soFar) throws IOException {
        List<CycleResult> cycles = new ArrayList<>();
        Optional<ReleaseCounters> before;
        try (Sampler _ = Sampler.start(this::sample, timeline, view);
                Crew<Share> holding = new Crew<>(shares)) { // its threads begin with their first step
            warmUp();
            before = allocator.counters();
            for (int number = 1; number <= options.cycles(); number++) {
                cycles.add(runCycle(number, holding));
                if (number < options.cycles()) {
                    soFar.accept(result(cycles, before));
                }
            }
            enter(cycle, Phase.SETTLE);
        } finally {
            view.finished();
        }
        return result(cycles, before);
    }

    private BurstIdleResult result(List<CycleResult> cycles, Optional<ReleaseCounters> before) {
        return new BurstIdleResult(
                options,
                allocator.name(),
                cycles,
                since(before),
                damage.blocks(),
                damage.first(),
                timeline.samples(),
                spans);
    }

    private CycleResult runCycle(int number, Crew<Share> holding) throws IOException {
        shares.forEach(share -> share.plan(options, number));
        Optional<ReleaseCounters> before = allocator.counters();
        System.gc(); // what the observatory itself has dropped
        long baseBytes = measure(number, "base");

        Crew<Share> crew = options.keepHold() ? holding : new Crew<>(shares);
        long allocateNanos;
        long faults;
        long hugeBytes;
        long freeNanos;
        long peakBytes;
        long freedAt;
        try {
            enter(number, Phase.ALLOCATE);
            long faultsBefore = ProcessMemory.pageFaults();
            allocateNanos = crew.perform(share -> share.allocate(allocator));
            faults = ProcessMemory.pageFaults() - faultsBefore;
            hugeBytes = ProcessMemory.measure().hugeBytes();
            peakBytes = measure(number, "peak, " + millis(allocateNanos) + " ms to allocate");
            enter(number, Phase.CHECK);
            crew.perform(share -> share.check("right after the burst"));
            enter(number, Phase.FREE);
            freeNanos = crew.perform(share -> share.freeMost(allocator));
            freedAt = System.nanoTime();
        } finally {
            if (!options.keepHold()) {
                crew.close();
            }
        }
        long freedBytes = measure(number, "freed, " + millis(freeNanos) + " ms to free");
        long liveBytes = liveBytes();

        enter(number, Phase.IDLE);
        idleUntil(freedAt + GRACE_NANOS);
        long afterOneSecondBytes = measure(number, "one second later");
        idleUntil(freedAt + TimeUnit.SECONDS.toNanos(options.idleSeconds()));
        long endBytes = measure(number, "end of idle");

        if (liveBytes > 0) {
            releaseKept(number, holding);
        }
        return new CycleResult(
                number,
                baseBytes,
                peakBytes,
                freedBytes,
                afterOneSecondBytes,
                endBytes,
                shares.stream().mapToLong(Share::plannedBytes).sum(),
                liveBytes,
                allocateNanos,
                faults,
                hugeBytes,
                freeNanos,
                since(before));
    }

    private void releaseKept(int number, Crew<Share> holding) {
        enter(number, Phase.RELEASE_KEPT);
        if (options.keepHold()) {
            holding.perform(share -> share.check("at the end of the idle"));
            holding.perform(share -> share.freeKept(allocator));
        } else { // those who allocated them are gone
            shares.forEach(share -> share.check("at the end of the idle"));
            shares.forEach(share -> share.freeKept(allocator));
        }
        enter(number, Phase.SETTLE);
        idleUntil(System.nanoTime() + GRACE_NANOS);
    }

    private void warmUp() {
        long averageBytes = Math.max(1, options.expectedBurstBytes() / options.objects());
        long bytes = Math.clamp(options.expectedBurstBytes() / WARM_UP_SHARE, 1, WARM_UP_BYTES);
        int rounds = (int) Math.min(MOST_WARM_UP_ROUNDS, WARM_UP_ROUNDS * (WARM_UP_BYTES / bytes));
        long objects = Math.clamp(bytes / options.threads() / averageBytes, 1, options.objectsOf(options.threads() - 1));
        for (int number = 1; number <= WARM_UP_CREWS; number++) {
            warmUp(Math.toIntExact(Math.max(1, objects * number / WARM_UP_CREWS)), rounds);
            allocator.tick();
            allocator.trim();
            Silence.sleepMillis(WARM_UP_PAUSE_MILLIS);
        }
        ProcessMemory.measure();
    }

    private void warmUp(int objects, int rounds) {
        List<Share> trial = new ArrayList<>();
        for (int i = 0; i < options.threads(); i++) {
            trial.add(new Share(i, objects, damage));
        }
        try (Crew<Share> crew = new Crew<>(trial)) {
            for (int round = 1; round <= rounds; round++) {
                trial.forEach(share -> share.plan(options, 0));
                crew.perform(share -> share.allocate(allocator));
                crew.perform(share -> share.check("in the warm-up"));
                crew.perform(share -> share.freeMost(allocator));
                crew.perform(share -> share.freeKept(allocator));
            }
        }
    }

    private void idleUntil(long deadline) {
        long tickNanos = TimeUnit.MILLISECONDS.toNanos(options.idleTickMillis());
        for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
            Silence.sleepNanos(tickNanos == 0 ? left : Math.min(left, tickNanos));
            if (tickNanos > 0) {
                allocator.tick();
            }
        }
    }

    private long measure(int number, String what) throws IOException {
        long heldBytes = ProcessMemory.measure().heldBytes();
        view.measured(String.format(
                Locale.ROOT,
                "cycle %d  resident %9s MiB  live %9s MiB  %s",
                number,
                Mebibytes.text(heldBytes),
                Mebibytes.text(liveBytes()),
                what));
        if (options.dumpMode() != DumpMode.NONE) {
            dump.append("# cycle ").append(Integer.toString(number)).append(", ").append(what).append('\n');
            dump.append(options.dumpMode() == DumpMode.ROLLUP ? ProcessMemory.rollup() : ProcessMemory.mappings());
            dump.append('\n');
        }
        return heldBytes;
    }

    private void enter(int nextCycle, Phase next) {
        long now = elapsedMillis();
        spans.add(new PhaseSpan(cycle, phase, phaseStartMillis, now));
        phaseStartMillis = now;
        cycle = nextCycle;
        phase = next;
    }

    private Sample sample() {
        long waitingPages = allocator.counters().map(ReleaseCounters::waitingPages).orElse(0L);
        return new Sample(
                elapsedMillis(),
                cycle,
                phase,
                ProcessMemory.sampleResidentBytes(),
                liveBytes(),
                waitingPages * PAGE_BYTES);
    }

    private long liveBytes() {
        return shares.stream().mapToLong(Share::liveBytes).sum();
    }

    private Optional<ReleaseCounters> since(Optional<ReleaseCounters> before) {
        return before.flatMap(earlier -> allocator.counters().map(now -> now.since(earlier)));
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%,d", TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
