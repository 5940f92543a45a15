package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Reading;
import dev.hz3.bench.observe.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A comparison for programs: the verdict, each line of the table, the figures of every round, the machine, and who was there.
public final class CompareJson {

    private final CompareResult result;

    /// Of `result`.
    public CompareJson(CompareResult result) {
        this.result = result;
    }

    /// The text.
    public String text() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("verdict", result.isGo() ? "GO" : "NO-GO");
        all.put("said", result.verdict());
        all.put("goals", result.findings().stream().map(CompareJson::finding).toList());
        Map<String, Object> tasks = new LinkedHashMap<>();
        result.figures().forEach((task, figures) -> tasks.put(task.name(), contenders(task, figures)));
        all.put("tasks", tasks);
        all.put("machine", result.machine().facts());
        all.put("versions", byName(result.versions()));
        all.put("absent", byName(result.absences()));
        return Json.text(all);
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> goal = new LinkedHashMap<>();
        goal.put("row", finding.line().row().argument());
        goal.put("title", finding.line().title());
        goal.put("unit", finding.line().unit());
        goal.put("own", finding.own().map(CompareJson::spread));
        goal.put("rival", finding.rival().map(Contender::argument));
        goal.put("rivalFigure", finding.rivalSpread().map(CompareJson::spread));
        goal.put("value", finding.value());
        goal.put("goal", finding.line().barText());
        goal.put("outcome", finding.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        return goal;
    }

    private static Map<String, Object> spread(Spread spread) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("median", spread.median());
        figures.put("least", spread.least());
        figures.put("most", spread.most());
        figures.put("rounds", spread.count());
        return figures;
    }

    private static Map<String, Object> contenders(Task task, Figures figures) {
        Map<String, Object> contenders = new LinkedHashMap<>();
        for (Contender contender : task.contenders()) {
            List<Reading> readings = figures.readings(contender);
            if (!readings.isEmpty()) {
                contenders.put(contender.argument(), readings.stream().map(Reading::figures).toList());
            } else {
                contenders.put(contender.argument(), figures.failure(contender).map(why -> "failed: " + why));
            }
        }
        return contenders;
    }

    private static Map<String, String> byName(Map<Contender, String> words) {
        Map<String, String> named = new LinkedHashMap<>();
        words.forEach((contender, word) -> named.put(contender.argument(), word));
        return named;
    }
}
