package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class TickTimeTest {

    private long now = Long.MAX_VALUE - 2;
    private final TickTime time = new TickTime(() -> now, 80);

    /// `isLeft` for so many ns more, and no longer.
    private void lasts(long nanos, BooleanSupplier isLeft) {
        assertTrue(isLeft.getAsBoolean());
        now += nanos - 1;
        assertTrue(isLeft.getAsBoolean());
        now++;
        assertFalse(isLeft.getAsBoolean());
    }

    @Test
    void each_step_has_its_part_of_the_tick_also_while_the_clock_wraps() {
        for (int tick = 0; tick < 3; tick++) {
            lasts(50, time.retire());
            lasts(10, time.reclaim());
            lasts(20, time.purge());
            now += 7;
        }
    }

    @Test
    void what_a_step_leaves_the_next_one_has() {
        assertTrue(time.retire().getAsBoolean());
        assertTrue(time.reclaim().getAsBoolean());
        lasts(80, time.purge());
        assertTrue(time.retire().getAsBoolean());
        lasts(60, time.reclaim());
        lasts(20, time.purge());
    }

    @Test
    void all_the_time_there_is_does_not_end() {
        TickTime endless = new TickTime(() -> now, Long.MAX_VALUE);
        assertTrue(endless.retire().getAsBoolean());
        now += Long.MAX_VALUE / 2;
        assertTrue(endless.retire().getAsBoolean());
        assertTrue(endless.purge().getAsBoolean());
    }

    @Test
    void no_time_is_a_time_and_less_is_none() {
        TickTime none = new TickTime(() -> now, 0);
        assertFalse(none.retire().getAsBoolean());
        assertFalse(none.purge().getAsBoolean());
        assertEquals("nanos=-1: less than 0",
                assertThrows(IllegalArgumentException.class, () -> new TickTime(() -> now, -1)).getMessage());
    }
}
