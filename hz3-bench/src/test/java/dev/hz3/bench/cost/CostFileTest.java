package dev.hz3.bench.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CostFileTest {

    private static final Path KEPT = Path.of("..", "docs", "trials", "0006-jmh.json");

    private final Path file;

    CostFileTest(@TempDir Path directory) {
        this.file = directory.resolve("jmh.json");
    }

    @Test
    void what_a_trial_has_kept_is_read() throws IOException {
        List<Cost> costs = CostFile.read(KEPT);
        assertEquals(94, costs.size());
        Cost first = costs.getFirst();
        assertEquals("boundary: claim and release, pages=1, segment=fresh", first.title());
        assertEquals(Map.of("pages", "1", "segment", "fresh"), first.parameters());
        assertEquals(59.405, first.figure(), 0.001);
        assertEquals(3.886, first.error(), 0.001);
        assertEquals("ns/op", first.unit());
        assertEquals(new Cost.Method("25.0.3", 1, 1, 2, "300 ms", 3, "300 ms"), first.method());
    }

    @Test
    void every_kept_figure_is_of_a_box_and_no_two_are_of_the_same_thing() throws IOException {
        List<Cost> costs = CostFile.read(KEPT);
        assertEquals(List.of(), costs.stream().filter(cost -> CostedBox.of(cost.benchmark()).isEmpty()).toList());
        assertEquals(costs.size(), costs.stream().map(Cost::title).distinct().count());
    }

    @Test
    void an_error_that_is_not_known_is_none() throws IOException {
        String kept = Files.readString(KEPT);
        Files.writeString(file, kept.replaceFirst("\"scoreError\":[0-9.]+", "\"scoreError\":\"NaN\""));
        List<Cost> costs = CostFile.read(file);
        assertFalse(costs.get(0).hasNoise());
        assertTrue(costs.get(1).hasNoise());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "{}", "[1]", "[{\"benchmark\":\"x\"}]", "[{\"benchmark\":\"x\",\"mode\":\"avgt\",\"primaryMetric\":{}}]"})
    void what_jmh_has_not_written_is_refused_in_words(String text) throws IOException {
        Files.writeString(file, text);
        assertEquals(
                "'" + file + "' is not what JMH writes as JSON",
                assertThrows(IllegalArgumentException.class, () -> CostFile.read(file)).getMessage());
    }
}
