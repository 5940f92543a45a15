package dev.hz3.bench.burst;

import dev.hz3.bench.observe.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// A run for programs, in bytes and nanoseconds: the verdict, its criteria, the cycles. What an allocator does not count is `null`.
public final class BurstIdleJson {

    private final BurstIdleResult result;

    /// Of `result`.
    public BurstIdleJson(BurstIdleResult result) {
        this.result = result;
    }

    /// The text.
    public String text() {
        BurstIdleVerdict verdict = BurstIdleVerdict.of(result);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("verdict", verdict.isGo() ? "GO" : "NO-GO");
        all.put("command", result.commandLine());
        all.put("allocator", result.allocator());
        all.put("criteria", verdict.criteria().stream().map(BurstIdleJson::criterion).toList());
        all.put("cycles", result.cycles().stream().map(BurstIdleJson::cycle).toList());
        all.put("damagedBlocks", result.damagedBlocks());
        return Json.text(all);
    }

    private static Map<String, Object> criterion(Criterion criterion) {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("letter", String.valueOf(criterion.letter()));
        words.put("claim", criterion.claim());
        words.put("outcome", criterion.outcome().label());
        words.put("measured", criterion.measured());
        words.put("bar", criterion.bar());
        return words;
    }

    private static Map<String, Object> cycle(CycleResult cycle) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("cycle", cycle.number());
        figures.put("requestedBytes", cycle.requestedBytes());
        figures.put("baseBytes", cycle.baseBytes());
        figures.put("peakBytes", cycle.peakBytes());
        figures.put("freedBytes", cycle.freedBytes());
        figures.put("afterOneSecondBytes", cycle.afterOneSecondBytes());
        figures.put("endBytes", cycle.endBytes());
        figures.put("liveBytes", cycle.liveBytes());
        figures.put("allocateNanos", cycle.allocateNanos());
        figures.put("faults", cycle.faults());
        figures.put("hugeBytes", cycle.hugeBytes());
        figures.put("freeNanos", cycle.freeNanos());
        figures.put("purgedPages", cycle.counters().map(seen -> seen.purgedPages()));
        figures.put("purgeCalls", cycle.counters().map(seen -> seen.purgeCalls()));
        return figures;
    }
}
