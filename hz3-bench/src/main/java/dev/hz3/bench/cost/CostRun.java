package dev.hz3.bench.cost;

import dev.hz3.bench.observe.AtExit;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Benchmarks that JMH runs, each in processes of its own; what is not said here is as the benchmark itself says.
///
/// @param benchmarks JMH's names of them
/// @param processes how many for each
/// @param warmUps iterations that do not count
/// @param warmUpTime of one
/// @param iterations that count
/// @param iterationTime of one
/// @param parameters values by name, instead of all that a benchmark has
public record CostRun(
        Collection<String> benchmarks,
        Optional<Integer> processes,
        Optional<Integer> warmUps,
        Optional<TimeValue> warmUpTime,
        Optional<Integer> iterations,
        Optional<TimeValue> iterationTime,
        Map<String, List<String>> parameters) {

    private static final String JSON = "jmh.json";
    private static final String LOG = "jmh.log";

    /// Runs them, which takes as long as all iterations together.
    ///
    /// @param directory where `jmh.json` goes, which can be kept, and `jmh.log`, which says all that JMH says
    /// @param progress is told which one runs
    /// @param failures is told which one has failed
    /// @param brokenOff is passed `jmh.json` where the process is ended before all are through: it has those that are, at least one
    /// @return what it wrote: `jmh.json`
    /// @throws IOException where that cannot be written
    /// @throws IllegalStateException where JMH cannot run them
    public Path run(Path directory, PrintWriter progress, PrintWriter failures, Consumer<Path> brokenOff) throws IOException {
        Files.createDirectories(directory);
        Path json = directory.resolve(JSON);
        Path log = directory.resolve(LOG);
        ChainedOptionsBuilder options = new OptionsBuilder().resultFormat(ResultFormatType.JSON).result(json.toString());
        benchmarks.forEach(benchmark -> options.include("^" + Pattern.quote(benchmark) + "$"));
        processes.ifPresent(options::forks);
        warmUps.ifPresent(options::warmupIterations);
        warmUpTime.ifPresent(options::warmupTime);
        iterations.ifPresent(options::measurementIterations);
        iterationTime.ifPresent(options::measurementTime);
        parameters.forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
        try (PrintStream logged = new PrintStream(Files.newOutputStream(log), true)) {
            CostProgress watcher = new CostProgress(OutputFormatFactory.createFormatInstance(logged, VerboseMode.NORMAL), log, progress, failures);
            try (AtExit _ = AtExit.run(() -> write(watcher.through(), json, brokenOff))) {
                new Runner(options.build(), watcher).run();
            }
        } catch (RunnerException failure) {
            throw new IllegalStateException("JMH does not run: " + failure.getMessage(), failure);
        }
        return json;
    }

    private static void write(List<RunResult> through, Path json, Consumer<Path> then) {
        if (through.isEmpty()) {
            return;
        }
        try (PrintStream out = new PrintStream(Files.newOutputStream(json), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(through);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot be written: " + json, failure);
        }
        then.accept(json);
    }
}
