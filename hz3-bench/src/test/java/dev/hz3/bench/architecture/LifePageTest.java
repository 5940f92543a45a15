package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.explain.LifeOfABlock;
import dev.hz3.bench.explain.LifePage;
import dev.hz3.bench.explain.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page on the life of a block is what the command prints, but for its numbers, and names what there is.
final class LifePageTest {

    private final List<Step> steps = LifeOfABlock.steps();

    @Test
    void the_page_is_what_the_command_prints_but_for_its_numbers() {
        assertEquals(LifePage.masked(LifePage.text(steps)), LifePage.masked(Layout.text("docs/life-of-a-block.md")), "make it anew: bin/hz3-bench explain --page docs/life-of-a-block.md");
        assertNotEquals(LifePage.masked("| live | 3.5 MiB |"), LifePage.masked("| dead | 3.5 MiB |"));
    }

    @Test
    void every_class_and_method_that_it_names_is_there() throws IOException {
        TreeSet<String> unknown = new TreeSet<>();
        for (String name : steps.stream().flatMap(step -> step.where().stream()).toList()) {
            String[] parts = name.split("\\.", 2);
            if (!isDeclared(parts[0], parts.length == 1 ? "class" : parts[1])) {
                unknown.add(name);
            }
        }
        assertEquals(new TreeSet<>(), unknown);
        assertTrue(!isDeclared("NativeHeap", "munch"), "anything would be found");
    }

    private static boolean isDeclared(String type, String method) throws IOException {
        Pattern declaration = Pattern.compile(method.equals("class") ? "\\b(class|record|enum|interface) " + type + "\\b" : "[\\w>\\]] " + method + "\\(");
        try (Stream<Path> files = Files.walk(Layout.root())) {
            return files.filter(file -> file.getFileName().toString().equals(type + ".java") && file.toString().contains("src/main/java"))
                    .anyMatch(file -> declaration.matcher(Layout.text(file)).find());
        }
    }

    @Test
    void in_the_end_nothing_is_left_and_nothing_was_wrong() {
        Step last = steps.getLast();
        assertEquals("0.0 MiB", last.numbers().get("mapped"));
        assertEquals("0", last.numbers().get("violations"));
        assertEquals("0.0 MiB", last.numbers().get("resident pages of blocks"));
    }
}
