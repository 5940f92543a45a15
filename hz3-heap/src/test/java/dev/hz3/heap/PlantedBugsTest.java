package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The bugs that `Mutants.java` plants fit the code as it is today: one that does not is never planted, and proves nothing.
class PlantedBugsTest {

    private static final Path HERE = Path.of("").toAbsolutePath();

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every main source of that name in the boxes beside this one.
    private static String sources(String name) throws IOException {
        try (Stream<Path> boxes = Files.list(HERE.getParent())) {
            List<Path> roots = boxes.map(box -> box.resolve("src/main/java")).filter(Files::isDirectory).toList();
            StringBuilder all = new StringBuilder();
            for (Path root : roots) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(file -> file.getFileName().toString().equals(name)).forEach(file -> all.append(text(file)));
                }
            }
            return all.toString();
        }
    }

    @Test
    void each_planted_bug_finds_its_place_once() throws IOException {
        List<String> misfits = new ArrayList<>();
        int changes = 0;
        for (String entry : text(HERE.resolve("src/test/mutants/mutants.txt")).split("(?m)^== ", -1)) {
            String[] parts = entry.split("(?m)^@@ ", -1);
            for (int i = 1; i < parts.length; i++) {
                int line = parts[i].indexOf('\n');
                String file = parts[i].substring(0, line).strip();
                String from = parts[i].substring(line + 1).split("\n--\n", 2)[0];
                String all = sources(file);
                int first = all.indexOf(from);
                changes++;
                if (first < 0 || all.indexOf(from, first + 1) >= 0) {
                    misfits.add(parts[0].lines().findFirst().orElse("") + ": " + file + (first < 0 ? " has no such text" : " has it twice"));
                }
            }
        }
        assertTrue(changes > 60, "changes=" + changes);
        assertEquals(List.of(), misfits);
    }

    /// What became of each is found by a run of its own; that none is left out, and that the totals are those of the table, is found here.
    @Test
    void each_planted_bug_is_on_the_page_and_counted_there() {
        List<String> planted = Pattern.compile("(?m)^== ([\\w-]+):").matcher(text(HERE.resolve("src/test/mutants/mutants.txt"))).results().map(name -> name.group(1)).toList();
        String page = text(HERE.resolve("../docs/reliability.md"));
        String section = page.substring(page.indexOf("### Planted bugs"), page.indexOf("### Changed code"));
        List<MatchResult> rows = Pattern.compile("(?m)^\\| `([\\w-]+)` \\| [^|]+ \\| ([^|]+) \\|").matcher(section).results().toList();
        List<String> missed = rows.stream().filter(row -> row.group(2).equals("survives")).map(row -> row.group(1)).toList();
        assertEquals(planted, rows.stream().map(row -> row.group(1)).toList());
        String found = rows.size() - missed.size() + " of " + rows.size();
        assertEquals(List.of(found, found), Pattern.compile("\\d+ of \\d+(?= found|; the others)").matcher(page).results().map(MatchResult::group).toList());
        assertEquals(List.of(), missed.stream().filter(name -> !page.contains("\n* `" + name + "`: ")).toList());
    }
}
