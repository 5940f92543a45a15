package dev.hz3.bench.dropin;

import dev.hz3.bench.observe.AtExit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// One program, run once in a process of its own: what it held, and the figures that it printed.
///
/// @param samples in the order of time
/// @param figures in the order in which they were printed; a program that has three bursts prints three of each
public record ProgramRun(List<Held> samples, List<Figure> figures) {

    /// The flags of every run: a Java heap of one size, resident from the start, so that what moves is not Java's.
    private static final List<String> FLAGS = List.of(
            "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=2g",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Dio.netty.leakDetection.level=disabled");
    private static final int LONGEST_REASON = 500;

    /// What the process held at a moment.
    ///
    /// @param millis since it began
    /// @param phase what it did, in its own word
    /// @param residentBytes by the kernel's counter
    public record Held(long millis, String phase, long residentBytes) {}

    /// A number with a name.
    public record Figure(String name, double value) {}

    public ProgramRun {
        samples = List.copyOf(samples);
        figures = List.copyOf(figures);
    }

    /// Runs the program of `row` with that allocator.
    ///
    /// @param adapters the folder that has the examples in it
    /// @throws IOException where it is not built, or fails
    public static ProgramRun run(Path adapters, DropInRow row, String contender) throws IOException, InterruptedException {
        Path target = adapters.resolve(row.library().folder()).resolve("target");
        if (!Files.isDirectory(target.resolve("libs"))) {
            throw new IOException("the examples are not built: " + target + " has no libs");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", target.resolve("classes") + ":" + target.resolve("libs") + "/*",
                row.library().packagePrefix() + row.arguments().getFirst(), contender));
        command.addAll(row.arguments().subList(1, row.arguments().size()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said;
        int status;
        try (AtExit _ = AtExit.run(process::destroy)) {
            said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            status = process.waitFor();
        }
        if (status != 0) {
            throw new IOException(row.name() + " " + contender + ": exit status " + status + ": " + said.substring(Math.max(0, said.length() - LONGEST_REASON)));
        }
        return parse(said);
    }

    /// What a program said: lines that begin with `sample` or `figure`, and others, which are for people.
    static ProgramRun parse(String said) {
        List<Held> samples = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        for (String line : said.lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("sample")) {
                samples.add(new Held(Long.parseLong(words[1]), words[2], Long.parseLong(words[3])));
            } else if (words[0].equals("figure")) {
                figures.add(new Figure(words[1], Double.parseDouble(words[2])));
            }
        }
        return new ProgramRun(samples, figures);
    }

    /// The greatest figure of that name: of several bursts, the one that left most.
    public OptionalDouble worst(String name) {
        return figures.stream().filter(figure -> figure.name().equals(name)).mapToDouble(Figure::value).max();
    }
}
