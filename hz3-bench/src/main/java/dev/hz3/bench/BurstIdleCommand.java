package dev.hz3.bench;

import dev.hz3.bench.burst.BurstIdle;
import dev.hz3.bench.burst.BurstIdleArgument;
import dev.hz3.bench.burst.BurstIdleJson;
import dev.hz3.bench.burst.BurstIdleOptions;
import dev.hz3.bench.burst.BurstIdleOptions.DumpMode;
import dev.hz3.bench.burst.BurstIdleReport;
import dev.hz3.bench.burst.BurstIdleResult;
import dev.hz3.bench.burst.BurstIdleVerdict;
import dev.hz3.bench.observe.AtExit;
import dev.hz3.bench.observe.LiveView;
import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.ShownHeap;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `burst-idle`: allocate, free, do nothing, and see what the process still holds.
@Command(
        name = "burst-idle",
        sortOptions = false,
        description = {
            "Allocates a burst, frees it, does nothing, and says whether memory went back to the system.",
            "The numbers can be given in order or by name. With none of them: 200000 10 3 0 4 4096 32768 1 0 0.",
            "Exit status: 0 GO, 1 NO-GO or no memory or no such library, 2 arguments that make no sense."
        })
final class BurstIdleCommand extends BenchCommand {

    /// Where files go that nobody named a place for.
    private static final Path OUTPUT = Path.of(System.getProperty("hz3.bench.output", "target"));

    @Parameters(
            arity = "0..*",
            paramLabel = "NUMBER",
            description = "objects idle_s cycles keep_percent threads min max keep_hold idle_tick_ms dump_mode")
    private List<String> numbers = List.of();

    @Option(names = "--objects", description = "blocks of one burst, over all threads")
    private @Nullable String objects;

    @Option(names = "--idle-seconds", description = "how long nothing happens after the free")
    private @Nullable String idleSeconds;

    @Option(names = "--cycles", description = "bursts")
    private @Nullable String cycles;

    @Option(names = "--keep-percent", description = "how many blocks of a hundred live through the idle")
    private @Nullable String keepPercent;

    @Option(names = "--threads", description = "threads that share the blocks")
    private @Nullable String threads;

    @Option(names = "--min", description = "the least bytes of a block")
    private @Nullable String min;

    @Option(names = "--max", description = "the most bytes of a block")
    private @Nullable String max;

    @Option(names = "--keep-hold", description = "1: threads live on through the idle, parked; 0: they end after the free")
    private @Nullable String keepHold;

    @Option(names = "--idle-tick-ms", description = "how often the application ticks through the idle; 0: it is silent")
    private @Nullable String idleTickMillis;

    @Option(names = "--dump-mode", description = "0: none; 1: smaps_rollup at each measurement; 2: smaps")
    private @Nullable String dumpMode;

    @Option(names = "--seed", description = "what the random sizes and survivors come from")
    private @Nullable String seed;

    @Option(names = "--allocator", paramLabel = "NAME", description = "hz3 (default), glibc, jemalloc, mimalloc, tcmalloc, mimalloc-lwjgl, rpmalloc")
    private String allocator = AllocatorChoice.HZ3.argument();

    @Option(names = "--csv", paramLabel = "FILE", description = "where the cycles go; the samples go beside it")
    private Path csv = OUTPUT.resolve("burst-idle.csv");

    @Option(names = "--svg", paramLabel = "FILE", description = "where the picture goes")
    private Path svg = OUTPUT.resolve("burst-idle.svg");

    @Option(names = "--no-live", description = "a line for each measurement instead of one that is rewritten")
    private boolean isLiveRefused;

