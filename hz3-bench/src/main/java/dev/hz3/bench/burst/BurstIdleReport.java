package dev.hz3.bench.burst;

import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.Sample;
import dev.hz3.bench.observe.TimelineSvg;
import dev.hz3.bench.peers.ReleaseCounters;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A run, written down: as a table for people, as comma-separated values for programs, as a picture for both.
public final class BurstIdleReport {

    private final BurstIdleResult result;

    /// Of `result`.
    public BurstIdleReport(BurstIdleResult result) {
        this.result = result;
    }

    /// What a person reads at the end: the cycles, the counters, the verdict.
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(result.commandLine()).append("\n\n");
        text.append("Resident memory of the process, MiB; times in ms; what was purged, from each base to the next.\n");
        text.append(aligned(cycleRows())).append('\n');
        result.counters().ifPresent(counters -> text.append(counterLines(counters)).append('\n'));
        text.append(verdictLines(BurstIdleVerdict.of(result)));
        return text.toString();
    }

    /// A line for each cycle, in bytes and nanoseconds; empty where the allocator does not tell.
    public void writeCyclesCsv(Writer out) throws IOException {
        out.write("allocator,cycle,base_bytes,peak_bytes,freed_bytes,after_1s_bytes,end_of_idle_bytes,requested_bytes,"
                + "live_bytes,allocate_ns,free_ns,purged_pages,purge_calls,pages_per_call\n");
        for (CycleResult cycle : result.cycles()) {
            out.write(String.join(
                    ",",
                    result.allocator(),
                    Integer.toString(cycle.number()),
                    Long.toString(cycle.baseBytes()),
                    Long.toString(cycle.peakBytes()),
                    Long.toString(cycle.freedBytes()),
                    Long.toString(cycle.afterOneSecondBytes()),
                    Long.toString(cycle.endBytes()),
                    Long.toString(cycle.requestedBytes()),
                    Long.toString(cycle.liveBytes()),
                    Long.toString(cycle.allocateNanos()),
                    Long.toString(cycle.freeNanos()),
                    cycle.counters().map(seen -> Long.toString(seen.purgedPages())).orElse(""),
                    cycle.counters().map(seen -> Long.toString(seen.purgeCalls())).orElse(""),
                    cycle.counters().map(BurstIdleReport::pagesPerCall).orElse("")));
            out.write('\n');
        }
    }

    /// A line for each sample.
    public void writeSamplesCsv(Writer out) throws IOException {
        out.write("millis,cycle,phase,resident_bytes,live_bytes,waiting_bytes\n");
        for (Sample sample : result.samples()) {
            out.write(sample.millis() + "," + sample.cycle() + "," + sample.phase().label() + ","
                    + sample.residentBytes() + "," + sample.liveBytes() + "," + sample.waitingBytes() + "\n");
        }
    }

    /// The picture.
    public void writeSvg(Writer out) throws IOException {
        new TimelineSvg(result.commandLine(), List.of(pictureNote()), result.samples(), result.spans()).write(out);
    }

    private String pictureNote() {
        CycleResult last = result.cycles().getLast();
        return "Cycle " + last.number() + ", MiB: base " + Mebibytes.rounded(last.baseBytes()) + ", peak "
                + Mebibytes.rounded(last.peakBytes()) + ", one second after the free "
                + Mebibytes.rounded(last.afterOneSecondBytes()) + ", end of idle " + Mebibytes.rounded(last.endBytes())
                + " - verdict " + label(BurstIdleVerdict.of(result).isGo());
    }

    private List<List<String>> cycleRows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "cycle", "asked for", "base", "peak", "freed", "+1 s", "end of idle", "live", "alloc ms", "free ms", "pages purged",
                "calls", "pages/call"));
        for (CycleResult cycle : result.cycles()) {
            rows.add(List.of(
                    Integer.toString(cycle.number()),
                    Mebibytes.text(cycle.requestedBytes()),
                    Mebibytes.text(cycle.baseBytes()),
                    Mebibytes.text(cycle.peakBytes()),
                    Mebibytes.text(cycle.freedBytes()),
                    Mebibytes.text(cycle.afterOneSecondBytes()),
                    Mebibytes.text(cycle.endBytes()),
                    Mebibytes.text(cycle.liveBytes()),
                    millis(cycle.allocateNanos()),
                    millis(cycle.freeNanos()),
                    cycle.counters().map(seen -> count(seen.purgedPages())).orElse("-"),
                    cycle.counters().map(seen -> count(seen.purgeCalls())).orElse("-"),
                    cycle.counters().map(BurstIdleReport::pagesPerCall).orElse("-")));
        }
        return rows;
    }

    /// Columns as wide as their widest cell, all to the right: they are numbers.
    static String aligned(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                text.append(column == 0 ? "" : "  ").append(" ".repeat(widths[column] - cell.length())).append(cell);
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String counterLines(ReleaseCounters seen) {
        return "[hz3 reclaim]  reclaimed_runs=" + seen.reclaimedRuns() + " reclaimed_pages=" + seen.reclaimedPages()
                + " retired_pages=" + seen.retiredPages() + " boundary_calls=" + seen.boundaryCalls()
                + " violations=" + seen.violations() + "\n"
                + "[hz3 ledger]   enqueued=" + seen.enqueuedRanges() + " joined=" + seen.joinedRanges()
                + " purged_pages=" + seen.purgedPages() + " purge_calls=" + seen.purgeCalls()
                + " waiting_pages=" + seen.waitingPages() + " reused_pages=" + seen.reusedPages()
                + " purge_failures=" + seen.purgeFailures() + "\n"
                + "[hz3 calendar] epochs=" + seen.epochs() + " idle_ticks=" + seen.idleTicks()
                + " busy_ticks=" + seen.busyTicks() + " mapped_bytes=" + seen.mappedBytes()
                + " live_bytes=" + seen.liveBytes() + "\n";
    }

    private static String verdictLines(BurstIdleVerdict verdict) {
        return verdict.criteria().stream()
                .map(criterion -> String.format(
                        Locale.ROOT,
                        "%-5s  (%s) %s: %s; bar %s%n",
                        criterion.outcome().label(),
                        criterion.letter(),
                        criterion.claim(),
                        criterion.measured(),
                        criterion.bar()))
                .collect(Collectors.joining("", "", "verdict: " + label(verdict.isGo()) + "\n"));
    }

    private static String label(boolean isGo) {
        return (isGo ? Criterion.Outcome.GO : Criterion.Outcome.NO_GO).label();
    }

    private static String pagesPerCall(ReleaseCounters seen) {
        return String.format(Locale.ROOT, "%.1f", seen.pagesPerPurgeCall());
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%,.1f", (double) nanos / TimeUnit.MILLISECONDS.toNanos(1));
    }
}
