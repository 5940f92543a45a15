package dev.hz3.bench.giveback;

import dev.hz3.bench.compare.Machine;
import dev.hz3.bench.observe.CurvesSvg;
import dev.hz3.bench.observe.Digits;
import dev.hz3.bench.observe.TextTable;
import dev.hz3.bench.compare.measure.HeldOver;
import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What came of a load, for all contenders.
///
/// @param load in words
/// @param machine where it ran
/// @param contenders in the order of the list
public record Observation(String load, Machine machine, List<Observed> contenders) {

    /// Nobody.
    public static final Observation NOTHING = new Observation("", Machine.here(), List.of());

    /// What a missing figure is called.
    static final String MISSING = "missing";
    private static final String OWN = "hz3";

    /// The columns of the table: the figure and its head.
    static final Map<String, String> COLUMNS = columns();

    /// Copies the list.
    public Observation {
        contenders = List.copyOf(contenders);
    }

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("returned_percent", "returned %");
        columns.put("last_returned_percent", "under load %");
        columns.put("until_50_percent_s", "50 % s");
        columns.put("until_90_percent_s", "90 % s");
        columns.put("purge_calls", "calls");
        columns.put("pages_per_call", "pages/call");
        columns.put("free_ms", "free ms");
        columns.put("silence_cpu_s", "silence CPU s");
        columns.put("peak_mib", "peak MiB");
        columns.put("end_mib", "end MiB");
        columns.put("burst_ms", "burst ms");
        columns.put("again_ms", "again ms");
        columns.put("again_faults", "again faults");
        columns.put("allocate_p50_ns", "allocate p50 ns");
        columns.put("allocate_p99_ns", "p99 ns");
        columns.put("allocate_p9999_ns", "p99.99 ns");
        columns.put("free_p50_ns", "free p50 ns");
        columns.put("free_p99_ns", "p99 ns ");
        columns.put("free_p9999_ns", "p99.99 ns ");
        columns.put("watched_longest_ms", "longest pause ms");
        return columns;
    }

    /// A line for each contender.
    public String verdicts() {
        int width = contenders.stream().mapToInt(observed -> observed.name().length()).max().orElse(0);
        StringBuilder lines = new StringBuilder();
        for (Observed observed : contenders) {
            lines.append(observed.name()).append(" ".repeat(width - observed.name().length() + 2)).append(Verdict.of(observed).sentence()).append('\n');
        }
        return lines.toString();
    }

    /// The figures of those that were measured, as Markdown.
    public String table() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("who"));
        head.addAll(COLUMNS.values());
        rows.add(head);
        for (Observed observed : contenders) {
            if (observed.rounds().isEmpty()) {
                continue;
            }
            List<String> row = new ArrayList<>(List.of(observed.name()));
            COLUMNS.keySet().forEach(figure -> row.add(observed.figure(figure).map(Digits::of).orElse(MISSING)));
            rows.add(row);
        }
        return TextTable.of(rows);
    }

    /// In a word: whether this project's heap gave back what it promises, where it was asked.
    public boolean isGo() {
        return contenders.stream().filter(observed -> observed.name().equals(OWN)).allMatch(observed -> Verdict.of(observed).kind() == Verdict.Kind.RETURNED);
    }

    /// With what another run has measured; a contender that both have is `later`'s.
    public Observation and(Observation later, List<String> order) {
        Map<String, Observed> all = new LinkedHashMap<>();
        contenders.forEach(observed -> all.put(observed.name(), observed));
        later.contenders().forEach(observed -> all.put(observed.name(), observed));
        List<Observed> joined = new ArrayList<>(all.values());
        joined.sort(Comparator.comparingInt(observed -> order.indexOf(observed.name())));
        return new Observation(later.load(), later.machine(), joined);
    }

    /// How long each phase took whoever was slowest: phases begin for all of them at the same place.
    public Map<Phase, Double> phaseMillis() {
        Map<Phase, Double> longest = new EnumMap<>(Phase.class);
        contenders.stream().flatMap(observed -> observed.held().stream()).forEach(held -> longest.merge(held.phase(), held.millis(), Math::max));
        Map<Phase, Double> inOrder = new LinkedHashMap<>();
        for (Phase phase : List.of(Phase.ALLOCATE, Phase.FREE, Phase.IDLE, Phase.LIGHT, Phase.ALLOCATE_AGAIN, Phase.FREE_UNDER_LOAD)) {
            if (longest.containsKey(phase)) {
                inOrder.put(phase, longest.getOrDefault(phase, 0.0));
            }
        }
        return inOrder;
    }

    /// A picture of some of them, or of all where nobody is named.
    public CurvesSvg picture(List<String> names) {
        List<Observed> pictured = contenders.stream().filter(observed -> !observed.held().isEmpty() && (names.isEmpty() || names.contains(observed.name()))).toList();
        Map<Phase, Double> phases = new Observation(load, machine, pictured).phaseMillis();
        Map<String, List<CurvesSvg.Point>> curves = new LinkedHashMap<>();
        pictured.forEach(observed -> curves.put(observed.name(), points(observed, phases)));
        List<CurvesSvg.Band> bands = new ArrayList<>();
        double start = 0;
        for (Map.Entry<Phase, Double> phase : phases.entrySet()) {
            bands.add(new CurvesSvg.Band(phase.getKey().label(), phase.getKey().colour(), (long) start, (long) (start + phase.getValue())));
            start += phase.getValue();
        }
        return new CurvesSvg("Who gives memory back: resident memory above the base, each phase begun together", curves, bands);
    }

    private static List<CurvesSvg.Point> points(Observed observed, Map<Phase, Double> phases) {
        List<CurvesSvg.Point> points = new ArrayList<>();
        double start = 0;
        for (Map.Entry<Phase, Double> phase : phases.entrySet()) {
            for (HeldOver held : observed.held()) {
                if (held.phase() == phase.getKey()) {
                    for (HeldOver.Point point : held.points()) {
                        points.add(new CurvesSvg.Point((long) start + point.millis(), (long) (Math.max(0, point.mebibytes()) * Mebibytes.BYTES)));
                    }
                    points.add(new CurvesSvg.Point((long) (start + phase.getValue()), points.getLast().bytes())); // and so it stays until the slowest is through
                }
            }
            start += phase.getValue();
        }
        return points;
    }
}
