package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The house is tidy: each rule with its reason in [TidyRules], over every source file; and every decision and every trial has its place in the list.
final class TidyTest {

    private static final Pattern NUMBERED = Pattern.compile("(\\d{4})-.+\\.md");

    private static List<Path> sources() throws IOException {
        Path root = Layout.root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !root.relativize(file).toString().matches("(.*/)?(target|\\.[^/]*)/.*"))
                    .toList();
        }
    }

    /// The numbered pages of a folder, in order.
    private static List<Path> pages(String folder) throws IOException {
        try (Stream<Path> pages = Files.list(Layout.root().resolve(folder))) {
            return pages.filter(page -> NUMBERED.matcher(page.getFileName().toString()).matches()).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_sources_keep_a_rule(TidyRules rule) throws IOException {
        List<String> offences = new ArrayList<>();
        List<Path> sources = sources();
        for (Path source : sources) {
            rule.offences(source.toString(), Layout.text(source)).forEach(offence -> offences.add(Layout.root().relativize(source) + ": " + offence));
        }
        assertEquals(List.of(), offences, rule::reason);
        assertTrue(sources.size() > 300, "looked at " + sources.size() + " files");
    }

    @ParameterizedTest
    @EnumSource
    void a_rule_that_is_broken_is_noticed(TidyRules rule) {
        assertFalse(rule.offences("Breach.java", rule.breach()).isEmpty(), rule::reason);
    }

    @Test
    void every_decision_and_every_trial_is_in_its_list_in_order() throws IOException {
        for (String folder : List.of("docs/adr", "docs/trials")) {
            String list = Layout.text(folder + "/README.md");
            int last = -1;
            List<Path> pages = pages(folder);
            for (Path page : pages) {
                int at = list.indexOf("](" + page.getFileName() + ")");
                assertTrue(at > last, () -> folder + "/README.md has " + page.getFileName() + " nowhere, or not in order");
                last = at;
            }
            assertTrue(pages.size() > 10, folder);
        }
    }

    @Test
    void every_decision_says_because_and_how_to_undo_it() throws IOException {
        for (Path page : pages("docs/adr")) {
            String text = Layout.text(page);
            for (String part : List.of("**Because**", "**We decided**", "**Undo by**")) {
                assertTrue(text.contains(part), () -> page.getFileName() + " has no " + part);
            }
        }
    }
}
