package dev.hz3.bench.steady;

import dev.hz3.bench.observe.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// A trial for programs: the verdict, the rounds, the phases.
public final class SteadyJson {

    private SteadyJson() {}

    /// The text of `result`.
    public static String text(SteadyResult result) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("verdict", result.isGo() ? "GO" : "NO-GO");
        all.put("median", result.median());
        all.put("bar", result.bar());
        all.put("ratios", result.ratios());
        all.put("cpuRatios", result.cpuRatios());
        all.put("noise", result.noise());
        all.put("phases", result.phases().stream().map(SteadyJson::phase).toList());
        return Json.text(all);
    }

    private static Map<String, Object> phase(SteadyPhase phase) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("release", phase.isReleaseOn());
        figures.put("operations", phase.operations());
        figures.put("nanos", phase.nanos());
        figures.put("cpuNanos", phase.cpuNanos());
        figures.put("purgedPages", phase.after().purgedPages() - phase.before().purgedPages());
        figures.put("purgeCalls", phase.after().purgeCalls() - phase.before().purgeCalls());
        return figures;
    }
}
