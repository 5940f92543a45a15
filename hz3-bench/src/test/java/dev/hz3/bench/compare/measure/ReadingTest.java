package dev.hz3.bench.compare.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReadingTest {

    private static final Pace BRIEF = new Pace(1, 1, 1);

    private static double figure(Reading reading, String name) {
        return Objects.requireNonNull(reading.figures().get(name), reading.line());
    }

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
    @EnumSource(names = {"PAIR", "WINDOW", "OBJECT", "ARENA", "HAND_OVER", "LARGE", "VIRTUAL", "CROWD", "BOOKKEEPING", "SERIES"})
    void an_instrument_yields_a_figure(Instrument instrument) throws Exception {
        Reading reading = instrument.measure(BRIEF, List.of("64", "64", "64"));
        assertTrue(reading.figures().firstEntry().getValue() > 0, reading.line());
        assertEquals(Optional.of(instrument), Instrument.named(instrument.argument()));
    }

    @Test
    void a_store_that_is_loaded_again_with_each_range_of_sizes_yields_its_time() throws Exception {
        assertTrue(figure(Instrument.RELOAD.measure(BRIEF, List.of("4")), "ms") > 0);
        assertEquals(Optional.of(Instrument.RELOAD), Instrument.named(Instrument.RELOAD.argument()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pairs", "windows"})
    void two_threads_are_counted_where_the_machine_allows_it(String work) throws Exception {
        Reading reading = Instrument.TWO_THREADS.measure(BRIEF, List.of(work));
        assertTrue(figure(reading, "times") > 0, reading.line());
        assertEquals(figure(reading, "machine_times") < 1.9, Double.isNaN(figure(reading, "fair_times")), reading.line());
    }

    @Test
    void what_a_large_block_costs_depends_on_what_is_done_with_it() throws Exception {
        assertEquals(
                List.of("one_touched_ns", "ring_touched_ns", "one_filled_ns", "ring_filled_ns"),
                List.copyOf(Instrument.LARGE.measure(BRIEF, List.of("102400")).figures().sequencedKeySet()));
    }

    @Test
    void bookkeeping_is_a_share_of_what_is_live_and_never_nothing() throws Exception {
        Reading reading = Instrument.BOOKKEEPING.measure(BRIEF, List.of("16", "16", "8"));
        assertTrue(figure(reading, "tables_share") > 0.1, reading.line()); // two bytes for each sixteen
        assertTrue(figure(reading, "share") >= figure(reading, "tables_share"), reading.line());
    }

    @ParameterizedTest
    @CsvSource({"LARSON, 2 2000 8 1000 0", "FREER, 2"})
    void what_a_load_keeps_resident_is_counted(Instrument instrument, String arguments) throws Exception {
        Reading reading = instrument.measure(BRIEF, List.of(arguments.split(" ")));
        assertTrue(figure(reading, "resident_mib") > 1, reading.line());
    }

    @Test
    void a_light_load_after_a_burst_tells_what_is_held_and_what_a_round_takes() throws Exception {
        Reading reading = Instrument.LIGHT.measure(BRIEF, List.of("64", "4096", "32768", "10"));
        assertTrue(figure(reading, "peak_mib") > 48 && figure(reading, "round_ms") > 0 && figure(reading, "excess_share") >= 0, reading.line());
        assertTrue(figure(reading, "mib_at_0000_ms") > 48 && figure(reading, "p9999_ms") > 0, reading.line());
    }

    @Test
    void a_load_that_comes_back_at_once_is_held_and_costs_no_more_than_twice_that() throws Exception {
        Reading reading = Instrument.COMEBACK.measure(BRIEF, List.of("30", "4"));
        assertTrue(figure(reading, "load_mib") > 48 && figure(reading, "faults") > 48 << 8 && figure(reading, "mib_s") > 0 && figure(reading, "times") > 0.5, reading.line());
    }

    @Test
    void a_small_arena_is_not_smaller_than_what_is_in_it() throws Exception {
        Reading reading = Instrument.SMALL_ARENAS.measure(BRIEF, List.of("5000", "30000"));
        assertTrue(figure(reading, "resident_bytes") > 24, reading.line());
    }

    @Test
    void garbage_of_a_second_burst_is_counted_over_all_threads() throws Exception {
        Reading reading = Instrument.GARBAGE.measure(BRIEF, List.of("400", "256", "4096"));
        assertTrue(figure(reading, "java_kib") > 0, "a barrier allocates something: " + reading.line());
    }

    @Test
    void a_burst_tells_first_and_later_cycles_apart() throws Exception {
        Reading reading = Instrument.BURST.measure(BRIEF, List.of("400", "1", "2", "256", "4096"));
        assertEquals(
                List.of(
                        "first_alloc_ms", "first_faults", "first_huge_mib", "first_free_ms", "later_alloc_ms", "later_faults", "later_huge_mib",
                        "later_free_ms", "held_share"),
                List.copyOf(reading.figures().sequencedKeySet()));
    }

    @Test
    void whoever_is_here_says_which_version_it_is() throws Exception {
        assertTrue(!Instrument.PRESENCE.measure(BRIEF, List.of()).note().isEmpty());
    }
}
