package dev.hz3.bench.compare;

import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import dev.hz3.bench.compare.measure.Instrument;
import dev.hz3.bench.compare.measure.Reading;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Comparisons that nobody ran, for tests.
final class Tables {

    static final Task TASK = new Task(
            "pair 64 B", Instrument.PAIR, List.of("64"), Flags.TUNED, List.of(Contender.HZ3, Contender.GLIBC, Contender.TCMALLOC, Contender.MIMALLOC));

    private Tables() {}

    static Goal goal(Rivals rivals, Direction direction, double bar) {
        return new Goal(Row.PAIR, "64 B", TASK, "ns", "ns", rivals, direction, bar);
    }

    static Reading reading(String figure, double value) {
        return new Reading(new LinkedHashMap<>(Map.of(figure, value)), "");
    }

    static Reading burst(double nanos, double heldShare) {
        LinkedHashMap<String, Double> figures = new LinkedHashMap<>();
        figures.put("ns", nanos);
        figures.put(Goal.HELD_SHARE, heldShare);
        return new Reading(figures, "");
    }

    static Figures figures(Map<Contender, List<Double>> nanos) {
        Figures figures = new Figures();
        nanos.forEach((contender, values) -> values.forEach(value -> figures.add(contender, reading("ns", value))));
        return figures;
    }

    static Plan plan(Row... rows) {
        return new Plan(EnumSet.copyOf(List.of(rows)), EnumSet.allOf(Contender.class), 3, false, 60, new TreeMap<>());
    }

    /// A comparison in which hz3 took 4, 5 and 6 ns and tcmalloc 10, glibc says something that looks like markup, and mimalloc is absent.
    static CompareResult result() {
        Figures figures = figures(Map.of(
                Contender.HZ3, List.of(6.0, 4.0, 5.0), Contender.TCMALLOC, List.of(10.0), Contender.GLIBC, List.of(20.0)));
        figures.absent(Contender.MIMALLOC, "mimalloc is absent: nowhere");
        LinkedHashMap<Contender, String> versions = new LinkedHashMap<>();
        versions.put(Contender.HZ3, "1");
        versions.put(Contender.GLIBC, "<b>2 & 'more'</b>");
        versions.put(Contender.TCMALLOC, "3");
        LinkedHashMap<Contender, String> absences = new LinkedHashMap<>(Map.of(Contender.MIMALLOC, "mimalloc is absent: nowhere"));
        LinkedHashMap<Task, Figures> all = new LinkedHashMap<>(Map.of(TASK, figures));
        List<Finding> findings = List.of(
                goal(Rivals.FASTEST, Direction.AT_MOST, 0.7).judge(figures),
                goal(Rivals.FASTEST, Direction.AT_MOST, 0.4).judge(figures),
                goal(Rivals.FASTEST_GIVER, Direction.AT_MOST, 0.5).judge(figures));
        return new CompareResult(
                plan(Row.PAIR), new Machine(new LinkedHashMap<>(Map.of("cores", "2"))), versions, absences, all, findings);
    }
}
