package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Reading;
import dev.hz3.bench.observe.Digits;
import dev.hz3.bench.observe.TextTable;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A comparison, written down as text: tables for people, which are Markdown too, and every figure for programs.
public final class CompareText {

    private static final List<String> HEAD = List.of("what", "hz3", "against", "peer", "ratio or figure", "goal", "");

    private final CompareResult result;

    /// Of `result`.
    public CompareText(CompareResult result) {
        this.result = result;
    }

    /// The goals, the contenders, the machine, the verdict.
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(TextTable.of(goalRows())).append('\n');
        text.append("What each contender did:\n\n").append(TextTable.of(contenderRows())).append('\n');
        result.machine().facts().forEach((name, fact) -> text.append("* ").append(name).append(": ").append(fact).append('\n'));
        result.versions().forEach((contender, version) -> text.append("* ").append(described(contender, version)).append('\n'));
        result.absences().values().forEach(absence -> text.append("* ").append(absence).append('\n'));
        failures().forEach(failure -> text.append("* ").append(failure).append('\n'));
        return text.append('\n').append(result.method()).append("\n\nverdict: ").append(result.verdict()).append('\n').toString();
    }

    /// A line for each figure of each round.
    public void writeCsv(Writer out) throws IOException {
        out.write("task,contender,round,figure,value\n");
        for (Map.Entry<Task, Figures> task : result.figures().entrySet()) {
            for (Contender contender : task.getKey().contenders()) {
                List<Reading> readings = task.getValue().readings(contender);
                for (int round = 0; round < readings.size(); round++) {
                    for (Map.Entry<String, Double> figure : readings.get(round).figures().entrySet()) {
                        out.write(String.join(
                                ",", task.getKey().name(), contender.argument(), Integer.toString(round + 1), figure.getKey(),
                                figure.getValue().toString()));
                        out.write('\n');
                    }
                }
            }
        }
    }

    private List<List<String>> goalRows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (Finding finding : result.findings()) {
            Line line = finding.line();
            rows.add(List.of(
                    line.row().number() + " " + line.row().title() + ": " + line.title(),
                    finding.own().map(spread -> spread(spread, line.unit())).orElse("—"),
                    line.against(),
                    rival(finding),
                    Digits.of(finding.value()),
                    line.barText(),
                    finding.outcome().label()));
        }
        return rows;
    }

    static String rival(Finding finding) {
        return finding.rival()
                .flatMap(rival -> finding.rivalSpread().map(spread -> rival.argument() + " " + spread(spread, finding.line().unit())))
                .orElse("—");
    }

    /// A line for each figure of each task, a column for each contender.
    private List<List<String>> contenderRows() {
        List<Contender> contenders = result.versions().sequencedKeySet().stream().toList();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("what", contenders.stream().map(Contender::argument).toList()));
        result.figures().forEach((task, figures) -> figures.names().forEach(figure -> rows.add(row(
                task.name() + ", " + figure,
                contenders.stream().map(contender -> cell(task, figures, figure, contender)).toList()))));
        return rows;
    }

    private static List<String> row(String first, List<String> others) {
        List<String> row = new ArrayList<>(List.of(first));
        row.addAll(others);
        return row;
    }

    private static String cell(Task task, Figures figures, String figure, Contender contender) {
        if (!task.contenders().contains(contender)) {
            return "";
        }
        return figures.spread(contender, figure)
                .map(spread -> Digits.of(spread.median()))
                .orElse(figures.failure(contender).isPresent() ? "failed" : "—");
    }

    private List<String> failures() {
        List<String> failures = new ArrayList<>();
        result.figures().forEach((task, figures) -> task.contenders().forEach(contender -> figures.failure(contender)
                .ifPresent(reason -> failures.add(task.name() + ", " + contender.argument() + " failed: " + reason))));
        return failures;
    }

    static String described(Contender contender, String version) {
        return contender.argument() + ": " + version + (contender.settings().isEmpty() ? "" : " with " + contender.settings());
    }

    /// Such as `3.94 ns (3.90 … 4.20)`.
    static String spread(Spread spread, String unit) {
        return Digits.of(spread.median()) + (unit.isEmpty() ? "" : " " + unit) + " (" + Digits.of(spread.least()) + " … "
                + Digits.of(spread.most()) + ")";
    }
}
