package dev.hz3.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Where the figures come from: what a reader must know before they compare them with their own.
///
/// @param facts in the order of reading
public record Machine(SequencedMap<String, String> facts) {

    private static final String UNKNOWN = "unknown";

    /// Keeps a copy.
    public Machine {
        facts = new LinkedHashMap<>(facts);
    }

    /// This one.
    public static Machine here() {
        LinkedHashMap<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", entry(Path.of("/proc/cpuinfo"), "model name"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("memory", entry(Path.of("/proc/meminfo"), "MemTotal"));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        facts.put("huge pages", text(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("revision", revision());
        facts.put("measured", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
        facts.put("load before", text(Path.of("/proc/loadavg")));
        return new Machine(facts);
    }

    /// With what is known by now.
    public Machine and(String name, String fact) {
        LinkedHashMap<String, String> more = new LinkedHashMap<>(facts);
        more.put(name, fact);
        return new Machine(more);
    }

    /// What was checked out where this was started; figures of two revisions are not to be mixed without notice.
    private static String revision() {
        try {
            Process process = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return said.isEmpty() ? UNKNOWN : said;
        } catch (IOException absent) {
            return UNKNOWN;
        }
    }

    private static String entry(Path file, String name) {
        return text(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(UNKNOWN);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException silence) {
            return UNKNOWN;
        }
    }
}
