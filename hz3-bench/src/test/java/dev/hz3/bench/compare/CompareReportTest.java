package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.compare.measure.Reading;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class CompareReportTest {

    private static String page() throws IOException {
        StringWriter page = new StringWriter();
        new ComparePage(Tables.result()).write(page);
        return page.toString();
    }

    @Test
    void the_table_has_medians_spreads_ratios_goals_and_outcomes() {
        String text = new CompareText(Tables.result()).text();
        String line = text.lines().filter(row -> row.contains("≤ 0.7 ")).findFirst().orElseThrow();
        assertEquals(
                List.of("1 allocateAddress and freeAddress, one thread: 64 B", "5.00 ns (4.00 … 6.00)", "fastest",
                        "tcmalloc 10.0 ns (10.0 … 10.0)", "0.500", "≤ 0.7", "met"),
                List.of(line.strip().replaceAll("^\\| *| *\\|$", "").split(" *\\| +")));
        assertTrue(text.contains("missed"));
        assertTrue(text.endsWith("verdict: 1 goals met, 1 missed, 1 without a peer to compare with\n"), text);
        assertFalse(Tables.result().isGo());
    }

    @Test
    void what_was_held_over_time_is_one_picture_and_no_row_of_bars() throws IOException {
        Figures figures = new Figures();
        figures.add(Contender.HZ3, new Reading(new LinkedHashMap<>(Map.of("mib_at_0000_ms", 2.0, "mib_at_1000_ms", 1.0)), ""));
        String curves = HeldCurves.of(Tables.TASK, figures).orElseThrow().text();
        assertTrue(curves.contains("points=\"80.0,80.0 970.0,242.5\"") && curves.contains("— hz3"), curves);
        assertEquals(Optional.empty(), HeldCurves.of(Tables.TASK, Tables.figures(Map.of(Contender.HZ3, List.of(1.0)))));
        assertFalse(page().contains("mib_at_"));
    }

    @Test
    void who_is_absent_is_said_to_be_absent_and_is_no_column_of_zeros() throws IOException {
        String text = new CompareText(Tables.result()).text();
        assertTrue(text.contains("* mimalloc is absent: nowhere"));
        assertFalse(text.lines().anyMatch(line -> line.startsWith("| what") && line.contains("mimalloc")));
        assertTrue(page().contains(">absent</text>"));
    }

    @Test
    void every_figure_of_every_round_is_kept() throws IOException {
        StringWriter csv = new StringWriter();
        new CompareText(Tables.result()).writeCsv(csv);
        List<String> lines = csv.toString().lines().toList();
        assertEquals(6, lines.size());
        assertEquals("task,contender,round,figure,value", lines.getFirst());
        assertEquals("pair 64 B,hz3,2,ns,4.0", lines.get(2));
    }

    @Test
    void what_a_library_says_of_itself_is_no_markup() throws IOException {
        assertEquals("&lt;b&gt;2 &amp; &#39;more&#39;&lt;/b&gt; &quot;", ComparePage.escaped("<b>2 & 'more'</b> \""));
        String page = page();
        assertTrue(page.contains("&lt;b&gt;2 &amp; &#39;more&#39;&lt;/b&gt;"));
        assertFalse(page.contains("<b>"));
    }

    @Test
    void the_page_is_whole_and_needs_nothing_else() throws Exception {
        String page = page();
        assertFalse(page.contains("http"), "an address");
        assertFalse(page.contains("<script"));
        String body = page.substring(page.indexOf("<body>"), page.indexOf("</html>"));
        DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(new InputSource(new StringReader(body)));
        assertTrue(page.contains("<rect") && page.contains("<h2>Machine</h2>") && page.contains("<td>cores</td><td>2</td>"));
    }

    @Test
    void programs_get_the_verdict_the_lines_and_every_figure() {
        String json = new CompareJson(Tables.result()).text();
        assertTrue(json.startsWith("{\n  \"verdict\": \"NO-GO\""), json);
        assertTrue(json.contains("\"outcome\": \"met\"") && json.contains("\"outcome\": \"missed\""), json);
        assertTrue(json.contains("\"mimalloc\": null"), "absent is not zero: " + json);
        assertTrue(json.contains("\"value\": null"), "there is no such peer: " + json);
        assertTrue(json.contains("\"ns\": 4.0") && json.contains("\"cores\": \"2\""), json);
    }

    @Test
    void the_machine_says_what_it_is() {
        assertTrue(Machine.here().facts().keySet().containsAll(List.of("processor", "cores", "kernel", "huge pages", "JDK")));
        assertFalse(Machine.here().facts().containsValue(""));
    }
}
