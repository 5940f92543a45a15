package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What GraalVM must know before an image is built: the shape of each call into the C library. It is made from `Libc`, in the form of the reachability metadata of GraalVM 25.
class NativeImageMetadataTest {

    private static final String FILE = "META-INF/native-image/dev.hz3/hz3-os/reachability-metadata.json";
    private static final Pattern CALL = Pattern.compile(
            "(call|handle)\\(\\s*\"(\\w+)\",\\s*FunctionDescriptor\\.(of|ofVoid)\\(([^)]*)\\)((?:,\\s*(?:ERRNO|Linker\\.Option\\.\\w+\\(\\w+\\)))*)\\)");
    private static final Pattern OPTION = Pattern.compile("ERRNO|Linker\\.Option\\.(\\w+)\\((\\w+)\\)");

    private static String type(String layout) {
        return switch (layout) {
            case "JAVA_INT" -> "int";
            case "JAVA_LONG" -> "long";
            default -> throw new AssertionError("of another kind: " + layout);
        };
    }

    private static List<String> options(String text) {
        List<String> options = new ArrayList<>();
        Matcher option = OPTION.matcher(text);
        while (option.find()) {
            options.add(option.group(1) == null
                    ? "\"captureCallState\": true"
                    : option.group(1).equals("critical")
                            ? "\"critical\": {\"allowHeapAccess\": " + option.group(2) + "}"
                            : "\"" + option.group(1) + "\": " + option.group(2));
        }
        return options;
    }

    private static String entry(Matcher call, Stream<String> options) {
        List<String> types = Stream.of(call.group(4).split(",\\s*")).filter(layout -> !layout.isEmpty()).map(NativeImageMetadataTest::type).toList();
        boolean isVoid = call.group(3).equals("ofVoid");
        String all = options.sorted().collect(Collectors.joining(", "));
        return "      {\"returnType\": \"" + (isVoid ? "void" : types.getFirst()) + "\", \"parameterTypes\": ["
                + types.stream().skip(isVoid ? 0 : 1).map(type -> "\"" + type + "\"").collect(Collectors.joining(", ")) + "]"
                + (all.isEmpty() ? "" : ", \"options\": {" + all + "}") + "}";
    }

    @Test
    void each_call_that_the_code_links_is_in_it_and_nothing_else() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/hz3/os/Libc.java"));
        Set<String> entries = new TreeSet<>();
        int calls = 0;
        Matcher call = CALL.matcher(source);
        while (call.find()) {
            calls++;
            List<String> options = options(call.group(5));
            entries.add(entry(call, options.stream()));
            if (call.group(1).equals("call")) {
                entries.add(entry(call, Stream.concat(options.stream(), Stream.of("\"captureCallState\": true"))));
            }
        }
        assertEquals(source.lines().filter(line -> line.contains("static final MethodHandle ") || line.contains("static final Call ")).count(), calls);
        assertTrue(calls >= 10, "calls=" + calls);
        String made = "{\n  \"foreign\": {\n    \"downcalls\": [\n" + String.join(",\n", entries) + "\n    ]\n  }\n}\n";
        Path file = Path.of("target", "reachability-metadata.json");
        Files.writeString(file, made);
        try (InputStream shipped = Libc.class.getResourceAsStream("/" + FILE)) {
            String text = shipped == null ? "" : new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(made, text, "copy hz3-os/" + file + " to hz3-os/src/main/resources/" + FILE);
        }
    }
}
