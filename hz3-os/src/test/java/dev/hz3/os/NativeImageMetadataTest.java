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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What GraalVM must know before an image is built: the shape of each call into the C library. It is made from `Libc`, in the form of the reachability metadata of GraalVM 25.
class NativeImageMetadataTest {

    private static final String FILE = "META-INF/native-image/dev.hz3/hz3-os/reachability-metadata.json";
    private static final Pattern WORDS = Pattern.compile("FunctionDescriptor WORDS =\\s*FunctionDescriptor\\.(of)\\(([^)]*)\\)");
    private static final Pattern FUNCTION = Pattern.compile("= function\\(\"\\w+\"\\)");
    private static final Pattern HANDLE = Pattern.compile(
            "=\\s*handle\\(\"\\w+\", (?:WORDS|FunctionDescriptor\\.(of|ofVoid)\\(([^)]*)\\))((?:, (?:ERRNO|Linker\\.Option\\.\\w+\\(\\w+\\)))*)\\)");
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

    private static String entry(MatchResult form, List<String> options) {
        List<String> types = Stream.of(form.group(2).split(",\\s*")).filter(layout -> !layout.isEmpty()).map(NativeImageMetadataTest::type).toList();
        boolean isVoid = form.group(1).equals("ofVoid");
        String all = options.stream().sorted().collect(Collectors.joining(", "));
        return "      {\"returnType\": \"" + (isVoid ? "void" : types.getFirst()) + "\", \"parameterTypes\": ["
                + types.stream().skip(isVoid ? 0 : 1).map(type -> "\"" + type + "\"").collect(Collectors.joining(", ")) + "]"
                + (all.isEmpty() ? "" : ", \"options\": {" + all + "}") + "}";
    }

    @Test
    void each_call_that_the_code_links_is_in_it_and_nothing_else() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/hz3/os/Libc.java"));
        Set<String> entries = new TreeSet<>();
        MatchResult words = WORDS.matcher(source).results().findFirst().orElseThrow();
        long functions = FUNCTION.matcher(source).results().count();
        entries.add(entry(words, List.of()));
        entries.add(entry(words, options("ERRNO")));
        List<MatchResult> handles = HANDLE.matcher(source).results().toList();
        for (MatchResult handle : handles) {
            entries.add(entry(handle.group(1) == null ? words : handle, options(handle.group(3))));
        }
        assertEquals(source.lines().filter(line -> line.contains("static final Function ")).count(), functions);
        assertEquals(source.lines().filter(line -> line.contains("static final MethodHandle ")).count(), handles.size());
        assertEquals(Platform.functions().size(), functions + handles.size());
        String made = "{\n  \"foreign\": {\n    \"downcalls\": [\n" + String.join(",\n", entries) + "\n    ]\n  }\n}\n";
        Path file = Path.of("target", "reachability-metadata.json");
        Files.writeString(file, made);
        try (InputStream shipped = Libc.class.getResourceAsStream("/" + FILE)) {
            String text = shipped == null ? "" : new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(made, text, "copy hz3-os/" + file + " to hz3-os/src/main/resources/" + FILE);
        }
    }
}
