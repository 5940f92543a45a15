package dev.hz3.bench;

import dev.hz3.bench.cost.Cost;
import dev.hz3.bench.cost.CostFile;
import dev.hz3.bench.cost.CostRun;
import dev.hz3.bench.cost.CostText;
import dev.hz3.bench.cost.CostedBox;
import dev.hz3.bench.observe.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jmh`: what single operations cost, box by box.
@Command(
        name = "jmh",
        sortOptions = false,
        description = {
            "Measures what single operations cost, box by box, by JMH, and compares with what was kept.",
            "The options with one hyphen are JMH's own; what none of them says is as the benchmarks themselves say: two processes each.",
            "Exit status: 0 measured, whatever the figures, 1 a failure, 2 arguments that make no sense."
        })
final class JmhCommand extends BenchCommand {

    private static final int MOST_PROCESSES = 99;
    private static final int MOST_ITERATIONS = 9_999;
    private static final int QUICK_PROCESSES = 1;
    private static final int QUICK_WARM_UPS = 2;
    private static final int QUICK_ITERATIONS = 3;
    private static final TimeValue QUICK_TIME = TimeValue.milliseconds(300);

    @Parameters(arity = "0..*", paramLabel = "BOX", description = {
                "os, segment, boundary, ledger, reclaim, retire-scan, epoch or heap, or one operation such as ledger.emptyTick; all without it"
            })
    private List<String> boxes = List.of();

    @Option(names = "--baseline", paramLabel = "FILE", description = "compares with JSON that JMH wrote, such as docs/trials/0006-jmh.json")
    private @Nullable Path baseline;

    @Option(names = "--kept", paramLabel = "FILE", description = "measures nothing: shows JSON that JMH wrote before")
    private @Nullable Path kept;

    @Option(names = "--quick", description = "a first look: one process, 3 iterations of 300 ms after 2")
    private boolean isQuick;

    @Option(names = "-f", paramLabel = "COUNT", description = "processes for each benchmark, 1 to 99")
    private @Nullable Integer processes;

    @Option(names = "-wi", paramLabel = "COUNT", description = "iterations that do not count, 0 to 9999")
    private @Nullable Integer warmUps;

    @Option(names = "-w", paramLabel = "TIME", description = "how long each of them takes, such as 300ms or 1s")
    private @Nullable String warmUpTime;

    @Option(names = "-i", paramLabel = "COUNT", description = "iterations that count, 1 to 9999")
    private @Nullable Integer iterations;

    @Option(names = "-r", paramLabel = "TIME", description = "how long each of them takes, such as 300ms or 1s")
    private @Nullable String iterationTime;

    @Option(names = "-p", paramLabel = "NAME=VALUE[,VALUE...]", description = "values of a benchmark's parameter instead of all that it has, such as bytes=64")
    private Map<String, String> parameters = Map.of();

    @Option(names = "--json", description = "prints the result as JSON, and nothing else; jmh.json has more")
    private boolean isJson;

    @Option(names = "--out", paramLabel = "DIR", description = "where jmh.json and jmh.log go; target without it")
    private Path directory = Path.of(System.getProperty("hz3.bench.output", "target"));

    @Override
    public Integer call() throws IOException {
        PrintWriter out = out();
        SortedSet<String> benchmarks;
        CostRun run;
        List<Cost> before;
        List<Cost> shown;
        try {
            benchmarks = CostedBox.benchmarks(boxes);
            run = run(benchmarks);
            before = baseline == null ? List.of() : read("baseline", baseline);
            shown = kept == null ? List.of() : read("kept", kept);
        } catch (IllegalArgumentException refused) {
            throw refusal(refused);
        }
        if (kept == null) {
            Path written = run.run(directory, watcher(), err(), part -> brokenOff(part, before, out));
            shown = CostFile.read(written);
            err().println("wrote " + written);
            err().flush();
        } else if (!boxes.isEmpty()) {
            shown = shown.stream().filter(cost -> benchmarks.contains(cost.benchmark())).toList();
        }
        tell(shown, before, out);
        return shown.isEmpty() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void tell(List<Cost> shown, List<Cost> before, PrintWriter out) {
        if (isJson) {
            out.print(Json.text(shown.stream().map(JmhCommand::json).toList()));
        } else {
            out.print(baseline == null ? CostText.table(shown) : CostText.comparison(shown, baseline, before));
        }
        out.flush();
    }

    /// The benchmarks that were through when somebody ended it are a whole report of those.
    private void brokenOff(Path part, List<Cost> before, PrintWriter out) {
        if (!isJson) {
            out.println("broken off; so far:");
        }
        try {
            tell(CostFile.read(part), before, out);
        } catch (IOException failure) {
            err().println("the report cannot be read: " + failure.getMessage());
        }
    }

    private static Map<String, Object> json(Cost cost) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("benchmark", cost.benchmark());
        all.put("parameters", cost.parameters());
        all.put("figure", cost.figure());
        all.put("error", cost.error());
        all.put("unit", cost.unit());
        return all;
    }

    private CostRun run(SortedSet<String> benchmarks) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        parameters.forEach((name, list) -> values.put(name, Arrays.asList(list.split(",", -1))));
        return new CostRun(
                benchmarks,
                count("f", processes, 1, MOST_PROCESSES).or(() -> quick(QUICK_PROCESSES)),
                count("wi", warmUps, 0, MOST_ITERATIONS).or(() -> quick(QUICK_WARM_UPS)),
                time("w", warmUpTime).or(() -> quick(QUICK_TIME)),
                count("i", iterations, 1, MOST_ITERATIONS).or(() -> quick(QUICK_ITERATIONS)),
                time("r", iterationTime).or(() -> quick(QUICK_TIME)),
                values);
    }

    private <T> Optional<T> quick(T value) {
        return isQuick ? Optional.of(value) : Optional.empty();
    }

    private Optional<Integer> count(String name, @Nullable Integer value, int least, int most) {
        if (value != null) {
            check(name, value, least, most);
        }
        return Optional.ofNullable(value);
    }

    private static Optional<TimeValue> time(String name, @Nullable String text) {
        try {
            return Optional.ofNullable(text).map(TimeValue::fromString);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(name + " is '" + text + "', but must be a time such as 300ms or 1s", refused);
        }
    }

    private static List<Cost> read(String name, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(name + " is '" + file + "', which is no file");
        }
        return CostFile.read(file);
    }
}
