package dev.hz3.bench;

import dev.hz3.bench.dropin.DropInFinding;
import dev.hz3.bench.dropin.DropInRow;
import dev.hz3.bench.dropin.ProgramRun;
import dev.hz3.bench.dropin.ProgramRun.Held;
import dev.hz3.bench.observe.AtExit;
import dev.hz3.bench.observe.CurvesSvg;
import dev.hz3.bench.observe.CurvesSvg.Point;
import dev.hz3.bench.observe.Json;
import dev.hz3.bench.observe.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// `drop-ins`: the examples of the adapters, on this heap and on the libraries' own allocators.
@Command(
        name = "drop-ins",
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Runs programs that use Netty and Arrow on this heap and on the libraries' own allocators, in turn, each in a fresh process, and compares.",
            "Exit status: 0 all bars met, 1 one missed or a failure, 2 arguments that make no sense."
        })
final class DropInsCommand extends BenchCommand {

    /// The property that says where the examples are.
    private static final String ADAPTERS = "hz3.adapters";
    private static final int MOST_ROUNDS = 99;

    @Option(names = "--rounds", description = "how often each program runs, 1 to 99")
    private int rounds = 3;

    @Option(names = "--only", description = "rows whose names begin so, such as netty or arrow-job")
    private String only = "";

    @Option(names = "--json", description = "prints the result as JSON, and nothing else")
    private boolean isJson;

    @Option(names = "--pictures", description = "a directory for a picture of each program that has samples")
    private @Nullable Path pictures;

    /// What came of each row so far; read by another thread where the process is ended.
    private final List<DropInFinding> findings = new CopyOnWriteArrayList<>();

    private Progress progress = new Progress(0);

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = out();
        check("rounds", rounds, 1, MOST_ROUNDS);
        List<DropInRow> rows = DropInRow.all().stream().filter(row -> row.name().startsWith(only)).toList();
        if (rows.isEmpty()) {
            throw refusal("only is '" + only + "', but must be the beginning of one of "
                    + String.join(", ", DropInRow.all().stream().map(DropInRow::name).distinct().toList()));
        }
        progress = new Progress(rows.stream().collect(Collectors.toMap(DropInRow::arguments, row -> rounds * row.library().contenders().size(), (one, _) -> one))
                .values().stream().mapToInt(Integer::intValue).sum());
        if (!isJson) {
            out.println(DropInFinding.HEAD);
        }
        try (AtExit _ = AtExit.run(() -> brokenOff(rows.size(), out))) {
            compare(rows, out);
        }
        boolean isGo = findings.stream().allMatch(DropInFinding::isMet);
        if (isJson) {
            printJson(isGo ? "GO" : "NO-GO", out);
        }
        return isGo ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void compare(List<DropInRow> rows, PrintWriter out) throws IOException, InterruptedException {
        Map<List<String>, Map<String, List<ProgramRun>>> known = new HashMap<>();
        for (DropInRow row : rows) {
            Map<String, List<ProgramRun>> runs = known.get(row.arguments()); // two rows may read one program
            if (runs == null) {
                runs = run(row);
                known.put(row.arguments(), runs);
                draw(row, runs);
            }
            DropInFinding finding = DropInFinding.of(row, runs);
            findings.add(finding);
            if (!isJson) {
                out.println(finding.line());
                out.flush();
            }
        }
    }

    /// Each row stands there as soon as it is known; what is missing is said.
    private void brokenOff(int rows, PrintWriter out) {
        if (isJson) {
            printJson("broken off", out);
        } else {
            out.println("broken off; " + findings.size() + " of " + rows + " rows are above");
            out.flush();
        }
    }

    private void printJson(String verdict, PrintWriter out) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("verdict", verdict);
        all.put("rows", findings.stream().map(DropInsCommand::json).toList());
        out.print(Json.text(all));
        out.flush();
    }

    private static Map<String, Object> json(DropInFinding finding) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("row", finding.row().name());
        row.put("title", finding.row().title());
        row.put("medians", finding.medians());
        row.put("value", finding.value());
        row.put("bar", finding.row().bar());
        row.put("met", finding.isMet());
        return row;
    }

    /// In turn: what the machine does meanwhile, it does to all of them.
    private Map<String, List<ProgramRun>> run(DropInRow row) throws IOException, InterruptedException {
        Path adapters = Path.of(System.getProperty(ADAPTERS, "adapters"));
        Map<String, List<ProgramRun>> runs = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String contender : row.library().contenders()) {
                watcher().println(progress.mark() + row.name() + " " + contender);
                runs.computeIfAbsent(contender, _ -> new ArrayList<>()).add(ProgramRun.run(adapters, row, contender));
                progress.step();
            }
        }
        return runs;
    }

    private void draw(DropInRow row, Map<String, List<ProgramRun>> runs) throws IOException {
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        runs.forEach((contender, all) -> curves.put(contender, points(all.getFirst().samples())));
        Path directory = pictures;
        if (directory == null || curves.values().stream().allMatch(List::isEmpty)) {
            return;
        }
        Files.createDirectories(directory);
        Path file = directory.resolve(row.name() + ".svg");
        Files.writeString(file, new CurvesSvg(row.title().replaceFirst(":.*", "") + ": the same program on each allocator", curves).text());
        err().println("wrote " + file);
    }

    private static List<Point> points(List<Held> samples) {
        return samples.stream().map(held -> new Point(held.millis(), held.residentBytes())).toList();
    }
}
