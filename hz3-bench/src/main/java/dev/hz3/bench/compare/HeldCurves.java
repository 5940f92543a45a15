package dev.hz3.bench.compare;

import dev.hz3.bench.observe.CurvesSvg;
import dev.hz3.bench.observe.Mebibytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the contenders of a task held over time, for a picture: figures called `mib_at_0250_ms` and so on, as the medians of the rounds.
public final class HeldCurves {

    private static final Pattern AT = Pattern.compile("mib_at_(\\d+)_ms");

    private HeldCurves() {}

    /// The picture of a task; empty where it has no such figures.
    public static Optional<CurvesSvg> of(Task task, Figures figures) {
        Map<String, List<CurvesSvg.Point>> curves = new LinkedHashMap<>();
        for (String figure : figures.names()) {
            OptionalLong millis = millisOf(figure);
            for (Contender contender : millis.isPresent() ? task.contenders() : List.<Contender>of()) {
                figures.spread(contender, figure).ifPresent(held -> curves.computeIfAbsent(contender.argument(), _ -> new ArrayList<>())
                        .add(new CurvesSvg.Point(millis.getAsLong(), (long) (held.median() * Mebibytes.BYTES))));
            }
        }
        curves.values().forEach(points -> points.sort(Comparator.comparingLong(CurvesSvg.Point::millis)));
        return curves.isEmpty() ? Optional.empty() : Optional.of(new CurvesSvg(task.name() + ": what the process holds", curves));
    }

    /// The time that a figure of these is of, in ms; empty for another.
    static OptionalLong millisOf(String figure) {
        Matcher at = AT.matcher(figure);
        return at.matches() ? OptionalLong.of(Long.parseLong(at.group(1))) : OptionalLong.empty();
    }
}
