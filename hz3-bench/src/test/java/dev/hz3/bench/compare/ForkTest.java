package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ForkTest {

    @Test
    void the_reading_is_found_among_what_else_a_process_says() {
        Fork.Outcome outcome = Fork.outcome(List.of("<jemalloc>: a warning", "reading\tns=4.5\tnote="), 0);
        assertEquals(4.5, assertInstanceOf(Fork.Outcome.Read.class, outcome).reading().figures().get("ns"));
    }

    @Test
    void a_contender_that_is_absent_says_why() {
        assertEquals(new Fork.Outcome.Absent("x is absent: y"), Fork.outcome(List.of("absent\tx is absent: y"), 1));
    }

    @Test
    void a_process_that_ends_badly_has_failed_whatever_it_said() {
        assertEquals(
                new Fork.Outcome.Failed("exit status 139: reading\tns=4.5\tnote="),
                Fork.outcome(List.of("reading\tns=4.5\tnote="), 139));
        assertEquals(new Fork.Outcome.Failed("exit status 0: "), Fork.outcome(List.of(), 0));
    }
}
