package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProgressTest {

    @Test
    void an_estimate_is_what_the_steps_so_far_took() {
        Progress progress = new Progress(8, 0);
        assertEquals("[0/8] ", progress.mark(TimeUnit.SECONDS.toNanos(5)));
        progress.step();
        progress.step();
        assertEquals("[2/8, about 30 s left] ", progress.mark(TimeUnit.SECONDS.toNanos(10)));
        assertEquals("[2/8, about 3 min left] ", progress.mark(TimeUnit.SECONDS.toNanos(60)));
    }

    @Test
    void a_long_time_is_said_in_minutes() {
        assertEquals("89 s", Progress.minutes(Duration.ofSeconds(89)));
        assertEquals("2 min", Progress.minutes(Duration.ofSeconds(90)));
        assertEquals("0 s", Progress.minutes(Duration.ofSeconds(-1)));
    }
}
