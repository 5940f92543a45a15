package dev.hz3.bench;

import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.TextTable;
import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.replay.FootprintAccount;
import dev.hz3.bench.replay.FootprintPeak;
import dev.hz3.bench.replay.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// `replay --account`: the peak of a process that replays a recording, on each allocator, and on this heap where every byte of it is.
///
///     one process    replays all of it and finds the event at which the most is resident
///     another one    replays up to there, and counts
final class ReplayAccount {

    private static final String PEAK = "peak\t";
    private static final String OWN = "hz3";
    private static final double BAR = 1.15;

    private ReplayAccount() {}

    /// @param peakLiveBytes what was live at the most, as asked for
    private record Row(String allocator, FootprintPeak peak, long peakLiveBytes) {

        long aboveBase() {
            return peak.processBytes() - peak.baseBytes();
        }

        List<String> cells() {
            return List.of(allocator, Mebibytes.text(peak.processBytes()), Mebibytes.text(aboveBase()), Mebibytes.text(peakLiveBytes),
                    String.format(Locale.ROOT, "%.2f", (double) aboveBase() / peakLiveBytes), String.format(Locale.ROOT, "%,d", peak.event()));
        }

        Map<String, Object> json() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("allocator", allocator);
            all.put("processBytes", peak.processBytes());
            all.put("aboveBaseBytes", aboveBase());
            all.put("peakLiveBytes", peakLiveBytes);
            all.put("event", peak.event());
            return all;
        }
    }

    /// What came of one recording.
    ///
    /// @param isGo whether this heap is not too far above the best of the others, if it was asked
    record Result(Map<String, Object> json, boolean isGo) {}

    /// Measures one recording on each of `allocators`, and says so.
    static Result of(Path trace, List<String> allocators, PrintWriter out) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        Optional<FootprintAccount> account = Optional.empty();
        boolean isWhole = true;
        for (String allocator : allocators) {
            List<String> said = ReplayChild.AS_IT_COMES.run(arguments(trace, allocator, 0));
            Optional<Row> row = said.stream().filter(line -> line.startsWith(PEAK)).findFirst().map(line -> row(allocator, line.split("\t", -1)));
            if (row.isEmpty()) {
                out.println(trace.getFileName() + " " + allocator + ": no result: " + String.join(" | ", said));
                isWhole &= !allocator.equals(OWN);
                continue;
            }
            rows.add(row.get());
            if (allocator.equals(OWN)) {
                account = Optional.of(FootprintAccount.parse(ReplayChild.AS_IT_COMES.run(arguments(trace, allocator, row.get().peak().event()))));
            }
        }
        boolean isGo = isWhole && tell(trace, rows, account, out);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trace", String.valueOf(trace.getFileName()));
        json.put("peaks", rows.stream().map(Row::json).toList());
        json.put("account", account.map(FootprintAccount::json));
        return new Result(json, isGo);
    }

    private static List<String> arguments(Path trace, String allocator, int stopAt) {
        return List.of("--account", "--stop-at", "" + stopAt, "--allocator", allocator, trace.toString());
    }

    private static Row row(String allocator, String[] fields) {
        return new Row(allocator, new FootprintPeak(Integer.parseInt(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3])), Long.parseLong(fields[4]));
    }

    private static boolean tell(Path trace, List<Row> rows, Optional<FootprintAccount> account, PrintWriter out) {
        out.println(trace.getFileName());
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("allocator", "process, MiB", "above its base", "live", "ratio", "after events"));
        rows.forEach(row -> table.add(row.cells()));
        out.print(TextTable.of(table));
        out.println();
        account.ifPresent(found -> out.println(found.text()));
        Optional<Row> own = rows.stream().filter(row -> row.allocator.equals(OWN)).findFirst();
        Optional<Row> best = rows.stream().filter(row -> !row.allocator.equals(OWN)).min((a, b) -> Long.compare(a.aboveBase(), b.aboveBase()));
        if (own.isEmpty() || best.isEmpty()) {
            return true;
        }
        double ratio = (double) own.get().aboveBase() / best.get().aboveBase();
        boolean fits = ratio <= BAR;
        out.printf(Locale.ROOT, "%s above its base %s MiB, best peer %s %s: %.2f x; bar %.2f x%n", fits ? "GO   " : "NO-GO", Mebibytes.text(own.get().aboveBase()),
                best.get().allocator, Mebibytes.text(best.get().aboveBase()), ratio, BAR);
        out.flush();
        return fits;
    }

    /// What the process that was started for it prints: the peak, or, of this heap and up to an event, the account.
    static void here(Path file, AllocatorChoice choice, int stopAt, PrintWriter out) throws IOException {
        Trace trace = Trace.read(file);
        try {
            if (stopAt > 0) {
                FootprintAccount.after(trace, stopAt).lines().forEach(out::println);
            } else {
                FootprintPeak peak = FootprintPeak.find(trace, choice);
                out.println(PEAK + peak.event() + "\t" + peak.processBytes() + "\t" + peak.baseBytes() + "\t" + trace.peakLiveBytes());
            }
        } catch (AbsentAllocatorException absent) {
            out.println("absent: " + absent.getMessage());
        }
        out.flush();
    }
}
