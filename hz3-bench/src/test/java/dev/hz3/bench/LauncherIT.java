package dev.hz3.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bin/hz3-bench` finds what it needs, or says in one line what is missing.
final class LauncherIT {

    private static final Path LAUNCHER = Path.of("..", "bin", "hz3-bench").toAbsolutePath().normalize();
    private static final String MODULES = Objects.requireNonNull(System.getProperty("jdk.module.path"));

    private final Path directory;

    LauncherIT(@TempDir Path directory) {
        this.directory = directory;
    }

    private record Said(int status, String words) {}

    private static Said run(Path launcher, Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder().redirectErrorStream(true);
        builder.command().add(launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("HZ3_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), words);
    }

    private Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of("HZ3_BENCH_MODULES", MODULES, "HZ3_BENCH_OUTPUT", directory.toString()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    @Test
    void the_status_is_that_of_the_command() throws Exception {
        Said refused = run(LAUNCHER, environment(), "compare", "--rounds", "0");
        assertEquals(2, refused.status(), refused.words());
        assertTrue(refused.words().startsWith("rounds is '0', but must be a whole number from 1 to 99"), refused.words());
    }

    @Test
    void a_verdict_is_a_status_and_a_plain_line() throws Exception {
        Said verdict = run(LAUNCHER, environment("HZ3_BENCH_JAVA_OPTIONS", "-Xmx64m -XX:+UseSerialGC"), "burst-idle", "4", "1", "1");
        assertEquals(1, verdict.status(), verdict.words()); // four blocks are too little to go back many pages at a time
        assertTrue(verdict.words().contains("\nverdict: NO-GO\n"), verdict.words());
        assertTrue(!verdict.words().contains("Exception") && !verdict.words().contains("BUILD FAILURE"), verdict.words());
    }

    @Test
    void a_recording_tells_what_was_purged_and_why() throws Exception {
        Path recording = directory.resolve("a burst.jfr");
        Said said = run(LAUNCHER, environment("HZ3_BENCH_JAVA_OPTIONS", "-Xmx64m -XX:+UseSerialGC", "HZ3_BENCH_RECORDING", recording.toString()), "burst-idle", "4000", "1", "1", "--json");
        assertTrue(said.words().startsWith("{"), said.words()); // the recorder says nothing of its own
        Process printing = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jfr").toString(), "print", "--events", "dev.hz3.Purge", recording.toString())
                .redirectErrorStream(true)
                .start();
        String purges = new String(printing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, printing.waitFor(), purges);
        assertTrue(purges.contains("heap = \"burst-idle\"") && purges.matches("(?s).*mediumRunReclaim = [1-9].*"), purges);
    }

    /// The program neither knows that it is recorded nor closes its heap.
    @Test
    void a_program_is_recorded_and_replayed() throws Exception {
        Path program = Files.writeString(directory.resolve("Program.java"), """
                public class Program {
                    public static void main(String[] arguments) {
                        dev.hz3.heap.NativeHeap heap = dev.hz3.heap.NativeHeap.create();
                        for (int i = 0; i < 1000; i++) {
                            long address = heap.allocateAddress(i * 100L);
                            if (i % 4 != 0) {
                                heap.freeAddress(address);
                            }
                        }
                    }
                }
                """);
        Path to = directory.resolve("its recordings");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Said recorded = run(LAUNCHER, environment(), "record", "--to", to.toString(), java, "-p", MODULES, "--add-modules", "dev.hz3.heap",
                "--enable-native-access=dev.hz3.os", program.toString());
        assertEquals(0, recorded.status(), recorded.words());
        Path file = to.resolve("heap.oht.gz");
        assertTrue(recorded.words().matches("(?s).*heap.oht.gz +\\| 1,750 +\\| 1,000 +\\| 1 .*"), recorded.words());
        assertTrue(recorded.words().endsWith("to replay it: bin/hz3-bench replay " + file + " --allocator hz3,glibc,jemalloc\n"), recorded.words());

        Said replayed = run(LAUNCHER, environment("HZ3_BENCH_JAVA_OPTIONS", "-XX:+UseSerialGC"), "replay", file.toString(), "--repeat", "1");
        assertEquals(0, replayed.status(), replayed.words());
        assertTrue(replayed.words().matches("(?s).*\nheap +hz3 +1750 .*"), replayed.words());

        Said again = run(LAUNCHER, environment(), "record", "--to", to.toString(), java, "-version");
        assertEquals(2, again.status(), again.words());
        assertTrue(again.words().startsWith("to is '" + to + "', but must be an empty directory, or nothing yet"), again.words());

        Said nothing = run(LAUNCHER, environment(), "record", "--to", directory.resolve("none").toString(), "--", java, "-version");
        assertEquals(1, nothing.status(), nothing.words());
        assertTrue(nothing.words().contains("nothing was recorded: "), nothing.words());
    }

    @Test
    void a_jdk_that_is_named_must_be_new_enough() throws Exception {
        assertEquals(
                new Said(3, "hz3-bench: HZ3_JAVA_HOME is '" + directory + "', but must be a JDK 25 or newer\n"),
                run(LAUNCHER, environment("HZ3_JAVA_HOME", directory.toString())));
    }

    @Test
    void modules_that_are_not_built_are_said_not_to_be() throws Exception {
        Path copy = Files.createDirectories(directory.resolve("bin")).resolve("hz3-bench");
        Files.copy(LAUNCHER, copy, StandardCopyOption.COPY_ATTRIBUTES);
        Said said = run(copy, Map.of("HZ3_JAVA_HOME", System.getProperty("java.home")));
        assertEquals(3, said.status(), said.words());
        assertTrue(said.words().startsWith("hz3-bench: the modules are not built: run 'mvn "), said.words());
        assertEquals(1, said.words().lines().count());
    }
}
