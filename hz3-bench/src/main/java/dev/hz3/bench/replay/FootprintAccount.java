package dev.hz3.bench.replay;

import dev.hz3.bench.observe.JavaHeapRange;
import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.observe.ResidentMemory;
import dev.hz3.bench.observe.TextTable;
import dev.hz3.bench.peers.Hz3Allocator;
import dev.hz3.heap.HeapStats;
import dev.hz3.heap.NativeHeap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Where every byte of a process is at one moment of a replay on this heap.
///
///     process = live + rounding + free in five places + unaccounted     the heap's range, which the kernel was asked for
///               + tables                                                as the heap counts them
///               + Java heap + the virtual machine                       the rest of the process
///
/// @param parts what adds up to all that the process holds
/// @param rounding the sizes of blocks that live blocks lose most by, the worst first
/// @param hugeBytes of the process in huge pages: a part of those above, and no part of its own
public record FootprintAccount(List<Part> parts, List<Rounding> rounding, long hugeBytes) {

    /// One place.
    ///
    /// @param bytes may be less than 0 where it is what others have too much
    public record Part(String name, long bytes) {}

    /// The live blocks of one size.
    ///
    /// @param blockBytes what each of them has
    /// @param blocks how many there are
    /// @param lostBytes what they have together and nobody asked for
    public record Rounding(long blockBytes, long blocks, long lostBytes) {}

    /// The name of what the heap counts and the kernel does not, or the other way round.
    static final String UNACCOUNTED = "not accounted for (below 0: counted, and never written)";

    private static final int PAGE_SHIFT = 12;
    private static final int WORST = 10;
    private static final String PART = "part\t";
    private static final String ROUNDING = "rounding\t";
    private static final String HUGE = "huge\t";

    /// Replays the first `events` events of `trace` on a new heap, in a process that has done nothing else, and looks where everything is.
    public static FootprintAccount after(Trace trace, int events) {
        JavaHeapRange javaHeap = JavaHeapRange.find();
        System.gc(); // what reading has left
        long ownBefore = ProcessMemory.measure().heldBytes() - javaHeap.residentBytes();
        try (Hz3Allocator allocator = new Hz3Allocator()) {
            TraceReplay replay = new TraceReplay(trace, allocator, false);
            replay.play(0, events);
            return of(allocator.heap(), replay, trace.arrayBytes() + replay.arrayBytes(), javaHeap, ownBefore);
        }
    }

