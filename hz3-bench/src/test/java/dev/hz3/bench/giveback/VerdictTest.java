package dev.hz3.bench.giveback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class VerdictTest {

    private static String on(Object... figures) {
        return Verdict.of(Observations.contender("any", figures)).sentence();
    }

    @Test
    void who_returns_is_said_to_with_how_much_and_how_soon() {
        assertEquals("RETURNED 99.1 % in 0.31 s, 118 calls", on("returned_percent", 99.13, "until_90_percent_s", 0.31, "purge_calls", 118));
        assertEquals("RETURNED 100 % in less than 0.01 s", on("returned_percent", 99.99, "until_90_percent_s", 0));
        assertEquals("RETURNED 93.0 %", on("returned_percent", 93));
    }

    @Test
    void who_returns_a_part_is_said_to_hold_the_rest() {
        assertEquals("RETURNED 60.0 %, half of it in 7.50 s; HELD 40.0 %", on("returned_percent", 60, "until_50_percent_s", 7.5));
    }

    @Test
    void who_holds_is_said_to() {
        assertEquals("HELD 100 %", on("returned_percent", 0));
        assertEquals("HELD 90.1 %", on("returned_percent", 9.9));
    }

    @Test
    void who_was_not_measured_has_no_figure() {
        Verdict verdict = Verdict.of(Observations.absent("jemalloc"));
        assertEquals(new Verdict(Verdict.Kind.MISSING, "missing: jemalloc is absent: no file"), verdict);
    }

    @Test
    void only_this_heap_decides_and_only_if_it_was_asked() {
        assertTrue(Observations.whole().isGo());
        assertTrue(Observations.of(Observations.contender("glibc", "returned_percent", 0)).isGo());
        assertFalse(Observations.of(Observations.contender("hz3", "returned_percent", 89)).isGo());
        assertFalse(Observations.of(Observations.absent("hz3")).isGo());
    }
}
