package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.Phase;
import dev.hz3.bench.observe.PhaseSpan;
import dev.hz3.bench.observe.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a process held through one phase. It crosses between processes as figures of a [Reading]: `idle_lasted_ms`, `idle_mib_at_00250_ms`, `idle_calls_at_00250_ms`.
///
/// @param phase what went on; each comes once
/// @param millis how long it took
/// @param points in the order of time
public record HeldOver(Phase phase, double millis, List<Point> points) {

    /// What was held at a moment.
    ///
    /// @param millis since the phase began
    /// @param mebibytes of anonymous memory, above what was held before the first burst
    /// @param calls that gave memory back since the point before; 0 also where nobody counts them
    public record Point(int millis, double mebibytes, int calls) {}

    private static final Pattern HELD = Pattern.compile("([a-z_]+)_mib_at_(\\d+)_ms");
    private static final Pattern CALLS = Pattern.compile("([a-z_]+)_calls_at_(\\d+)_ms");

    /// A point is left out that differs from the one before by less than this share of the most, unless it is this much later.
    private static final double LEAST_STEP = 0.004;
    private static final int MOST_MILLIS = 500;

    /// Copies the list.
    public HeldOver {
        points = List.copyOf(points);
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    /// Of what was sampled in `span`; `calls` has, for each sample of the whole run, how many calls there had been.
    static HeldOver of(PhaseSpan span, List<Sample> samples, List<Long> calls, long baseBytes, long mostBytes) {
        List<Point> all = new ArrayList<>();
        long before = 0;
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            if (sample.millis() >= span.startMillis() && sample.millis() <= span.endMillis()) {
                double mebibytes = (sample.residentBytes() - baseBytes) / (double) Mebibytes.BYTES;
                all.add(new Point((int) (sample.millis() - span.startMillis()), mebibytes, (int) (calls.get(i) - before)));
            }
            before = calls.get(i);
        }
        return new HeldOver(span.phase(), span.endMillis() - span.startMillis(), fewer(all, mostBytes));
    }

    /// Without those that say nothing new. Where something changes, the point before is kept too: a line from the last change would be a slope that there was not.
    private static List<Point> fewer(List<Point> all, long mostBytes) {
        List<Point> kept = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < all.size(); i++) {
            Point point = all.get(i);
            if (kept.isEmpty() || i + 1 == all.size() || point.calls() > 0 || isNews(kept.getLast(), point, mostBytes)) {
                if (last < i - 1) {
                    kept.add(all.get(i - 1));
                }
                kept.add(point);
                last = i;
            }
        }
        return kept;
    }

    private static boolean isNews(Point before, Point now, long mostBytes) {
        return Math.abs(now.mebibytes() - before.mebibytes()) * Mebibytes.BYTES > LEAST_STEP * mostBytes || now.millis() - before.millis() >= MOST_MILLIS;
    }

    Reading addTo(Reading reading) {
        Reading more = reading.and(name(phase) + "_lasted_ms", millis);
        for (Point point : points) {
            for (Map.Entry<String, Double> figure : figures(name(phase), point).entrySet()) {
                more = more.and(figure.getKey(), figure.getValue());
            }
        }
        return more;
    }

    /// A point as figures of a reading.
    public static SequencedMap<String, Double> figures(String phase, Point point) {
        String at = String.format(Locale.ROOT, "_at_%05d_ms", point.millis());
        SequencedMap<String, Double> figures = new LinkedHashMap<>(Map.of(phase + "_mib" + at, Math.round(point.mebibytes() * 10) / 10.0));
        if (point.calls() != 0) {
            figures.put(phase + "_calls" + at, (double) point.calls());
        }
        return figures;
    }

    /// The phases of which `reading` has points, in their order.
    public static List<HeldOver> of(Reading reading) {
        SequencedMap<String, List<Point>> points = new LinkedHashMap<>();
        reading.figures().forEach((name, value) -> {
            Matcher held = HELD.matcher(name);
            if (held.matches()) {
                double calls = reading.figures().getOrDefault(held.group(1) + "_calls_at_" + held.group(2) + "_ms", 0.0);
                points.computeIfAbsent(held.group(1), _ -> new ArrayList<>()).add(new Point(Integer.parseInt(held.group(2)), value, (int) calls));
            }
        });
        List<HeldOver> phases = new ArrayList<>();
        for (Map.Entry<String, List<Point>> phase : points.entrySet()) {
            phases.add(new HeldOver(
                    Phase.valueOf(phase.getKey().toUpperCase(Locale.ROOT)), reading.figures().getOrDefault(phase.getKey() + "_lasted_ms", 0.0), phase.getValue()));
        }
        return phases;
    }

    /// Whether a figure of a reading belongs to a point of one of these.
    public static boolean isPoint(String figure) {
        return HELD.matcher(figure).matches() || CALLS.matcher(figure).matches();
    }
}