    /// @param arrayBytes what the recording and its replay have on the Java heap
    /// @param ownBefore what the process held before, beside the Java heap
    private static FootprintAccount of(NativeHeap heap, TraceReplay replay, long arrayBytes, JavaHeapRange javaHeap, long ownBefore) {
        HeapStats stats = heap.stats(); // before anything else: upkeep goes on
        long range = heap.residentBytes();
        ResidentMemory process = ProcessMemory.measure();
        long onJavaHeap = javaHeap.residentBytes();
        Map<Long, Rounding> bySize = new TreeMap<>();
        long requested = 0;
        for (long bytes : replay.liveSizes()) {
            long block = heap.goodSize(bytes);
            bySize.merge(block, new Rounding(block, 1, block - bytes),
                    (a, b) -> new Rounding(block, a.blocks + b.blocks, a.lostBytes + b.lostBytes));
            requested += bytes;
        }
        long stock = stats.stockPages() << PAGE_SHIFT;
        long waiting = stats.waitingPages() << PAGE_SHIFT;
        long counted = stats.liveBytes() + stats.cachedBytes() + stats.halfUsedBytes() + stock + waiting;
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("live, as asked for", requested));
        parts.add(new Part("rounded up to sizes of blocks", stats.liveBytes() - requested));
        parts.add(new Part("free blocks that threads keep", stats.cachedBytes()));
        parts.add(new Part("free blocks in pages of small ones, and empty pages that rest", stats.halfUsedBytes()));
        parts.add(new Part("free runs in stock", stock));
        parts.add(new Part("free pages that wait for their purge, or lie in huge pages in use", waiting));
        parts.add(new Part(UNACCOUNTED, range - counted));
        parts.add(new Part("tables of the heap", stats.bookkeepingBytes()));
        parts.add(new Part("Java heap: the recording, and what its replay notes", arrayBytes));
        parts.add(new Part("Java heap: the rest", onJavaHeap - arrayBytes));
        parts.add(new Part("virtual machine, before the replay", ownBefore));
        parts.add(new Part("virtual machine, since", process.heldBytes() - range - stats.bookkeepingBytes() - onJavaHeap - ownBefore));
        List<Rounding> worst = bySize.values().stream().sorted(Comparator.comparingLong(Rounding::lostBytes).reversed()).limit(WORST).toList();
        return new FootprintAccount(parts, worst, process.hugeBytes());
    }

    /// Returns what the process holds.
    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /// Returns it as lines, for [#parse].
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        parts.forEach(part -> lines.add(PART + part.name + "\t" + part.bytes));
        rounding.forEach(lost -> lines.add(ROUNDING + lost.blockBytes + "\t" + lost.blocks + "\t" + lost.lostBytes));
        lines.add(HUGE + hugeBytes);
        return lines;
    }

    /// Reads what [#lines] has written, among other lines.
    public static FootprintAccount parse(List<String> lines) {
        List<Part> parts = new ArrayList<>();
        List<Rounding> rounding = new ArrayList<>();
        long huge = 0;
        for (String line : lines) {
            String[] fields = line.split("\t", -1);
            if (line.startsWith(PART)) {
                parts.add(new Part(fields[1], Long.parseLong(fields[2])));
            } else if (line.startsWith(ROUNDING)) {
                rounding.add(new Rounding(Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3])));
            } else if (line.startsWith(HUGE)) {
                huge = Long.parseLong(fields[1]);
            }
        }
        return new FootprintAccount(parts, rounding, huge);
    }

    /// Returns two tables.
    public String text() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("at the peak", "MiB", "of the process"));
        parts.forEach(part -> rows.add(row(part)));
        rows.add(row(new Part("the process, of which in huge pages " + Mebibytes.text(hugeBytes), bytes())));
        List<List<String>> lost = new ArrayList<>();
        lost.add(List.of("live blocks of bytes", "blocks", "lost, KiB", "of a block"));
        for (Rounding one : rounding) {
            lost.add(List.of(String.format(Locale.ROOT, "%,d", one.blockBytes), String.format(Locale.ROOT, "%,d", one.blocks),
                    String.format(Locale.ROOT, "%,.1f", one.lostBytes / 1024.0),
                    percent(one.lostBytes, one.blocks * one.blockBytes)));
        }
        return TextTable.of(rows) + "\n" + TextTable.of(lost);
    }

    private List<String> row(Part part) {
        long shown = Math.abs(part.bytes) < Mebibytes.BYTES / 20 ? 0 : part.bytes; // what is less than a digit has no sign
        return List.of(part.name, Mebibytes.text(shown), percent(shown, bytes()));
    }

    private static String percent(long part, long of) {
        return of == 0 ? "—" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / of);
    }

    /// Returns it for a program.
    public Map<String, Object> json() {
        Map<String, Object> places = new LinkedHashMap<>();
        parts.forEach(part -> places.put(part.name, part.bytes));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("processBytes", bytes());
        all.put("hugeBytes", hugeBytes);
        all.put("parts", places);
        all.put("rounding", rounding.stream().map(FootprintAccount::json).toList());
        return all;
    }

    private static Map<String, Object> json(Rounding lost) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("blockBytes", lost.blockBytes);
        all.put("blocks", lost.blocks);
        all.put("lostBytes", lost.lostBytes);
        return all;
    }
}
