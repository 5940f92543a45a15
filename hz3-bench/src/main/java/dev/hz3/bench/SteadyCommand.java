package dev.hz3.bench;

import dev.hz3.bench.steady.SteadyOptions;
import dev.hz3.bench.steady.SteadyResult;
import dev.hz3.bench.steady.SteadyTrial;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
final class SteadyCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--threads", description = "threads that work at once")
    private int threads = 4;

    @Option(names = "--min", description = "the least bytes of a block")
    private int min = 4096;

    @Option(names = "--max", description = "the most bytes of a block")
    private int max = 32_768;

    @Option(names = "--window", description = "live blocks of each thread")
    private int window = 1000;

    @Option(names = "--seconds", description = "measured in each phase")
    private int seconds = 4;

    @Option(names = "--warm-up-ms", description = "how long each phase runs before it is measured")
    private int warmUpMillis = 1000;

    @Option(names = "--rounds", description = "of four phases")
    private int rounds = 5;

    @Option(names = "--bar", description = "the least median of on against off")
    private double bar = 0.95;

    @Option(names = "--seed", description = "what the random sizes and places come from")
    private long seed = 20_260_101L;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec().commandLine().getOut();
        SteadyOptions options = options();
        try {
            SteadyResult result = SteadyTrial.run(options, phase -> {
                out.println(SteadyResult.line(phase));
                out.flush();
            });
            out.print(result.text());
            out.flush();
            return result.isGo() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (OutOfMemoryError exhaustion) {
            spec().commandLine().getErr().println("no verdict, out of memory: " + exhaustion.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private SteadyOptions options() {
        try {
            return new SteadyOptions(threads, min, max, window, seconds, warmUpMillis, rounds, bar, seed);
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec().commandLine(), refused.getMessage(), refused);
        }
    }

    private CommandSpec spec() {
        CommandSpec injected = spec;
        if (injected == null) {
            throw new IllegalStateException("picocli sets it");
        }
        return injected;
    }
}
