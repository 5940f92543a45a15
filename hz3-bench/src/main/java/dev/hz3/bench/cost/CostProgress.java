package dev.hz3.bench.cost;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/// All that JMH says into its log, and a line for each benchmark to whoever waits; one that has failed is told to everybody.
final class CostProgress implements OutputFormat {

    /// How JMH begins the line that says how long it will take yet.
    private static final String FAR = "# Run progress: ";

    private final OutputFormat log;
    private final Path file;
    private final PrintWriter waiting;
    private final PrintWriter failures;
    private String title = "";
    private String far = "";
    private final List<RunResult> through = new CopyOnWriteArrayList<>();

    /// @param file where `log` writes
    CostProgress(OutputFormat log, Path file, PrintWriter waiting, PrintWriter failures) {
        this.log = log;
        this.file = file;
        this.waiting = waiting;
        this.failures = failures;
    }

    /// What has come of the benchmarks that are through. Any thread may ask.
    List<RunResult> through() {
        return List.copyOf(through);
    }

    @Override
    public void startBenchmark(BenchmarkParams benchmark) {
        StringBuilder words = new StringBuilder(CostedBox.words(benchmark.getBenchmark()));
        for (Object name : new TreeSet<Object>(benchmark.getParamsKeys())) {
            words.append(", ").append(name).append('=').append(benchmark.getParam(String.valueOf(name)));
        }
        title = words.toString();
        log.startBenchmark(benchmark);
    }

    @Override
    public void println(String line) {
        if (line.startsWith(FAR)) {
            String now = "[" + line.substring(FAR.length()) + "] " + title;
            if (!now.equals(far)) {
                waiting.println(now);
                waiting.flush();
            }
            far = now;
        }
        log.println(line);
    }

    @Override
    public void endBenchmark(@Nullable BenchmarkResult result) {
        if (result == null) {
            failures.println("failed, and " + file + " says why: " + title);
            failures.flush();
        }
        if (result != null) {
            through.add(new RunResult(result.getParams(), List.of(result)));
        }
        log.endBenchmark(result);
    }

    @Override
    public void iteration(BenchmarkParams benchmark, IterationParams parameters, int iteration) {
        log.iteration(benchmark, parameters, iteration);
    }

    @Override
    public void iterationResult(BenchmarkParams benchmark, IterationParams parameters, int iteration, IterationResult result) {
        log.iterationResult(benchmark, parameters, iteration, result);
    }

    @Override
    public void startRun() {
        log.startRun();
    }

    @Override
    public void endRun(Collection<RunResult> results) {
        log.endRun(results);
    }

    @Override
    public void print(String text) {
        log.print(text);
    }

    @Override
    public void verbosePrintln(String line) {
        log.verbosePrintln(line);
    }

    @Override
    public void write(int one) {
        log.write(one);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        log.write(bytes);
    }

    @Override
    public void flush() {
        log.flush();
    }

    @Override
    public void close() {
        log.close();
    }
}
