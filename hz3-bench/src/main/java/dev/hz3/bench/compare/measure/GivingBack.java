package dev.hz3.bench.compare.measure;

import com.sun.management.OperatingSystemMXBean;
import dev.hz3.bench.burst.Crew;
import dev.hz3.bench.observe.LiveView;
import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.Phase;
import dev.hz3.bench.observe.PhaseSpan;
import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.observe.ResidentMemory;
import dev.hz3.bench.observe.Sample;
import dev.hz3.bench.observe.Sampler;
import dev.hz3.bench.observe.Silence;
import dev.hz3.bench.observe.Timeline;
import dev.hz3.bench.peers.BlockSource;
import dev.hz3.bench.peers.ReleaseCounters;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// Whether a contender gives memory back, when, and at what price.
///
///     held ┤ ┌────┐                          ┌────┐
///          │ │    ╰──╮                       │    ╰──╮
///          │ │       ╰──────── … ────────────┘       ╰────────
///          └─┴─────┴─┴──────────┴────────────┴──────┴─────────▶
///           burst free  silence   light load  burst   free, and light load at once: here calls are watched for pauses
///
/// The Java heap is of one size and resident from the start, so what moves is native.
final class GivingBack {

    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final int WARM_UPS = 8;
    private static final long WARM_UP_BYTES = 4L << 20;
    private static final int WARM_UP_MILLIS = 150;
    private static final int SETTLE_MILLIS = 500;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int PERCENT = 100;

    private final BurstLoad load;
    private final BlockSource source = Measured.blocks();
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Timeline timeline = new Timeline();
    private final List<Long> calls = new ArrayList<>(); // one for each sample, by the sampler alone until it is closed
    private final List<PhaseSpan> spans = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private volatile Phase phase = Phase.WARM_UP;
    private volatile long samplerNanos;
    private long phaseNanos;
    private volatile long earlierCalls;

    private GivingBack(BurstLoad load) {
        this.load = load;
    }

    static Reading run(BurstLoad load) {
        return new GivingBack(load).run();
    }

    private Reading run() {
        warmUp();
        List<BurstShare> shares = shares((long) load.mebibytes() * Mebibytes.BYTES);
        Reading reading;
        try (Crew<BurstShare> crew = new Crew<>(shares)) {
            crew.perform(BurstShare::forgetCalls); // its threads are there
            Silence.sleepMillis(SETTLE_MILLIS);
            ResidentMemory base = ProcessMemory.measure();
            Optional<ReleaseCounters> before = source.counters();
            earlierCalls = before.map(ReleaseCounters::purgeCalls).orElse(0L);
            try (Sampler _ = Sampler.start(this::sample, timeline, LiveView.plain(new PrintWriter(Writer.nullWriter())), INTERVAL)) {
                reading = phases(crew, shares, base, before);
            }
            long most = timeline.samples().stream().mapToLong(Sample::residentBytes).max().orElse(0) - base.anonymousBytes();
            for (PhaseSpan span : spans) {
                reading = HeldOver.of(span, timeline.samples(), calls, base.anonymousBytes(), most).addTo(reading);
            }
            crew.perform(BurstShare::freeAll);
        }
        return reading;
    }

