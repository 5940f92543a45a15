package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.HeapPreset;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page of the options says what their code says, because it is made from it.
final class OptionsPageTest {

    private static final String OPTIONS = "hz3-heap/src/main/java/dev/hz3/heap/HeapOptions.java";
    private static final String PRESETS = "hz3-heap/src/main/java/dev/hz3/heap/HeapPreset.java";
    /// What an application may have a reason to set; all else tunes the upkeep, and is set after a measurement.
    private static final List<String> FOR_APPLICATIONS =
            List.of("reservedBytes", "maxBytes", "softMaxBytes", "hugePages", "release", "hardened", "sampleBytes", "statsAtExit", "recordTo");
    private static final Pattern PARAMETER = Pattern.compile("/// @param (\\w+) (.+?)\\. Default (.+)");

    @Test
    void the_page_is_made_from_the_code() throws IOException {
        Path made = Layout.root().resolve(Layout.BENCH).resolve("target/options.md");
        Files.writeString(made, page());
        assertEquals(Files.readString(made), Layout.text("docs/options.md"), "copy " + made + " to docs/options.md");
    }

    @Test
    void every_option_has_a_meaning_a_range_and_a_default() {
        List<String> described = rows().stream().map(Row::name).toList();
        List<String> options = Stream.of(HeapOptions.class.getRecordComponents()).map(RecordComponent::getName).toList();
        assertEquals(options, described);
        assertTrue(options.containsAll(FOR_APPLICATIONS), FOR_APPLICATIONS.toString());
    }

    @Test
    void the_table_of_presets_says_what_they_are() {
        String table = Layout.text(PRESETS);
        for (String option : List.of("shards", "cacheBytes", "largeCacheBytes", "hugePages", "hugeAfterBytes", "delayEpochsBusy")) {
            assertTrue(table.contains("/// | `" + option + "` |"), option);
        }
        HeapOptions smallest = HeapOptions.builder(HeapPreset.SMALLEST).build();
        assertEquals(List.of(32L << 10, 2L << 20, 0), List.of(smallest.cacheBytes(), smallest.largeCacheBytes(), smallest.delayEpochsBusy()));
    }

    private record Row(String name, String meaning, String otherwise) {}

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Matcher parameter = PARAMETER.matcher(Layout.text(OPTIONS));
        while (parameter.find()) {
            rows.add(new Row(parameter.group(1), parameter.group(2), parameter.group(3)));
        }
        return rows;
    }

    private static void addTable(List<String> lines, Predicate<Row> which) {
        lines.add("");
        lines.add("| option | what it is, and its range | default |");
        lines.add("|---|---|---|");
        rows().stream().filter(which).forEach(row ->
                lines.add("| `" + row.name() + "` | " + row.meaning().replace("[#builder()]", "`builder()`") + " | " + row.otherwise() + " |"));
    }

    private static String page() {
        List<String> lines = new ArrayList<>();
        lines.add("# Options");
        lines.add("");
        lines.add("Made from the comments of [HeapOptions](../" + OPTIONS + ") and [HeapPreset](../" + PRESETS + "); a test compares them.");
        lines.add("Each option is a setter of `HeapOptions.builder()` and a system property, as in `-Ddev.hz3.maxBytes=1g`; bytes take the suffixes k, m, g and t.");
        lines.add("A property that no option has is reported on the error output, with the nearest that there is; a value out of its range is refused with its range.");
        lines.add("");
        lines.add("Most heaps need none of them, and an application one of these at most:");
        addTable(lines, row -> FOR_APPLICATIONS.contains(row.name()));
        lines.add("");
        lines.add("## Tuning");
        lines.add("");
        lines.add("How much threads keep, and what a tick may do. Set them after a measurement, and [presets](#presets) first:");
        addTable(lines, row -> !FOR_APPLICATIONS.contains(row.name()));
        lines.add("");
        lines.add("## Presets");
        lines.add("");
        Layout.text(PRESETS).lines().filter(line -> line.startsWith("/// ") || line.equals("///")).forEach(line ->
                lines.add(line.substring(3).strip().replace("[HeapOptions#builder()]", "`HeapOptions.builder()`")));
        return String.join("\n", lines) + "\n";
    }
}
