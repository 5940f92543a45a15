package dev.hz3.bench.burst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;

final class BurstIdleReportTest {

    @Test
    void columns_are_as_wide_as_their_widest_cell() {
        assertEquals(
                " a  bcd\n10    2\n",
                BurstIdleReport.aligned(List.of(List.of("a", "bcd"), List.of("10", "2"))));
    }

    @Test
    void the_text_has_the_cycles_and_ends_with_the_verdict() {
        String text = new BurstIdleReport(Runs.good()).text();

        assertTrue(text.contains("burst-idle 200000 10 3 0 4 4096 32768 1 0 0 --allocator hz3"), text);
        assertTrue(text.contains("1,300.0"), text);
        assertTrue(text.contains("123.5"), text);
        assertTrue(text.contains("purged_pages=512000 purge_calls=1000"), text);
        assertTrue(text.endsWith("verdict: GO\n"), text);
        assertTrue(text.chars().allMatch(letter -> letter < 128), "a terminal may know ASCII alone");
    }

    @Test
    void a_line_of_values_has_as_many_as_the_heading() throws IOException {
        StringWriter cycles = new StringWriter();
        new BurstIdleReport(Runs.good()).writeCyclesCsv(cycles);
        List<String> lines = cycles.toString().lines().toList();

        assertEquals(3, lines.size());
        lines.forEach(line -> assertEquals(14, line.split(",", -1).length, line));
        assertTrue(lines.get(1).startsWith("hz3,1,314572800,1363148800,"), lines.get(1));
    }

    @Test
    void what_a_peer_does_not_tell_is_empty_and_not_zero() throws IOException {
        CycleResult untold = new CycleResult(1, 1, 9, 8, 7, 6, 5, 4, 3, 0, 0, 2, Optional.empty());
        StringWriter cycles = new StringWriter();
        new BurstIdleReport(Runs.result(4096, Optional.empty(), 0, untold)).writeCyclesCsv(cycles);

        assertTrue(cycles.toString().endsWith("hz3,1,1,9,8,7,6,5,4,3,2,,,\n"), cycles.toString());
    }

    @Test
    void every_sample_is_a_line() throws IOException {
        StringWriter samples = new StringWriter();
        new BurstIdleReport(Runs.good()).writeSamplesCsv(samples);

        assertEquals(4, samples.toString().lines().count());
        assertTrue(samples.toString().endsWith("2000,1,idle,325058560,0,4096\n"), samples.toString());
    }

    @Test
    void the_picture_is_well_formed_and_says_what_it_shows() throws IOException, XMLStreamException {
        StringWriter picture = new StringWriter();
        new BurstIdleReport(Runs.good()).writeSvg(picture);
        StringBuilder words = new StringBuilder();
        int lines = 0;
        XMLStreamReader reader =
                XMLInputFactory.newDefaultFactory().createXMLStreamReader(new StringReader(picture.toString()));
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.CHARACTERS) {
                words.append(reader.getText()).append('\n');
            } else if (event == XMLStreamConstants.START_ELEMENT && reader.getLocalName().equals("polyline")) {
                lines++;
            }
        }

        assertEquals(3, lines, "resident, live, waiting");
        for (String word : List.of(
                "burst-idle 200000", "peak 1,300", "verdict GO", "cycle 1", "idle", "MiB", "seconds since")) {
            assertTrue(words.toString().contains(word), word);
        }
    }
}
