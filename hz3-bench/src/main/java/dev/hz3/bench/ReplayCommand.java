package dev.hz3.bench;

import dev.hz3.bench.observe.AtExit;
import dev.hz3.bench.observe.Json;
import dev.hz3.bench.observe.Progress;
import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.replay.ReplayResult;
import dev.hz3.bench.replay.Trace;
import dev.hz3.bench.replay.TraceReplay;
import dev.hz3.bench.replay.Traces;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `replay`: recorded allocations of real programs, on this heap and its peers.
@Command(
        name = "replay",
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Replays recorded allocations of real programs and shows time, footprint and damage.",
            "A trace is a file, or the name of one that comes with the project: imagemagick, nginx, node.",
            "Each trace and allocator has a process of its own: runs to warm up, one that verifies and shows the footprint, then the timed ones.",
            "Exit status: 0 GO, 1 NO-GO, 2 arguments that make no sense."
        })
final class ReplayCommand extends BenchCommand {

    private static final double FOOTPRINT_BAR = 1.15;
    private static final int WARM_UPS = 4;
    /// The fields of a row: its mark, the trace, events, time, peak live, footprint, at end; then what must be 0.
    private static final int FIRST_TIME = 3;
    private static final int FIRST_FAULT = 7;
    private static final String ROW = "replayed\t";

    @Parameters(arity = "1..*", paramLabel = "TRACE", description = "a file, or a name")
    private List<String> traces = List.of();

    @Option(names = "--workers", description = "threads that replay at once, 1 to 64")
    private int workers = 1;

    @Option(names = "--allocator", split = ",", description = "any of hz3, glibc, jemalloc, mimalloc, tcmalloc, mimalloc-lwjgl, rpmalloc")
    private List<String> allocators = List.of("hz3");

    @Option(names = "--repeat", description = "timed runs, of which the median counts, 0 to 99")
    private int repeat = 3;

    @Option(names = "--forks", description = "processes for each trace and allocator, of which the medians count, 1 to 99")
    private int forks = 1;

    @Option(names = "--tick-ms", description = "somebody else ticks and trims at random, this often on average; 0 = nobody does")
    private int tickMillis;

    @Option(names = "--seed", description = "what the random ticks come from")
    private long seed = 1;

    @Option(names = "--account", description = {
                "the peak of each process in a virtual machine with default flags, one worker,", "and for hz3 where every byte of it is, instead of times"})
    private boolean isAccount;

    @Option(names = "--stop-at", hidden = true, description = "after so many events")
    private int stopAt;

    @Option(names = "--json", description = "prints the result as JSON, and nothing else")
    private boolean isJson;

    /// What came of each trace and allocator so far; read by another thread where the process is ended.
    private final List<Map<String, Object>> results = new CopyOnWriteArrayList<>();

    private Progress progress = new Progress(0);

