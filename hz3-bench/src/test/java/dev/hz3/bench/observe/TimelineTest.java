package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimelineTest {

    @Test
    void a_long_run_is_kept_from_end_to_end_in_bounded_room() {
        Timeline timeline = new Timeline();
        for (int i = 0; i < 100_000; i++) {
            timeline.add(sample(i, 0));
        }
        List<Sample> samples = timeline.samples();

        assertTrue(samples.size() <= Timeline.CAPACITY && samples.size() > Timeline.CAPACITY / 4);
        assertEquals(0, samples.getFirst().millis());
        assertTrue(samples.getLast().millis() > 99_900);
        List<Sample> sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparingLong(Sample::millis));
        assertEquals(sorted, samples);
    }

    @Test
    void a_title_may_hold_any_letter() throws IOException, XMLStreamException {
        StringWriter picture = new StringWriter();
        new TimelineSvg("<&\"'> \u2264 2 %", List.of("a & b"), List.of(), List.of()).write(picture);
        XMLStreamReader reader =
                XMLInputFactory.newDefaultFactory().createXMLStreamReader(new StringReader(picture.toString()));
        int events = 0;
        while (reader.hasNext()) {
            reader.next();
            events++;
        }

        assertTrue(events > 10);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "1.5,2", "3,5", "6,10", "11,20", "437.5,500", "501,1000"})
    void a_step_is_one_that_people_count_in(double least, long step) {
        assertEquals(step, TimelineSvg.roundStep(least));
    }

    @Test
    void the_live_line_is_rewritten_and_its_bar_never_overflows() {
        StringWriter written = new StringWriter();
        LiveView view = LiveView.rewriting(new PrintWriter(written), 100 * Mebibytes.BYTES);
        view.sampled(sample(0, 50 * Mebibytes.BYTES));
        view.sampled(sample(50, 400 * Mebibytes.BYTES));
        view.finished();

        assertTrue(written.toString().contains("\rcycle 1 idle         [###############...............] resident 50"));
        assertTrue(written.toString().contains("[##############################] resident 400"));
    }

    private static Sample sample(long millis, long residentBytes) {
        return new Sample(millis, 1, Phase.IDLE, residentBytes, 0, 0);
    }
}
