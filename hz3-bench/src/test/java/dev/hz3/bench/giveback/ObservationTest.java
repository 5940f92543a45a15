package dev.hz3.bench.giveback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.observe.Phase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ObservationTest {

    private final Observation whole = Observations.whole();

    @Test
    void what_was_not_measured_is_missing_and_never_zero() {
        List<String> rows = whole.table().lines().map(line -> line.replaceAll(" +", " ")).toList();
        assertEquals(4, rows.size()); // head, rule, and the two that have figures
        assertTrue(rows.get(2).startsWith("| hz3 | 99.1 | missing | missing | 0.310 | 118 | 900 |"), rows.get(2));
        assertTrue(rows.get(3).startsWith("| glibc | 2.00 | missing | missing | missing | missing | missing |"), rows.get(3));
        assertTrue(whole.verdicts().endsWith("jemalloc  missing: jemalloc is absent: no file\n"), whole.verdicts());
    }

    @Test
    void it_is_read_back_as_it_was_written() {
        String text = ObservationJson.text(whole);
        assertEquals(text, ObservationJson.text(ObservationJson.parse(text)));
        assertEquals(whole.table(), ObservationJson.parse(text).table());
        assertThrows(IllegalArgumentException.class, () -> ObservationJson.parse("{\"machine\": {}}"));
        assertThrows(IllegalArgumentException.class, () -> ObservationJson.parse("no json {"));
    }

    @Test
    void a_phase_is_as_wide_as_the_slowest_needs() {
        assertEquals(Map.of(Phase.ALLOCATE, 400.0, Phase.IDLE, 1000.0), whole.phaseMillis());
        assertEquals(List.of(Phase.ALLOCATE, Phase.IDLE), List.copyOf(whole.phaseMillis().keySet()));
        String picture = whole.picture(List.of("glibc")).text();
        assertTrue(picture.contains("— glibc") && !picture.contains("— hz3"), picture);
        assertTrue(picture.contains(">idle</text>"), picture);
    }

    @Test
    void runs_in_parts_make_one_report_in_the_order_of_the_list() {
        Observation later = Observations.of(Observations.contender("jemalloc", "returned_percent", 50), Observations.contender("arena", "returned_percent", 1));
        Observation joined = whole.and(later, List.of("hz3", "arena", "glibc", "jemalloc"));
        assertEquals(List.of("hz3", "arena", "glibc", "jemalloc"), joined.contenders().stream().map(Observed::name).toList());
        assertEquals(50.0, joined.contenders().getLast().figure("returned_percent").orElseThrow());
    }

    @Test
    void the_page_needs_nothing_else_and_no_word_of_a_library_ends_its_script() {
        Observation hostile = Observations.of(new Observed("hz3", "", "</script><img src=x>", List.of()));
        String page = ObservationPage.text(hostile);
        assertFalse(page.contains("</script><img"), page);
        assertFalse(page.contains("/*DATA*/") || page.contains("/*COLUMNS*/"), "a place was not filled");
        String all = ObservationPage.text(whole);
        assertFalse(all.replace("http://www.w3.org/2000/svg", "").matches("(?s).*(https?:|src=|href=|@import|url\\().*"), "it asks for something");
        assertEquals(3, all.split("<script", -1).length);
    }
}
