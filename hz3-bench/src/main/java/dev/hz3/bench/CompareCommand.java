package dev.hz3.bench;

import dev.hz3.bench.compare.CompareJson;
import dev.hz3.bench.compare.ComparePage;
import dev.hz3.bench.compare.CompareResult;
import dev.hz3.bench.compare.CompareText;
import dev.hz3.bench.compare.Comparison;
import dev.hz3.bench.compare.Contender;
import dev.hz3.bench.compare.HeldCurves;
import dev.hz3.bench.compare.Kept;
import dev.hz3.bench.compare.Plan;
import dev.hz3.bench.compare.Row;
import dev.hz3.bench.observe.AtExit;
import dev.hz3.bench.observe.CurvesSvg;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// `compare`: this heap against every peer on the machine, by the table of goals.
@Command(
        name = "compare",
        sortOptions = false,
        description = {
            "Measures this heap and every peer found on the machine, and holds the figures against the goals.",
            "Each measurement has a fresh virtual machine; the contenders take turns, round by round. All of it takes some hours.",
            "Exit status: 0 no goal is missed, 1 one is, 2 arguments that make no sense."
        })
final class CompareCommand extends BenchCommand {

    private static final String PAGE = "compare.html";
    private static final String TEXT = "compare.md";
    private static final String CSV = "compare.csv";
    private static final List<String> FILES = List.of(PAGE, TEXT, CSV);
    private static final String KEPT = "kept";
    private static final String TRACE_ENDING = ".oht.gz";
    private static final int ROUNDS = 7;
    private static final int QUICK_ROUNDS = 1;
    private static final int PAUSE_SECONDS = 60;
    private static final int QUICK_PAUSE_SECONDS = 3;

    @Option(names = "--only", split = ",", paramLabel = "ROW", description = "rows of the table, by name or number; all without it")
    private List<String> only = List.of();

    @Option(names = "--peers", split = ",", paramLabel = "PEER", description = "who may take part beside hz3; everybody without it")
    private List<String> peers = List.of();

