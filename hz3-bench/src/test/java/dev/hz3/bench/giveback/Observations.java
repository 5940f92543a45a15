package dev.hz3.bench.giveback;

import dev.hz3.bench.compare.Machine;
import dev.hz3.bench.compare.measure.Reading;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Observations that nobody had to measure.
final class Observations {

    private Observations() {}

    /// A contender that has read `figures`, alternately names and values.
    static Observed contender(String name, Object... figures) {
        LinkedHashMap<String, Double> read = new LinkedHashMap<>();
        for (int i = 0; i < figures.length; i += 2) {
            read.put((String) figures[i], ((Number) figures[i + 1]).doubleValue());
        }
        return new Observed(name, "", "", List.of(new Reading(read, "version of " + name)));
    }

    static Observed absent(String name) {
        return new Observed(name, "", name + " is absent: no file", List.of());
    }

    static Observation of(Observed... contenders) {
        return new Observation("A burst.", new Machine(new LinkedHashMap<>(Map.of("cores", "2"))), List.of(contenders));
    }

    /// A giver with a curve, a keeper with another, and somebody who is not there.
    static Observation whole() {
        return of(
                contender("hz3", "returned_percent", 99.13, "until_90_percent_s", 0.31, "purge_calls", 118, "pages_per_call", 900,
                        "allocate_lasted_ms", 400, "allocate_mib_at_00000_ms", 0, "allocate_mib_at_00400_ms", 512,
                        "idle_lasted_ms", 1000, "idle_mib_at_00000_ms", 512.5, "idle_mib_at_00250_ms", 20, "idle_calls_at_00250_ms", 118),
                contender("glibc", "returned_percent", 2, "allocate_lasted_ms", 300, "allocate_mib_at_00300_ms", 510, "idle_lasted_ms", 1000, "idle_mib_at_00000_ms", 511),
                absent("jemalloc"));
    }
}
