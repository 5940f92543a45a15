package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the README shows works.
final class ReadmeTest {

    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final List<String> PAGES = List.of(
            "README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/operating.md", "docs/recording.md", "docs/options.md",
            "docs/boxes.md", "docs/faq.md", "docs/comparison.md", "docs/trials/README.md");

    @Test
    void the_first_example_compiles_and_runs_as_an_application(@TempDir Path output) throws InterruptedException {
        Matcher example = JAVA.matcher(Layout.text("README.md"));
        assertTrue(example.find());
        String source = example.group(1);
        OutsiderCompiler compiler = new OutsiderCompiler(output);
        assertEquals(List.of(), compiler.errors(Map.of(
                "module-info.java", "module readme { requires dev.hz3.heap; }",
                "readme/Example.java", "package readme;\n" + source)));
        String printed = compiler.run("readme", "readme.Example");
        assertTrue(printed.endsWith("status=0"), printed);
        assertTrue(printed.contains("live=0"), printed);
    }

    @Test
    void the_page_cache_that_is_shown_is_the_one_that_compiles() {
        Matcher shown = JAVA.matcher(Layout.text("docs/architecture.md"));
        assertTrue(shown.find());
        String source = Layout.text("docs/examples/page-cache/example/pagecache/PageCache.java");
        assertTrue(source.contains(shown.group(1)), "docs/architecture.md shows something else:\n" + shown.group(1));
    }

    @Test
    void every_link_between_the_documents_leads_somewhere() {
        int links = 0;
        for (String page : PAGES) {
            Path itself = Layout.root().resolve(page);
            Matcher link = LINK.matcher(Layout.text(page));
            while (link.find()) {
                links++;
                assertTrue(itself.resolveSibling(link.group(1)).toFile().exists(), page + " → " + link.group(1));
            }
        }
        assertTrue(links > 10, "saw " + links + " links");
    }
}
