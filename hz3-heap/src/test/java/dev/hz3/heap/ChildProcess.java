package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hz3.epoch.Epoch;
import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.os.OperatingSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.Segment;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A virtual machine of its own for a program such as [FaultChild], on the JDK of this one and with the same classes.
final class ChildProcess {

    private ChildProcess() {}

    /// What a program printed, but for its last line, `end`.
    ///
    /// @param flags of the virtual machine
    static List<String> run(Class<?> program, List<String> flags, long seconds, Object... arguments) throws Exception {
        return run("", program, String.join(" ", flags), seconds, arguments);
    }

    /// What [FaultChild] printed, but for its last line, `end`.
    ///
    /// @param shell what a shell does before it becomes the child, such as `ulimit -v 1000000 &&`
    static List<String> run(String shell, long seconds, Object... arguments) throws Exception {
        return run(shell, FaultChild.class, SMALL, seconds, arguments);
    }

    /// Flags of a virtual machine that needs little.
    static final String SMALL = "-ea -XX:+UseSerialGC -Xmx48m -XX:TieredStopAtLevel=1 -Xshare:off -XX:CompressedClassSpaceSize=16m -XX:ReservedCodeCacheSize=16m";

    /// What `program` printed, but for its last line, `end`.
    ///
    /// @param shell what a shell does before it becomes the child; a command that takes the child as its arguments is one too
    static List<String> run(String shell, Class<?> program, String flags, long seconds, Object... arguments) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String words = Stream.of(arguments).map(String::valueOf).collect(Collectors.joining(" "));
        String command = shell + " exec '" + java + "' " + flags + " --enable-native-access=ALL-UNNAMED -cp '" + classPath() + "' "
                + program.getName() + " " + words;
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
        builder.environment().put("MALLOC_ARENA_MAX", "1"); // an arena reserves 64 MiB of addresses
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // it prints a line
        Process process = builder.start();
        List<String> lines = new ArrayList<>();
        Thread reader = Thread.ofPlatform().daemon().start(() -> lines.addAll(read(process)));
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        reader.join();
        assertEquals("ended 0", (ended ? "ended " : "killed after seconds=" + seconds + " ") + process.exitValue(),
                () -> words + "\n" + String.join("\n", lines));
        assertEquals("end", lines.removeLast(), lines::toString);
        return lines;
    }

    private static List<String> read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of(e.toString());
        }
    }

    /// The values of a line such as `target=FENCE injected=12`.
    static Map<String, String> values(String line) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : line.split(" ", -1)) {
            String[] parts = word.split("=", 2);
            values.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return values;
    }

    private static String classPath() throws URISyntaxException {
        return Stream.concat(boxes().stream(), Stream.of(root(FaultChild.class))).map(Path::toString).collect(Collectors.joining(":"));
    }

    /// Where the classes of the heap and of the boxes below it are: directories or jars.
    static List<Path> boxes() throws URISyntaxException {
        List<Path> roots = new ArrayList<>();
        for (Class<?> type : List.of(OperatingSystem.class, Segment.class, ReleaseBoundary.class, ReleaseLedger.class, MediumReclaim.class,
                RetireScan.class, Epoch.class, NativeHeap.class)) {
            roots.add(root(type));
        }
        return roots;
    }

    /// The directory or jar that a class was found in, also where a test is patched into the module that it tests.
    private static Path root(Class<?> type) throws URISyntaxException {
        String file = type.getName().replace('.', '/') + ".class";
        URL found = Objects.requireNonNull(type.getResource("/" + file), file);
        if (found.getProtocol().equals("jar")) {
            String jar = found.getPath();
            return Path.of(new URI(jar.substring(0, jar.indexOf("!/"))));
        }
        return Path.of(found.toURI()).resolve("../".repeat((int) file.chars().filter(c -> c == '/').count() + 1)).normalize();
    }
}
