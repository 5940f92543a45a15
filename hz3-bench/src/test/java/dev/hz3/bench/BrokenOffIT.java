package dev.hz3.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whoever ends a long run with Ctrl-C has a whole report of what was measured until then.
final class BrokenOffIT {

    private static final int PATIENCE_SECONDS = 60;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "burst-idle 2000 1 30 --no-live | ^cycle 2 .*base.* | 1",
        "steady --seconds 1 --warm-up-ms 0 --rounds 30 --window 100 | ^release .* | 5",
        "observe --contenders glibc,hz3 --mib 8 --silence-seconds 1 --light-seconds 1 --rounds 30 --progress | ^.1/60.* | 1",
        "compare --quick --only wake-ups --rounds 30 --progress | .*round 2 of 30:.* | 1"
    })
    void a_run_that_is_ended_leaves_a_report_of_what_it_has(String line, String enough, int times, @TempDir Path output) throws Exception {
        String after = ended(line, enough, times, output);
        assertTrue(after.contains("broken off; so far:"), after);
        assertTrue(after.lines().anyMatch(words -> words.startsWith("verdict: ")), after);
    }

    @Test
    void replays_that_are_through_stand_above_the_word_that_it_was_ended(@TempDir Path output) throws Exception {
        String after = ended("replay imagemagick nginx --repeat 0", "^imagemagick .*", 1, output);
        assertTrue(after.contains("broken off; 1 of 2 replays are above"), after);
    }

    /// What `line` says until it is ended, after so many lines that match `enough`, and from then on.
    private static String ended(String line, String enough, int times, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p", Objects.requireNonNull(System.getProperty("jdk.module.path")),
                "--enable-native-access=dev.hz3.os,dev.hz3.bench", "-Dhz3.bench.output=" + output, "-Dhz3.traces=traces", "-m", "dev.hz3.bench/dev.hz3.bench.Main"));
        command.addAll(List.of(line.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            readUntil(lines, said, enough, times);
            process.toHandle().destroy(); // as by Ctrl-C; the process itself would close its streams
            lines.lines().forEach(said::add);
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
        } finally {
            process.destroyForcibly();
        }
        String after = String.join("\n", said);
        assertTrue(after.lines().noneMatch(words -> words.strip().startsWith("at ")), after);
        return after;
    }

    private static void readUntil(BufferedReader lines, List<String> said, String enough, int times) throws IOException {
        String line;
        for (int seen = 0; seen < times && (line = lines.readLine()) != null;) {
            said.add(line);
            seen += line.matches(enough) ? 1 : 0;
        }
    }
}
