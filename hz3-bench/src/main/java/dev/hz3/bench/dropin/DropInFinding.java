package dev.hz3.bench.dropin;

import dev.hz3.bench.compare.Spread;
import dev.hz3.bench.dropin.DropInRow.Measure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What came of a row: the median of each contender's rounds, and whether this heap meets the bar.
///
/// @param row which
/// @param medians by contender, this heap's first
public record DropInFinding(DropInRow row, Map<String, Double> medians) {

    /// The first line of the table and the one below it.
    public static final String HEAD = "| what | hz3 | Netty's or Arrow's own | ratio or figure | bar | |\n|---|---|---|---|---|---|";

    /// Takes the median of each contender's rounds.
    ///
    /// @param rounds by contender, a run each
    public static DropInFinding of(DropInRow row, Map<String, List<ProgramRun>> rounds) {
        Map<String, Double> medians = new LinkedHashMap<>();
        rounds.forEach((contender, runs) -> medians.put(contender, Spread.of(runs.stream().map(run -> run.worst(row.figure()).orElseThrow()).toList()).median()));
        return new DropInFinding(row, medians);
    }

    /// What is held against the bar: a ratio to the best of the others, or the figure.
    public double value() {
        double own = own();
        double[] others = medians.entrySet().stream().filter(entry -> !entry.getKey().equals(hz3())).mapToDouble(Map.Entry::getValue).sorted().toArray();
        return switch (row.measure()) {
            case TIME, HELD -> own / others[0];
            case RATE -> own / others[others.length - 1];
            case SHARE, BYTES -> own;
        };
    }

    /// Whether the bar is met.
    public boolean isMet() {
        return row.measure() == Measure.RATE ? value() >= row.bar() : value() <= row.bar();
    }

    /// A line of the table.
    public String line() {
        boolean isAlone = row.measure() == Measure.SHARE || row.measure() == Measure.BYTES; // above a base of one's own, which is another for each
        List<String> others = new ArrayList<>();
        medians.forEach((contender, median) -> {
            if (!contender.equals(hz3())) {
                others.add(contender + " " + number(median));
            }
        });
        String bar = isAlone ? number(row.bar()) : String.format(Locale.ROOT, "%.1f", row.bar());
        return "| " + String.join(" | ", row.title(), number(own()), isAlone ? "—" : String.join(", ", others),
                isAlone ? number(value()) : String.format(Locale.ROOT, "%.2f", value()), (row.measure() == Measure.RATE ? "≥ " : "≤ ") + bar, isMet() ? "met" : "missed") + " |";
    }

    private double own() {
        Double own = medians.get(hz3());
        if (own == null) {
            throw new IllegalStateException("no run on this heap");
        }
        return own;
    }

    private String hz3() {
        return row.library().contenders().getFirst();
    }

    private String number(double value) {
        return switch (row.measure()) {
            case BYTES, HELD -> String.format(Locale.ROOT, "%.1f MiB", value / (1 << 20));
            case SHARE -> String.format(Locale.ROOT, "%.1f %%", value * 100);
            case TIME, RATE -> String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
        };
    }
}