    @Option(names = "--json", description = "prints the result as JSON, and nothing else")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        BurstIdleOptions options = options();
        AllocatorChoice choice = AllocatorChoice.named(allocator)
                .orElseThrow(() -> refusal(
                        "allocator is '" + allocator + "', but must be one of " + AllocatorChoice.arguments()));
        PrintWriter out = out();
        try (BenchAllocator opened = choice.open(); ShownHeap _ = ShownHeap.of(opened, "burst-idle")) {
            AtomicReference<BurstIdleResult> latest = new AtomicReference<>();
            try (AtExit _ = AtExit.run(() -> brokenOff(latest.get(), out))) {
                BurstIdleResult result = observe(options, opened, latest, isJson ? new PrintWriter(Writer.nullWriter()) : out);
                report(result, out);
                return BurstIdleVerdict.of(result).isGo() ? ExitCode.OK : ExitCode.SOFTWARE;
            }
        } catch (AbsentAllocatorException absence) {
            err().println(absence.getMessage());
            return ExitCode.SOFTWARE;
        } catch (OutOfMemoryError exhaustion) {
            err().println("no verdict, out of memory: " + exhaustion.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private void report(BurstIdleResult result, PrintWriter out) throws IOException {
        BurstIdleReport report = new BurstIdleReport(result);
        out.print(isJson ? new BurstIdleJson(result).text() : report.text());
        PrintWriter files = isJson ? new PrintWriter(Writer.nullWriter()) : out;
        write(files, csv, report::writeCyclesCsv);
        write(files, beside(csv, "-samples.csv"), report::writeSamplesCsv);
        write(files, svg, report::writeSvg);
        out.flush();
    }

    /// The cycles that were through when somebody ended it are a whole report of those.
    private void brokenOff(@Nullable BurstIdleResult soFar, PrintWriter out) {
        if (!isJson) {
            out.println();
            out.println("broken off" + (soFar == null ? " before the first cycle was through" : "; so far:"));
        }
        out.flush();
        if (soFar != null) {
            try {
                report(soFar, out);
            } catch (IOException failure) {
                err().println("the report cannot be written: " + failure.getMessage());
            }
        }
    }

    private BurstIdleResult observe(
            BurstIdleOptions options, BenchAllocator opened, AtomicReference<BurstIdleResult> latest, PrintWriter out)
            throws IOException {
        LiveView view = Terminal.isHere() && !isLiveRefused && !isJson
                ? LiveView.rewriting(out, options.expectedBurstBytes())
                : LiveView.plain(out);
        if (options.dumpMode() == DumpMode.NONE) {
            return BurstIdle.run(options, opened, view, Writer.nullWriter(), latest::set);
        }
        Path dump = beside(csv, "-smaps.txt");
        try (Writer writer = create(dump)) {
            return BurstIdle.run(options, opened, view, writer, latest::set);
        } finally {
            out.println("wrote " + dump);
        }
    }

    private BurstIdleOptions options() {
        try {
            return BurstIdleOptions.parse(typed());
        } catch (IllegalArgumentException refused) {
            throw refusal(refused.getMessage());
        }
    }

    private Map<BurstIdleArgument, String> typed() {
        Map<BurstIdleArgument, String> typed = new EnumMap<>(BurstIdleArgument.class);
        name(typed, BurstIdleArgument.OBJECTS, objects);
        name(typed, BurstIdleArgument.IDLE_SECONDS, idleSeconds);
        name(typed, BurstIdleArgument.CYCLES, cycles);
        name(typed, BurstIdleArgument.KEEP_PERCENT, keepPercent);
        name(typed, BurstIdleArgument.THREADS, threads);
        name(typed, BurstIdleArgument.MIN, min);
        name(typed, BurstIdleArgument.MAX, max);
        name(typed, BurstIdleArgument.KEEP_HOLD, keepHold);
        name(typed, BurstIdleArgument.IDLE_TICK_MILLIS, idleTickMillis);
        name(typed, BurstIdleArgument.DUMP_MODE, dumpMode);
        name(typed, BurstIdleArgument.SEED, seed);
        List<BurstIdleArgument> places = BurstIdleArgument.positional();
        if (numbers.size() > places.size()) {
            throw refusal(numbers.size() + " numbers are given, but there are " + places.size());
        }
        for (int i = 0; i < numbers.size(); i++) {
            BurstIdleArgument argument = places.get(i);
            if (typed.put(argument, numbers.get(i)) != null) {
                throw refusal(argument.label() + " is given twice, by its place and by its name");
            }
        }
        return typed;
    }

    private static void name(
            Map<BurstIdleArgument, String> typed, BurstIdleArgument argument, @Nullable String text) {
        if (text != null) {
            typed.put(argument, text);
        }
    }

    private static Path beside(Path csv, String ending) {
        String name = String.valueOf(csv.getFileName());
        String stem = name.endsWith(".csv") ? name.substring(0, name.length() - ".csv".length()) : name;
        return csv.resolveSibling(stem + ending);
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(Writer writer) throws IOException;
    }

    private static void write(PrintWriter out, Path file, Content content) throws IOException {
        try (Writer writer = create(file)) {
            content.writeTo(writer);
        }
        out.println("wrote " + file);
    }

    private static Writer create(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        return Files.newBufferedWriter(file);
    }
}