    @Option(names = "--rounds", description = "how often each contender runs, 1 to 99; 7 without it, 1 with --quick")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "a first look: short measurements, few sizes")
    private boolean isQuick;

    @Option(names = "--resume", description = "leaves out what DIR has all rounds of")
    private boolean isResumed;

    @Option(names = "--kept", description = "measures nothing: prints the table of all that earlier runs left in DIR")
    private boolean isKept;

    @Option(names = "--pause-seconds", description = "how long calls are watched for pauses, 1 to 3600; 60 without it, 3 with --quick")
    private @Nullable Integer pauseSeconds;

    @Option(names = "--json", description = "prints the result as JSON, and nothing else")
    private boolean isJson;

    @Option(names = "--progress", description = "says how it gets on where the output is no terminal, too")
    private boolean isProgressWanted;

    @Option(names = "--traces", paramLabel = "DIR", description = "recordings to replay beside those that come with the project")
    private @Nullable Path traces;

    @Option(names = "--out", paramLabel = "DIR", description = {
                "where compare.html, compare.md and compare.csv go, which are of all that was measured into it, by however many runs;",
                "target/compare without it"
            })
    private Path directory = Path.of(System.getProperty("hz3.bench.output", "target"), "compare");

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = out();
        PrintWriter progress = !isProgressWanted && !Terminal.isHere() ? watcher() : isJson ? err() : out;
        Plan plan = plan();
        if (!isKept && plan.rows().stream().anyMatch(Row::isOfRecordings) && plan.traces().isEmpty()) {
            progress.println("recordings: none is found here");
        }
        Kept kept = new Kept(directory.resolve(KEPT));
        if (isKept) {
            return report(kept.join(plan), out);
        }
        Files.createDirectories(directory);
        CompareResult earlier = isResumed ? kept.join(plan) : CompareResult.nothing(plan);
        AtomicReference<CompareResult> latest = new AtomicReference<>(earlier);
        try (AtExit _ = AtExit.run(() -> brokenOff(latest.get(), out))) {
            return report(Comparison.run(plan, earlier, progress, (soFar, task) -> {
                latest.set(soFar);
                kept.put(soFar, task);
                write(kept.join(whole(kept, plan)));
            }), out);
        }
    }

    private int report(CompareResult result, PrintWriter out) {
        if (isJson) {
            out.print(new CompareJson(result).text());
            out.flush();
            return result.isGo() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
        out.println();
        out.print(new CompareText(result).text());
        if (!isKept) {
            FILES.forEach(file -> out.println("wrote " + directory.resolve(file)));
        }
        out.flush();
        return result.isGo() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /// What was measured until somebody ended it is a whole report of that.
    private void brokenOff(CompareResult soFar, PrintWriter out) {
        if (isJson) {
            out.print(new CompareJson(soFar).text());
            out.flush();
            return;
        }
        out.println();
        out.println("broken off" + (soFar.figures().isEmpty() ? " before the first round was through" : "; so far:"));
        if (!soFar.figures().isEmpty()) {
            out.print(new CompareText(soFar).text());
        }
        out.flush();
    }

    /// Every row, with everybody, whatever this run was asked for.
    private static Plan whole(Kept kept, Plan plan) throws IOException {
        SortedMap<String, Path> recordings = kept.recordings();
        recordings.putAll(plan.traces());
        return new Plan(
                EnumSet.allOf(Row.class), Set.copyOf(Contender.peers()), plan.rounds(), plan.isQuick(), plan.pauseSeconds(), recordings);
    }

    private void write(CompareResult result) throws IOException {
        CompareText text = new CompareText(result);
        write(TEXT, writer -> writer.write(text.text()));
        write(CSV, text::writeCsv);
        write(PAGE, new ComparePage(result)::write);
        for (var task : result.figures().entrySet()) {
            Optional<CurvesSvg> curves = HeldCurves.of(task.getKey(), task.getValue());
            if (curves.isPresent()) {
                write("held-" + task.getKey().name().replaceAll("[^A-Za-z0-9]+", "-") + ".svg", writer -> writer.write(curves.get().text()));
            }
        }
    }

    private Plan plan() throws IOException {
        try {
            return new Plan(
                    rows(),
                    contenders(),
                    rounds != null ? rounds : isQuick ? QUICK_ROUNDS : ROUNDS,
                    isQuick,
                    pauseSeconds != null ? pauseSeconds : isQuick ? QUICK_PAUSE_SECONDS : PAUSE_SECONDS,
                    recordings());
        } catch (IllegalArgumentException refused) {
            throw refusal(refused);
        }
    }

    private Set<Row> rows() {
        if (only.isEmpty()) {
            return EnumSet.allOf(Row.class);
        }
        return only.stream()
                .map(name -> Row.named(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "row is '" + name + "', but must be 1 to " + Row.values().length + " or one of " + Row.arguments())))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Row.class)));
    }

    private Set<Contender> contenders() {
        if (peers.isEmpty()) {
            return Set.copyOf(Contender.peers());
        }
        return peers.stream()
                .map(name -> Contender.named(name)
                        .filter(Contender::isPeer)
                        .orElseThrow(() -> new IllegalArgumentException("peer is '" + name + "', but must be one of "
                                + Contender.peers().stream().map(Contender::argument).collect(Collectors.joining(", ")))))
                .collect(Collectors.toSet());
    }

    /// By name. Those of a directory that was named come after those of the project, and in their place where they are called the same.
    private SortedMap<String, Path> recordings() throws IOException {
        SortedMap<String, Path> recordings = isKept ? new Kept(directory.resolve(KEPT)).recordings() : new TreeMap<>();
        for (Path shipped : List.of(Path.of("hz3-bench", "traces"), Path.of("traces"), Path.of(System.getProperty("hz3.traces", "traces")))) {
            if (Files.isDirectory(shipped)) {
                collect(recordings, shipped);
            }
        }
        if (traces != null) {
            if (!Files.isDirectory(traces)) {
                throw new IllegalArgumentException("traces is '" + traces + "', which is no directory");
            }
            collect(recordings, traces);
        }
        return recordings;
    }

    private static void collect(SortedMap<String, Path> recordings, Path from) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            files.filter(file -> file.toString().endsWith(TRACE_ENDING)).forEach(file -> {
                String name = file.getFileName().toString();
                recordings.put(name.substring(0, name.length() - TRACE_ENDING.length()), file.toAbsolutePath());
            });
        }
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(Writer writer) throws IOException;
    }

    private void write(String name, Content content) throws IOException {
        try (Writer writer = Files.newBufferedWriter(directory.resolve(name))) {
            content.writeTo(writer);
        }
    }
}
