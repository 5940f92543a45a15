package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the page of a box shows of its use without the others compiles in a module that requires that box alone, and prints what it says that it prints.
final class BoxSnippetTest {

    private static final Pattern SNIPPET = Pattern.compile("/// ```java\n(.*?)/// ```\n", Pattern.DOTALL);
    private static final Pattern PRINTS = Pattern.compile("// prints: (.+)");

    @TempDir
    private Path output = Path.of("");

    private static Stream<String> boxes() {
        return Layout.LIBRARY.stream();
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void a_box_is_used_by_itself_as_its_page_shows(String folder) throws InterruptedException {
        String module = Layout.moduleOf(folder);
        String page = Layout.text(folder + "/src/main/java/" + module.replace('.', '/') + "/package-info.java");
        List<String> snippets = SNIPPET.matcher(page).results().map(found -> found.group(1).replaceAll("(?m)^/// ?", "")).toList();
        assertEquals(1, snippets.size(), "snippets on the page of " + folder);
        String imports = Picture.read().reachable(module).stream().map(name -> "import " + name + ".*;\n").collect(Collectors.joining());
        OutsiderCompiler compiler = new OutsiderCompiler(output);
        assertEquals(List.of(), compiler.errors(Map.of(
                "module-info.java", "module reader { requires " + module + "; }",
                "reader/Reader.java", "package reader;\n" + imports
                        + "import java.lang.foreign.MemorySegment;\nimport java.time.Duration;\nimport java.util.List;\nimport java.util.concurrent.atomic.AtomicInteger;\n"
                        + "public class Reader { public static void main(String[] args) throws Exception {\n" + snippets.getFirst() + "} }")));
        String expected = PRINTS.matcher(page).results().map(found -> found.group(1).strip() + "\n").collect(Collectors.joining());
        assertTrue(!expected.isEmpty(), "the page of " + folder + " does not say what is printed");
        assertEquals(expected + "status=0", compiler.run("reader", "reader.Reader"));
    }
}
