package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What is reserved in a process whose address space is limited (`RLIMIT_AS`).
class AddressSpaceLimitIT {

    private static final long KIB = 1L << 10;
    private static final long LIMIT_BYTES = 1L << 30;

    @Test
    void under_a_limit_less_is_reserved_and_what_cannot_be_is_refused_clearly() throws Exception {
        List<String> lines = run();

        assertEquals(2, lines.size(), lines.toString());
        long reserved = Long.parseLong(lines.getFirst().substring("reserved ".length()));
        assertTrue(reserved >= 2 << 20 && reserved < LIMIT_BYTES, lines.getFirst());
        assertEquals(0, reserved & (2 << 20) - 1);
        assertEquals("refused reserve(wantedBytes=68719476736, leastBytes=68719476736, alignmentBytes=2097152): the kernel refused every"
                + " size down to the least, the last with ENOMEM (12); does a limit on address space (ulimit -v) forbid it?",
                lines.getLast());
    }

    private static List<String> run() throws IOException, InterruptedException, URISyntaxException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "ulimit -v " + LIMIT_BYTES / KIB + " && exec '" + java + "' -XX:+UseSerialGC -Xmx16m -Xshare:off"
                + " -XX:CompressedClassSpaceSize=16m -XX:ReservedCodeCacheSize=16m -XX:TieredStopAtLevel=1"
                + " --enable-native-access=ALL-UNNAMED -cp '" + root(LinuxSystem.class) + ":" + root(ReserveUnderLimit.class) + "' "
                + ReserveUnderLimit.class.getName();
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
        builder.environment().put("MALLOC_ARENA_MAX", "1"); // an arena reserves 64 MiB of addresses
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // it prints a line
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
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