    private Reading phases(Crew<BurstShare> crew, List<BurstShare> shares, ResidentMemory base, Optional<ReleaseCounters> before) {
        phaseNanos = System.nanoTime();
        long faults = ProcessMemory.pageFaults();
        long burstNanos = crew.perform(BurstShare::allocateAll);
        long burstFaults = ProcessMemory.pageFaults() - faults;
        ended(Phase.ALLOCATE, Phase.FREE);
        ResidentMemory peak = ProcessMemory.measure();
        long freeNanos = crew.perform(BurstShare::freeMost);
        long freedMillis = elapsedMillis();
        ended(Phase.FREE, Phase.IDLE);

        long cpu = process.getProcessCpuTime() - samplerNanos;
        Silence.sleepMillis(load.silenceSeconds() * 1000L);
        cpu = process.getProcessCpuTime() - samplerNanos - cpu;
        ended(Phase.IDLE, Phase.LIGHT);
        ResidentMemory end = ProcessMemory.measure();
        Optional<ReleaseCounters> counted = before.flatMap(earlier -> source.counters().map(now -> now.since(earlier)));

        crew.perform(share -> share.light(load.lightSeconds() * 1000));
        ended(Phase.LIGHT, Phase.ALLOCATE_AGAIN);
        ResidentMemory light = ProcessMemory.measure();
        faults = ProcessMemory.pageFaults();
        long againNanos = crew.perform(BurstShare::allocateAll);
        long againFaults = ProcessMemory.pageFaults() - faults;
        ended(Phase.ALLOCATE_AGAIN, Phase.FREE_UNDER_LOAD);

        Histogram allocations = sum(shares, true);
        Histogram frees = sum(shares, false);
        crew.perform(BurstShare::forgetCalls);
        crew.perform(share -> {
            share.freeMost();
            share.light(load.lightSeconds() * 1000);
        });
        ended(Phase.FREE_UNDER_LOAD, Phase.SETTLE);
        ResidentMemory last = ProcessMemory.measure();
        Histogram watched = sum(shares, true);
        watched.add(sum(shares, false));

        long live = shares.stream().mapToLong(BurstShare::survivorBytes).sum();
        long freed = peak.anonymousBytes() - base.anonymousBytes() - live;
        Reading reading = Reading.noted(source.version())
                .and("returned_percent", returned(base, peak, end, live))
                .and("light_returned_percent", returned(base, peak, light, live))
                .and("last_returned_percent", returned(base, peak, last, live))
                .and("java_heap_mib", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() / (double) Mebibytes.BYTES)
                .and("base_mib", base.anonymousBytes() / (double) Mebibytes.BYTES)
                .and("live_mib", live / (double) Mebibytes.BYTES)
                .and("peak_mib", (peak.anonymousBytes() - base.anonymousBytes()) / (double) Mebibytes.BYTES)
                .and("end_mib", (end.anonymousBytes() - base.anonymousBytes()) / (double) Mebibytes.BYTES)
                .and("peak_huge_mib", peak.hugeBytes() / (double) Mebibytes.BYTES)
                .and("end_huge_mib", end.hugeBytes() / (double) Mebibytes.BYTES)
                .and("burst_ms", burstNanos / NANOS_PER_MILLI)
                .and("burst_faults", (double) burstFaults)
                .and("free_ms", freeNanos / NANOS_PER_MILLI)
                .and("silence_cpu_s", Math.max(0, cpu) / NANOS_PER_SECOND)
                .and("again_ms", againNanos / NANOS_PER_MILLI)
                .and("again_faults", (double) againFaults);
        reading = calls(calls(reading, "allocate", allocations), "free", frees)
                .and("watched_p9999_ms", watched.getValueAtPercentile(99.99) / NANOS_PER_MILLI)
                .and("watched_longest_ms", watched.getMaxValue() / NANOS_PER_MILLI);
        for (int percent : new int[] {50, 90}) {
            OptionalDouble seconds = secondsUntil(base.anonymousBytes() + live + freed * (PERCENT - percent) / PERCENT, freedMillis);
            reading = seconds.isPresent() ? reading.and("until_" + percent + "_percent_s", seconds.getAsDouble()) : reading;
        }
        return counted.isEmpty()
                ? reading
                : reading.and("purge_calls", (double) counted.get().purgeCalls()).and("pages_per_call", counted.get().pagesPerPurgeCall());
    }

    /// Of what was freed; what lies below the base was not held by the burst.
    private static double returned(ResidentMemory base, ResidentMemory peak, ResidentMemory now, long live) {
        double held = now.anonymousBytes() + now.swappedBytes() - base.anonymousBytes() - base.swappedBytes() - live;
        return PERCENT * Math.clamp(1 - held / Math.max(1, peak.anonymousBytes() - base.anonymousBytes() - live), 0, 1);
    }

    /// From the moment when all was freed; empty where it never was so little before anybody called again.
    private OptionalDouble secondsUntil(long bytes, long freedMillis) {
        return timeline.samples().stream()
                .filter(sample -> sample.millis() >= freedMillis && (sample.phase() == Phase.IDLE || sample.phase() == Phase.FREE) && sample.residentBytes() <= bytes)
                .mapToDouble(sample -> (sample.millis() - freedMillis) / 1000.0)
                .findFirst();
    }

    private static Reading calls(Reading reading, String verb, Histogram taken) {
        return reading.and(verb + "_p50_ns", (double) taken.getValueAtPercentile(50))
                .and(verb + "_p99_ns", (double) taken.getValueAtPercentile(99))
                .and(verb + "_p9999_ns", (double) taken.getValueAtPercentile(99.99));
    }

    private static Histogram sum(List<BurstShare> shares, boolean isOfAllocations) {
        Histogram all = new Histogram(3);
        shares.forEach(share -> all.add(isOfAllocations ? share.allocations() : share.frees()));
        return all;
    }

    private List<BurstShare> shares(long bytes) {
        return IntStream.range(0, load.threads()).mapToObj(index -> new BurstShare(load, source, index, bytes / load.threads())).toList();
    }

    /// Code, classes and what the allocator needs once: they belong to the base.
    private void warmUp() {
        for (int i = 0; i < WARM_UPS; i++) {
            List<BurstShare> shares = shares(WARM_UP_BYTES);
            try (Crew<BurstShare> crew = new Crew<>(shares)) {
                crew.perform(BurstShare::allocateAll);
                crew.perform(share -> share.light(WARM_UP_MILLIS));
                crew.perform(BurstShare::freeMost);
                crew.perform(BurstShare::freeAll);
            }
        }
        ProcessMemory.measure();
        System.gc(); // and what is dropped is gone
    }

    private void ended(Phase through, Phase next) {
        long now = System.nanoTime();
        spans.add(new PhaseSpan(1, through, TimeUnit.NANOSECONDS.toMillis(phaseNanos - startNanos), TimeUnit.NANOSECONDS.toMillis(now - startNanos)));
        phaseNanos = now;
        phase = next;
    }

    private Sample sample() {
        samplerNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        calls.add(source.counters().map(ReleaseCounters::purgeCalls).orElse(0L) - earlierCalls);
        return new Sample(elapsedMillis(), 1, phase, ProcessMemory.sampleAnonymousBytes(), 0, 0);
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
