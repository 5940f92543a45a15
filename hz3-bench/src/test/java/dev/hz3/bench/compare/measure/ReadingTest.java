package dev.hz3.bench.compare.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReadingTest {

    private static final Pace BRIEF = new Pace(1, 1, 1);

    @Test
    void a_reading_comes_back_from_its_line() {
        Reading reading = Reading.of("first_ms", 1.5).and("held_share", 0.0);
        assertEquals("reading\tfirst_ms=1.5\theld_share=0.0\tnote=", reading.line());
        assertEquals(Optional.of(reading), Reading.parse(reading.line()));
        assertEquals(Optional.of(Reading.noted("a b=c")), Reading.parse(Reading.noted("a\tb=c").line()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "absent\twhy", "reading\tns", "reading\tns=fast", "readings\tns=1"})
    void any_other_line_is_no_reading(String line) {
        assertEquals(Optional.empty(), Reading.parse(line));
    }

    @ParameterizedTest
    @EnumSource(names = {"PAIR", "WINDOW", "OBJECT", "ARENA", "TWO_THREADS", "HAND_OVER"})
    void an_instrument_yields_a_figure(Instrument instrument) throws Exception {
        Reading reading = instrument.measure(BRIEF, List.of("64", "64"));
        assertTrue(reading.figures().firstEntry().getValue() > 0, reading.line());
        assertEquals(Optional.of(instrument), Instrument.named(instrument.argument()));
    }

    @Test
    void a_burst_tells_first_and_later_cycles_apart() throws Exception {
        Reading reading = Instrument.BURST.measure(BRIEF, List.of("400", "1", "2", "256", "4096"));
        assertEquals(
                List.of("first_alloc_ms", "first_free_ms", "later_alloc_ms", "later_free_ms", "held_share"),
                List.copyOf(reading.figures().sequencedKeySet()));
    }

    @Test
    void whoever_is_here_says_which_version_it_is() throws Exception {
        assertTrue(!Instrument.PRESENCE.measure(BRIEF, List.of()).note().isEmpty());
    }
}
