package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What comparisons have measured, on disk: a file a task, so that a table can be measured row by row, on different days, and be one table.
///
///     what       pair tuned full 64          measured again by the same words only
///     argument   64                          one line each
///     fact       cores     2
///     version    hz3       0.1.0
///     absent     mimalloc  why
///     failed     glibc     what its process said
///     reading    hz3       reading  ns=4.5  note=
///
/// A task that is measured anew takes the place of the one before. To be used by one thread.
public final class Kept {

    private static final String ENDING = ".tsv";
    private static final String RECORDING = ".oht.gz";
    /// Facts of one sitting, which say nothing of a table that was made in several.
    private static final List<String> OF_ONE_SITTING = List.of("took", "load before");

    private final Path directory;

    /// In `directory`, which need not exist.
    public Kept(Path directory) {
        this.directory = directory;
    }

    /// Keeps what `result` has of `task`, in the place of what was kept of it.
    ///
    /// @throws IOException where the file cannot be written; what was kept before is still there
    public void put(CompareResult result, Task task) throws IOException {
        Figures figures = result.figures().get(task);
        if (figures == null) {
            throw new IllegalArgumentException("task=" + task.name() + ": nothing is known of it");
        }
        List<String> lines = new ArrayList<>(List.of(line("what", what(task, result.plan().isQuick()))));
        task.arguments().forEach(argument -> lines.add(line("argument", argument)));
        result.machine().facts().forEach((name, fact) -> lines.add(line("fact", name, fact)));
        for (Contender contender : task.contenders()) {
            Optional.ofNullable(result.versions().get(contender)).ifPresent(version -> lines.add(line("version", contender.argument(), version)));
            figures.absence(contender).ifPresent(reason -> lines.add(line("absent", contender.argument(), reason)));
            figures.failure(contender).ifPresent(reason -> lines.add(line("failed", contender.argument(), reason)));
            figures.readings(contender).forEach(reading -> lines.add("reading\t" + contender.argument() + "\t" + reading.line()));
        }
        Files.createDirectories(directory);
        Path written = Files.write(directory.resolve(fileName(task) + ".part"), lines);
        Files.move(written, directory.resolve(fileName(task)), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// All that is kept of the tasks of `plan`, as one result.
    public CompareResult join(Plan plan) throws IOException {
        SequencedMap<Task, Figures> figures = new LinkedHashMap<>();
        SequencedMap<String, LinkedHashSet<String>> facts = new LinkedHashMap<>();
        Map<Contender, String> versions = new EnumMap<>(Contender.class);
        Map<Contender, String> absences = new EnumMap<>(Contender.class);
        for (Task task : plan.tasks()) {
            Path file = directory.resolve(fileName(task));
            List<String[]> lines = Files.exists(file) ? read(file) : List.of();
            if (lines.stream().anyMatch(line -> line[0].equals("what") && line[1].equals(what(task, plan.isQuick())))) {
                figures.put(task, figures(lines, task, versions, absences));
                lines.stream()
                        .filter(line -> line[0].equals("fact") && !OF_ONE_SITTING.contains(line[1]))
                        .forEach(line -> facts.computeIfAbsent(line[1], _ -> new LinkedHashSet<>()).add(line[2]));
            }
        }
        absences.keySet().removeAll(versions.keySet());
        SequencedMap<String, String> joined = new LinkedHashMap<>();
        facts.forEach((name, values) -> joined.put(name, String.join(" / ", values)));
        return CompareResult.of(
                plan, new Machine(joined), new LinkedHashMap<>(versions), new LinkedHashMap<>(absences), figures);
    }

    /// The recordings that something is kept of, by name.
    public SortedMap<String, Path> recordings() throws IOException {
        SortedMap<String, Path> recordings = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(file -> file.toString().endsWith(ENDING)).toList()) {
                    read(file).stream()
                            .filter(line -> line[0].equals("argument") && line[1].endsWith(RECORDING))
                            .map(line -> Path.of(line[1]))
                            .forEach(path -> recordings.put(baseName(path.toString()).replace(RECORDING, ""), path));
                }
            }
        }
        return recordings;
    }

    private static Figures figures(List<String[]> lines, Task task, Map<Contender, String> versions, Map<Contender, String> absences) {
        Figures figures = new Figures();
        for (String[] line : lines) {
            Optional<Contender> contender = Contender.named(line[1]).filter(task.contenders()::contains);
            if (contender.isEmpty()) {
                continue;
            }
            switch (line[0]) {
                case "version" -> versions.put(contender.get(), line[2]);
                case "absent" -> {
                    absences.put(contender.get(), line[2]);
                    figures.absent(contender.get(), line[2]);
                }
                case "failed" -> figures.failed(contender.get(), line[2]);
                case "reading" -> Reading.parse(line[2]).ifPresent(reading -> figures.add(contender.get(), reading));
                default -> {}
            }
        }
        return figures;
    }

    /// Each as its kind and what follows it; a line that is cut short is none.
    private static List<String[]> read(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(line -> line.split("\t", 3)).filter(Kept::isWhole).toList();
    }

    private static boolean isWhole(String[] line) {
        return line.length == 3 || line.length == 2 && (line[0].equals("what") || line[0].equals("argument"));
    }

    private static String line(String... parts) {
        return Stream.of(parts).map(part -> part.replaceAll("\\s+", " ")).collect(Collectors.joining("\t"));
    }

    /// What decides whether two measurements are of the same; recordings by name, wherever they lie.
    private static String what(Task task, boolean isQuick) {
        return Stream.concat(
                        Stream.of(
                                task.instrument().argument(), task.flags().name().toLowerCase(Locale.ROOT), isQuick ? "quick" : "full"),
                        task.arguments().stream().map(Kept::baseName))
                .collect(Collectors.joining(" "));
    }

    private static String baseName(String argument) {
        return argument.substring(argument.lastIndexOf('/') + 1);
    }

    private static String fileName(Task task) {
        return task.name().replaceAll("[^A-Za-z0-9]+", "-") + ENDING;
    }
}
