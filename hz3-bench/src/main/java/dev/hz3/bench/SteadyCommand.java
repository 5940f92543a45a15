package dev.hz3.bench;

import dev.hz3.bench.observe.AtExit;
import dev.hz3.bench.observe.Progress;
import dev.hz3.bench.steady.SteadyJson;
import dev.hz3.bench.steady.SteadyOptions;
import dev.hz3.bench.steady.SteadyPhase;
import dev.hz3.bench.steady.SteadyResult;
import dev.hz3.bench.steady.SteadyTrial;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// `steady`: load without a pause, with release on and off in turn, and see what release costs.
@Command(
        name = "steady",
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Frees and allocates without a pause, with release on and off in turn (on, off, off, on), and compares.",
            "All phases run in one process, with a fresh heap each, so that both sides run the same compiled code.",
            "Exit status: 0 GO, 1 NO-GO or no memory, 2 arguments that make no sense."
        })
final class SteadyCommand extends BenchCommand {

    @Option(names = "--threads", description = "threads that work at once, 1 to 256")
    private int threads = 4;

    @Option(names = "--min", description = "the least bytes of a block, 1 to 1073741824")
    private int min = 4096;

    @Option(names = "--max", description = "the most bytes of a block, 1 to 1073741824")
    private int max = 32_768;

    @Option(names = "--window", description = "live blocks of each thread, 1 to 10000000")
    private int window = 1000;

    @Option(names = "--seconds", description = "measured in each phase, 1 to 3600")
    private int seconds = 4;

    @Option(names = "--warm-up-ms", description = "how long each phase runs before it is measured, 0 to 60000")
    private int warmUpMillis = 1000;

    @Option(names = "--rounds", description = "of four phases, 1 to 1000")
    private int rounds = 5;

    @Option(names = "--bar", description = "the least median of on against off, above 0")
    private double bar = 0.95;

    @Option(names = "--seed", description = "what the random sizes and places come from")
    private long seed = 20_260_101L;

    @Option(names = "--json", description = "prints the result as JSON, and nothing else")
    private boolean isJson;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = out();
        SteadyOptions options = options();
        List<SteadyPhase> through = new CopyOnWriteArrayList<>();
        PrintWriter watcher = watcher();
        Progress progress = new Progress(rounds * SteadyResult.ROUND);
        try (AtExit _ = AtExit.run(() -> brokenOff(List.copyOf(through), out))) {
            SteadyResult result = SteadyTrial.run(options, phase -> {
                through.add(phase);
                progress.step();
                watcher.println(progress.mark());
                watcher.flush();
                if (!isJson) {
                    out.println(SteadyResult.line(phase));
                    out.flush();
                }
            });
            report(result, out);
            return result.isGo() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (OutOfMemoryError exhaustion) {
            err().println("no verdict, out of memory: " + exhaustion.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private void report(SteadyResult result, PrintWriter out) {
        out.print(isJson ? SteadyJson.text(result) : result.text());
        out.flush();
    }

    /// The rounds that were through when somebody ended it are a whole report of those.
    private void brokenOff(List<SteadyPhase> through, PrintWriter out) {
        int whole = through.size() - through.size() % SteadyResult.ROUND;
        if (!isJson) {
            out.println("broken off" + (whole == 0 ? " before the first round was through" : "; so far:"));
            out.flush();
        }
        if (whole > 0) {
            report(new SteadyResult(through.subList(0, whole), bar), out);
        }
    }

    private SteadyOptions options() {
        try {
            return new SteadyOptions(threads, min, max, window, seconds, warmUpMillis, rounds, bar, seed);
        } catch (IllegalArgumentException refused) {
            throw refusal(refused);
        }
    }
}
