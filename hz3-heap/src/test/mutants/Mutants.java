import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Proves that the simulation can fail: plants each bug of `mutants.txt` in a copy of the sources, compiles it, lives until it is found, and prints
/// a row of the table of `docs/reliability.md` for it.
///
///     java hz3-heap/src/test/mutants/Mutants.java [seeds [name…]]        in the project's directory, with a JDK 25
///
/// An entry of `mutants.txt` is a line `== name: what it is`, a line with the file's name, and the text as it is, a line `--`, and as it is to be; more
/// of the latter where it takes several changes. The text must stand in the file exactly once.
final class Mutants {

    private static final List<String> BOXES = List.of(
            "os", "os-testing", "segment", "release-boundary", "release-ledger", "medium-reclaim", "retire-scan", "epoch", "heap");
    private static final Path TABLE = Path.of("hz3-heap/src/test/mutants/mutants.txt");
    private static final int TIMEOUT_SECONDS = 240;
    private static final Pattern FOUND =
            Pattern.compile("-Dhz3\\.seed=(\\d+) .*?: step (\\d+) of \\d+, ([\\w ]+): (.*)");

    private record Change(String file, String from, String to) {}

    private record Mutant(String name, String what, List<Change> changes) {}

    public static void main(String[] args) throws IOException, InterruptedException {
        long seeds = args.length == 0 ? 1000 : Long.parseLong(args[0]);
        List<String> wanted = List.of(args).subList(Math.min(1, args.length), args.length);
        int planted = 0;
        int found = 0;
        System.out.println("| mutant | what is wrong | found by seed, at step | how |\n|---|---|---|---|");
        for (Mutant mutant : parse(Files.readAllLines(TABLE))) {
            if (wanted.isEmpty() || wanted.contains(mutant.name())) {
                planted++;
                String[] row = run(mutant, seeds);
                found += row[0].equals("survives") ? 0 : 1;
                System.out.println("| `" + mutant.name() + "` | " + mutant.what() + " | " + row[0] + " | " + row[1] + " |");
            }
        }
        System.out.println("\n" + found + " of " + planted + " found in at most " + seeds + " seeds each.");
    }

    private static List<Mutant> parse(List<String> lines) {
        List<Mutant> mutants = new ArrayList<>();
        String file = "";
        StringBuilder from = new StringBuilder();
        StringBuilder to = new StringBuilder();
        boolean isTo = false;
        for (String line : Stream.concat(lines.stream(), Stream.of("== end: end")).toList()) {
            boolean begins = line.startsWith("== ");
            if ((begins || line.startsWith("@@ ")) && !file.isEmpty()) {
                mutants.getLast().changes().add(new Change(file, withoutEnd(from), withoutEnd(to)));
                file = "";
            }
            if (begins) {
                int colon = line.indexOf(": ");
                mutants.add(new Mutant(line.substring(3, colon), line.substring(colon + 2), new ArrayList<>()));
            } else if (line.startsWith("@@ ")) {
                file = line.substring(3).strip();
                from.setLength(0);
                to.setLength(0);
                isTo = false;
            } else if (line.equals("--")) {
                isTo = true;
            } else if (!file.isEmpty() && !line.isBlank() && !line.startsWith("#")) {
                (isTo ? to : from).append(line).append('\n');
            }
        }
        mutants.removeLast();
        return mutants;
    }

    private static String withoutEnd(StringBuilder lines) {
        return lines.substring(0, Math.max(0, lines.length() - 1));
    }

    private static String[] run(Mutant mutant, long seeds) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("hz3-mutant");
        try {
            compile(mutant, scratch);
            Path output = scratch.resolve("output");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-XX:+UseSerialGC", "-Xmx700m",
                            "-Dhz3.seeds=" + seeds, "-Dhz3.workers=1", "-Dhz3.shrinkSeconds=0", "-cp", scratch.resolve("classes").toString(),
                            "dev.hz3.heap.SimulationCampaign")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new String[] {"timeout", "does not end within " + TIMEOUT_SECONDS + " s"};
            }
            if (process.exitValue() == 0) {
                return new String[] {"survives", ""};
            }
            Matcher matcher = FOUND.matcher(Files.readString(output));
            if (!matcher.find()) {
                return new String[] {"fails", Files.readString(output).lines().skip(1).findFirst().orElse("").replace('|', '/')};
            }
            String how = matcher.group(4).replace("dev.hz3.heap.SimulationFailure: ", "").replace('|', '/');
            int end = how.indexOf("HeapStats[");
            how = end > 0 ? how.substring(0, end) : how;
            return new String[] {matcher.group(1) + ", " + matcher.group(2), how.substring(0, Math.min(how.length(), 110)).strip()};
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void compile(Mutant mutant, Path scratch) throws IOException {
        List<String> sources = new ArrayList<>();
        for (String box : BOXES) {
            copy(Path.of("hz3-" + box, "src/main/java"), scratch, sources, "");
        }
        copy(Path.of("hz3-heap/src/test/java"), scratch, sources, "Simulation");
        for (Change change : mutant.changes()) {
            Path file = Path.of(sources.stream()
                    .filter(source -> source.endsWith("/" + change.file()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(mutant.name() + ": no file " + change.file())));
            String text = Files.readString(file);
            int at = text.indexOf(change.from());
            if (at < 0 || text.indexOf(change.from(), at + 1) >= 0) {
                throw new IllegalStateException(mutant.name() + ": not once in " + change.file() + ":\n" + change.from());
            }
            Files.writeString(file, text.replace(change.from(), change.to()));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path classes = Files.createDirectories(scratch.resolve("classes"));
        StringWriter said = new StringWriter();
        List<String> options = List.of("-nowarn", "-proc:none", "-d", classes.toString(), "-cp", jspecify());
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            if (!compiler.getTask(new PrintWriter(said), manager, null, options, null, manager.getJavaFileObjectsFromStrings(sources))
                    .call()) {
                throw new IllegalStateException(mutant.name() + ": does not compile\n" + said);
            }
        }
    }

    /// The nullness annotations, which Maven has fetched by the time that anything was built here.
    private static String jspecify() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("user.home"), ".m2/repository/org/jspecify"))) {
            return files.map(Path::toString).filter(file -> file.endsWith(".jar")).sorted().toList().getLast();
        }
    }

    private static void copy(Path from, Path scratch, List<String> sources, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(prefix) && name.endsWith(".java") && !name.equals("module-info.java") && !name.equals("package-info.java")
                        && !name.endsWith("Test.java")) {
                    Path to = scratch.resolve("sources").resolve(from.relativize(file));
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                    sources.add(to.toString());
                }
            }
        }
    }
}
