package dev.hz3.bench;

import dev.hz3.bench.observe.AtExit;
import dev.hz3.bench.observe.Json;
import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.TextTable;
import dev.hz3.bench.replay.Trace;
import dev.hz3.bench.replay.TraceFormatException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `record`: what a program asks its heaps for, as recordings that `replay` reads.
@Command(
        name = "record",
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Runs a command, such as 'java -jar server.jar', in which each heap of hz3 records what it is asked for, and says what came of it.",
            "The program needs no change: the 'java' launcher finds the option in JDK_JAVA_OPTIONS. Each heap has a file of its own.",
            "Exit status: 0 recorded, 1 nothing recorded or the program failed, 2 arguments that make no sense."
        })
final class RecordCommand extends BenchCommand {

    /// What the launcher of a JDK reads, and what its children inherit.
    private static final String LAUNCHER_OPTIONS = "JDK_JAVA_OPTIONS";
    private static final String FIRST_FILE = "heap.oht.gz";
    private static final long SECONDS_TO_END = 30;

    @Option(names = "--to", paramLabel = "DIR", description = "where the recordings go: an empty directory, or one that is made")
    private Path directory = Path.of("recording");

    @Option(names = "--json", description = "prints what was recorded as JSON, and nothing else; what the program prints goes to the error output")
    private boolean isJson;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "the program and its arguments")
    private List<String> command = List.of();

    /// @param refusal why it is no whole recording; empty if it is one
    private record Recorded(Path file, long events, long blocks, int threads, long peakLiveBytes, String refusal) {

        static Recorded of(Path file) throws IOException {
            try {
                Trace trace = Trace.read(file);
                return new Recorded(file, trace.events(), trace.objects(), trace.threads(), trace.peakLiveBytes(), "");
            } catch (TraceFormatException refused) {
                return new Recorded(file, 0, 0, 0, 0, String.valueOf(refused.getMessage()));
            }
        }

        boolean isWhole() {
            return refusal.isEmpty();
        }

        List<String> cells() {
            return List.of(file.toString(), number(events), number(blocks), number(threads), Mebibytes.text(peakLiveBytes));
        }

        Map<String, Object> json() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("file", file.toString());
            all.put("events", events);
            all.put("blocks", blocks);
            all.put("threads", threads);
            all.put("peakLiveBytes", peakLiveBytes);
            all.put("refusal", refusal);
            return all;
        }

        private static String number(long value) {
            return String.format(Locale.ROOT, "%,d", value);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (Files.exists(directory) && (!Files.isDirectory(directory) || !files().isEmpty())) {
            throw refusal("to is '" + directory + "', but must be an empty directory, or nothing yet");
        }
        Files.createDirectories(directory);
        int status = runProgram();
        List<Recorded> recorded = new ArrayList<>();
        for (Path file : files()) {
            recorded.add(Recorded.of(file));
        }
        if (isJson) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("status", status);
            all.put("recordings", recorded.stream().map(Recorded::json).toList());
            out().print(Json.text(all));
        } else {
            tell(recorded, out());
        }
        out().flush();
        if (status != 0) {
            err().println("the program ended with status " + status);
        }
        return status == 0 && recorded.stream().anyMatch(Recorded::isWhole) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private int runProgram() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        if (isJson) {
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File("/dev/stderr")));
        }
        String before = builder.environment().getOrDefault(LAUNCHER_OPTIONS, "");
        builder.environment().put(LAUNCHER_OPTIONS, (before + " \"-Ddev.hz3.recordTo=" + directory.toAbsolutePath().resolve(FIRST_FILE) + "\"").strip());
        Process program = builder.start();
        try (AtExit _ = AtExit.run(() -> end(program))) {
            return program.waitFor();
        }
    }

    /// Lets it end in its own time: its recordings become whole then.
    private static void end(Process program) {
        program.destroy();
        try {
            program.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(List<Recorded> recorded, PrintWriter out) {
        List<Recorded> whole = recorded.stream().filter(Recorded::isWhole).toList();
        recorded.stream().filter(one -> !one.isWhole()).forEach(one -> out.println(one.refusal()));
        if (whole.isEmpty()) {
            out.println("nothing was recorded: the program made no heap of hz3, or gave its heaps options of another origin than HeapOptions.builder(), or was not started by 'java'");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("recording", "events", "blocks", "threads", "peak live MiB"));
        whole.forEach(one -> rows.add(one.cells()));
        out.print(TextTable.of(rows));
        out.println("to replay it: bin/hz3-bench replay " + whole.getFirst().file() + " --allocator hz3,glibc,jemalloc");
    }
}
