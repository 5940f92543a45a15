package dev.hz3.bench.cost;

import dev.hz3.bench.jmh.BoundaryBenchmark;
import dev.hz3.bench.jmh.CentralBinsBenchmark;
import dev.hz3.bench.jmh.EpochBenchmark;
import dev.hz3.bench.jmh.FrontDoorBenchmark;
import dev.hz3.bench.jmh.HandOverBenchmark;
import dev.hz3.bench.jmh.LedgerBenchmark;
import dev.hz3.bench.jmh.MediumReclaimBenchmark;
import dev.hz3.bench.jmh.MemorySegmentBenchmark;
import dev.hz3.bench.jmh.PackPoolBenchmark;
import dev.hz3.bench.jmh.RetireScanBenchmark;
import dev.hz3.bench.jmh.SmallPagesBenchmark;
import dev.hz3.bench.jmh.SystemBenchmark;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The boxes, from the machine to the front door, each with the benchmarks that say what its operations cost.
@SuppressWarnings("ImmutableEnumChecker") // a list that List.of has made
public enum CostedBox {
    /// The machine.
    OS("os", SystemBenchmark.class),
    /// The anatomy.
    SEGMENT("segment", SmallPagesBenchmark.class, CentralBinsBenchmark.class, PackPoolBenchmark.class),
    /// The door.
    BOUNDARY("release-boundary", BoundaryBenchmark.class),
    /// The memory of freed pages.
    LEDGER("release-ledger", LedgerBenchmark.class),
    /// Reclaiming medium runs.
    RECLAIM("medium-reclaim", MediumReclaimBenchmark.class),
    /// Retiring small runs.
    RETIRE_SCAN("retire-scan", RetireScanBenchmark.class),
    /// The calendar.
    EPOCH("epoch", EpochBenchmark.class),
    /// The front door, beside its peers.
    HEAP("heap", FrontDoorBenchmark.class, MemorySegmentBenchmark.class, HandOverBenchmark.class);

    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    private final String folder;
    private final List<Class<?>> benchmarks;

    CostedBox(String folder, Class<?>... benchmarks) {
        this.folder = folder;
        this.benchmarks = List.of(benchmarks);
    }

    /// By which it is called, such as `retire-scan`.
    public String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The name of its folder without `hz3-`, such as `release-ledger`.
    String folder() {
        return folder;
    }

    /// The box of that name; its folder's name is one too, with or without `hz3-`.
    public static Optional<CostedBox> named(String name) {
        String plain = name.startsWith("hz3-") ? name.substring("hz3-".length()) : name;
        return Arrays.stream(values()).filter(box -> box.argument().equals(plain) || box.folder.equals(plain)).findFirst();
    }

    /// The box that a benchmark, by JMH's name of it, is about; none where this version has no such class.
    static Optional<CostedBox> of(String benchmark) {
        return Arrays.stream(values()).filter(box -> box.benchmarks.stream().anyMatch(type -> isIn(benchmark, type))).findFirst();
    }

    /// The names of all boxes, as a person reads them.
    public static String arguments() {
        return Arrays.stream(values()).map(CostedBox::argument).collect(Collectors.joining(", "));
    }

    /// The benchmarks that are named: by a box, or by a box and one of its operations, such as `ledger.emptyTick`; all of them where nothing is named.
    ///
    /// @return JMH's names of them
    /// @throws IllegalArgumentException where there is no such box or operation, with a sentence that lists those that there are
    public static SortedSet<String> benchmarks(List<String> names) {
        SortedSet<String> all = all();
        if (names.isEmpty()) {
            return all;
        }
        SortedSet<String> chosen = new TreeSet<>();
        for (String name : names) {
            int dot = name.indexOf('.');
            String boxName = dot < 0 ? name : name.substring(0, dot);
            CostedBox box = named(boxName)
                    .orElseThrow(() -> new IllegalArgumentException("box is '" + boxName + "', but must be one of " + arguments()));
            SortedSet<String> own = all.stream().filter(box::has).collect(Collectors.toCollection(TreeSet::new));
            List<String> picked = own.stream().filter(benchmark -> dot < 0 || operation(benchmark).equals(name.substring(dot + 1))).toList();
            if (picked.isEmpty()) {
                throw new IllegalArgumentException("operation is '" + name.substring(dot + 1) + "', but of " + box.argument() + " must be one of "
                        + own.stream().map(CostedBox::operation).distinct().collect(Collectors.joining(", ")));
            }
            chosen.addAll(picked);
        }
        return chosen;
    }

    /// Every benchmark that was compiled, by JMH's name of it.
    static SortedSet<String> all() {
        return BenchmarkList.defaultList().getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()).stream()
                .map(entry -> entry.getUsername())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean has(String benchmark) {
        return benchmarks.stream().anyMatch(type -> isIn(benchmark, type));
    }

    private static boolean isIn(String benchmark, Class<?> type) {
        return benchmark.startsWith(type.getName() + ".");
    }

    private static String operation(String benchmark) {
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }

    /// What a benchmark is about, in words: `ledger: enqueue and tick`, or `heap, front door: pair` where a box has several things in it.
    static String words(String benchmark) {
        return of(benchmark)
                .map(box -> box.argument() + (box.benchmarks.size() == 1 ? "" : ", " + thing(benchmark)) + ": " + spoken(operation(benchmark)))
                .orElse(benchmark);
    }

    private static String thing(String benchmark) {
        String type = benchmark.substring(0, benchmark.lastIndexOf('.'));
        return spoken(type.substring(type.lastIndexOf('.') + 1).replaceFirst("Benchmark$", ""));
    }

    private static String spoken(String name) {
        return HUMP.matcher(name).replaceAll(" ").toLowerCase(Locale.ROOT);
    }
}