    @Option(names = "--here", hidden = true, description = "in this process")
    private boolean here;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check("workers", workers, 1, 64);
        check("repeat", repeat, 0, 99);
        check("forks", forks, 1, 99);
        check("tick-ms", tickMillis, 0, 3_600_000);
        if (isAccount && workers != 1) {
            throw refusal("workers is '" + workers + "', but must be 1 with --account");
        }
        for (String name : allocators) {
            if (AllocatorChoice.named(name).isEmpty()) {
                throw refusal("allocator is '" + name + "', but must be one of " + AllocatorChoice.arguments());
            }
        }
        PrintWriter printed = out();
        PrintWriter out = isJson && !here ? new PrintWriter(Writer.nullWriter()) : printed;
        boolean isGo = true;
        if (here && isAccount) {
            ReplayAccount.here(path(traces.getFirst()), AllocatorChoice.named(allocators.getFirst()).orElseThrow(), stopAt, out);
            return ExitCode.OK;
        }
        if (here) {
            return replayHere(out, path(traces.getFirst()), AllocatorChoice.named(allocators.getFirst()).orElseThrow());
        }
        if (!isAccount) {
            out.println("trace         allocator  events     time ms  peak live  footprint  ratio  at end  damaged");
        }
        for (String name : traces) {
            path(name); // refused before anything runs
        }
        progress = new Progress(traces.size() * allocators.size() * forks);
        try (AtExit _ = AtExit.run(() -> brokenOff(printed))) {
            for (String name : traces) {
                isGo &= isAccount ? account(out, name) : compare(out, name);
            }
        }
        out.println("verdict: " + (isGo ? "GO" : "NO-GO"));
        out.flush();
        if (isJson) {
            printJson(printed, isGo ? "GO" : "NO-GO");
        }
        return isGo ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void printJson(PrintWriter printed, String verdict) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("verdict", verdict);
        all.put("workers", workers);
        all.put("replays", List.copyOf(results));
        printed.print(Json.text(all));
        printed.flush();
    }

    /// Each line stands there as soon as it is known; what is missing is said.
    private void brokenOff(PrintWriter printed) {
        if (isJson) {
            printJson(printed, "broken off");
        } else {
            printed.println("broken off; " + results.size() + " of " + traces.size() * (isAccount ? 1 : allocators.size()) + " replays are above");
            printed.flush();
        }
    }

    private Path path(String name) {
        return Traces.named(name).orElseThrow(() -> refusal("no such trace: " + name));
    }

    private boolean account(PrintWriter out, String name) throws IOException, InterruptedException {
        ReplayAccount.Result result = ReplayAccount.of(path(name), allocators, out);
        results.add(result.json());
        return result.isGo();
    }

    // ---- one process for each ------------------------------------------------------------------------------------

    private boolean compare(PrintWriter out, String name) throws IOException, InterruptedException {
        Map<String, Double> ratios = new TreeMap<>();
        boolean isGo = true;
        for (String allocator : allocators) {
            List<String[]> rows = children(out, path(name), allocator);
            if (rows.size() < forks) {
                isGo &= !allocator.equals("hz3");
                continue;
            }
            String[] f = medians(rows);
            double ratio = Double.parseDouble(f[5]) / Double.parseDouble(f[4]);
            ratios.put(allocator, ratio);
            results.add(row(f, allocator));
            isGo &= f[7].equals("0") && (!allocator.equals("hz3") || f[8].equals("0"));
            out.printf(
                    Locale.ROOT, "%-13s %-10s %9s %11s %7.1f MiB %6.1f MiB %6.2f %7.1f %8s%s%n", f[1], allocator, f[2], f[3],
                    mebibytes(f[4]), mebibytes(f[5]), ratio, mebibytes(f[6]), f[7],
                    allocator.equals("hz3") ? "  live at end " + f[8] : "");
            out.flush();
        }
        Double own = ratios.remove("hz3");
        if (own != null && !ratios.isEmpty() && workers == 1) {
            double best = ratios.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
            boolean fits = own <= FOOTPRINT_BAR * best;
            out.printf(Locale.ROOT, "%-13s %s footprint %.2f, best peer %.2f: %.2f x; bar %.2f x%n", "", fits ? "GO   " : "NO-GO", own, best,
                    own / best, FOOTPRINT_BAR);
            isGo &= fits;
        }
        return isGo;
    }

    /// The rows of all processes, or of those before the first that has none.
    private List<String[]> children(PrintWriter out, Path trace, String allocator) throws IOException, InterruptedException {
        List<String[]> rows = new ArrayList<>();
        for (int i = 0; i < forks; i++) {
            watcher().println(progress.mark() + trace.getFileName() + " " + allocator);
            Optional<String[]> row = child(out, trace, allocator);
            progress.step();
            if (row.isEmpty()) {
                break;
            }
            rows.add(row.get());
        }
        return rows;
    }

    /// Of what differs between processes the median; of what is wrong or left, the worst.
    private static String[] medians(List<String[]> rows) {
        String[] medians = rows.getFirst().clone();
        for (int field = FIRST_TIME; field < medians.length; field++) {
            int at = field;
            double[] values = rows.stream().mapToDouble(row -> Double.parseDouble(row[at])).sorted().toArray();
            int index = field >= FIRST_FAULT ? values.length - 1 : values.length / 2;
            medians[field] = rows.stream().map(row -> row[at]).filter(text -> Double.parseDouble(text) == values[index]).findFirst().orElseThrow();
        }
        return medians;
    }

    private static Map<String, Object> row(String[] fields, String allocator) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("trace", fields[1]);
        row.put("allocator", allocator);
        row.put("events", Long.valueOf(fields[2]));
        row.put("millis", Double.valueOf(fields[3]));
        row.put("peakLiveBytes", Long.valueOf(fields[4]));
        row.put("peakResidentBytes", Long.valueOf(fields[5]));
        row.put("atEndBytes", Long.valueOf(fields[6]));
        row.put("damagedBlocks", Long.valueOf(fields[7]));
        return row;
    }

    private static double mebibytes(String bytes) {
        return Double.parseDouble(bytes) / (1 << 20);
    }

    private Optional<String[]> child(PrintWriter out, Path trace, String allocator) throws IOException, InterruptedException {
        List<String> said = ReplayChild.TUNED.run(List.of(trace.toString(), "--allocator", allocator, "--workers", "" + workers, "--repeat", "" + repeat,
                "--tick-ms", "" + tickMillis, "--seed", "" + seed));
        for (String line : said) {
            if (line.startsWith(ROW)) {
                return Optional.of(line.split("\t", -1));
            }
        }
        out.println(trace.getFileName() + " " + allocator + ": no result: " + String.join(" | ", said));
        return Optional.empty();
    }

    // ---- in this process -----------------------------------------------------------------------------------------

    @SuppressWarnings("try") // the ticker works by being open
    private int replayHere(PrintWriter out, Path file, AllocatorChoice choice) throws IOException, InterruptedException {
        Trace trace = Trace.read(file);
        // What the virtual machine makes of this code belongs to the base, for every contender: first a few runs on heaps that then go.
        try {
            for (int i = 0; i < WARM_UPS; i++) {
                try (BenchAllocator warmUp = AllocatorChoice.HZ3.open()) {
                    run(trace, warmUp, true);
                }
            }
        } catch (AbsentAllocatorException absent) {
            throw new IllegalStateException(absent);
        }
        try (BenchAllocator allocator = choice.open(); Ticker ticker = new Ticker(allocator, tickMillis, seed)) {
            ReplayResult checked = run(trace, allocator, true);
            long[] nanos = new long[Math.max(1, repeat)];
            nanos[0] = checked.nanos();
            for (int i = 0; i < repeat; i++) {
                nanos[i] = run(trace, allocator, false).nanos();
            }
            Arrays.sort(nanos);
            long live = allocator.counters().map(counters -> counters.liveBytes()).orElse(0L);
            out.println(ROW + trace.name() + "\t" + trace.events() + "\t"
                    + String.format(Locale.ROOT, "%.1f", nanos[nanos.length / 2] / 1e6) + "\t" + trace.peakLiveBytes() + "\t"
                    + checked.peakResidentBytes() + "\t" + Math.max(0, checked.residentAtEndBytes()) + "\t" + checked.damaged() + "\t" + live);
            if (checked.damaged() != 0) {
                out.println("damage: " + checked.firstDamage());
            }
            out.flush();
            return checked.damaged() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (AbsentAllocatorException absent) {
            out.println("absent: " + absent.getMessage());
            out.flush();
            return ExitCode.SOFTWARE;
        }
    }

    private ReplayResult run(Trace trace, BenchAllocator allocator, boolean checks) throws InterruptedException {
        TraceReplay replay = new TraceReplay(trace, allocator, checks);
        System.gc();
        return replay.run(workers);
    }

    /// Ticks and trims at random moments while a replay runs.
    private static final class Ticker implements AutoCloseable {
        private final Thread thread;

        Ticker(BenchAllocator allocator, int millis, long seed) {
            thread = Thread.ofPlatform().daemon().unstarted(() -> {
                SplittableRandom random = new SplittableRandom(seed);
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        Thread.sleep(random.nextInt(2 * millis + 1));
                    } catch (InterruptedException e) {
                        return;
                    }
                    if (random.nextInt(8) == 0) {
                        allocator.trim();
                    } else {
                        allocator.tick();
                    }
                }
            });
            if (millis > 0) {
                thread.start();
            }
        }

        @Override
        public void close() {
            thread.interrupt();
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
