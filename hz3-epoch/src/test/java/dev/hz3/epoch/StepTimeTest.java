package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class StepTimeTest {

    private long now = Long.MAX_VALUE - 2;

    @Test
    void each_step_has_its_time_from_when_it_begins_also_while_the_clock_wraps() {
        StepTime time = new StepTime(() -> now, 5);
        for (int step = 0; step < 3; step++) {
            BooleanSupplier isLeft = time.begin();
            assertTrue(isLeft.getAsBoolean());
            now += 4;
            assertTrue(isLeft.getAsBoolean());
            now++;
            assertFalse(isLeft.getAsBoolean());
            now += 7;
        }
    }

    @Test
    void no_time_is_a_time_and_less_is_none() {
        assertFalse(new StepTime(() -> now, 0).begin().getAsBoolean());
        assertEquals("nanos=-1: less than 0",
                assertThrows(IllegalArgumentException.class, () -> new StepTime(() -> now, -1)).getMessage());
    }
}
