package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class IdleGateTest {

    @Test
    void an_epoch_is_busy_with_more_events_than_are_still_idle() {
        IdleGate gate = new IdleGate(2);
        assertEquals(Load.IDLE, gate.decide());
        gate.report();
        gate.report();
        assertEquals(Load.IDLE, gate.decide());
        gate.report();
        gate.report();
        gate.report();
        assertEquals(Load.BUSY, gate.decide());
    }

    @Test
    void only_what_came_since_the_last_epoch_counts() {
        IdleGate gate = new IdleGate(0);
        gate.report();
        assertEquals(Load.BUSY, gate.decide());
        assertEquals(Load.IDLE, gate.decide());
        gate.report();
        assertEquals(Load.BUSY, gate.decide());
        assertEquals(Load.IDLE, gate.decide());
    }

    @Test
    void it_is_idle_after_as_many_quiet_epochs_in_a_row_as_it_was_told() {
        IdleGate gate = new IdleGate(0);
        gate.quietEpochs(3);
        assertEquals(Load.BUSY, gate.decide());
        assertEquals(Load.BUSY, gate.decide());
        gate.report();
        for (int quiet = 0; quiet < 3; quiet++) {
            assertEquals(Load.BUSY, gate.decide());
        }
        assertEquals(Load.IDLE, gate.decide());
        assertEquals(Load.IDLE, gate.decide());
        gate.quietEpochs(5);
        assertEquals(Load.BUSY, gate.decide());
        gate.quietEpochs(1);
        assertEquals(Load.IDLE, gate.decide());
    }

    @Test
    void no_quiet_epoch_at_all_is_no_patience() {
        assertThrows(IllegalArgumentException.class, () -> new IdleGate(0).quietEpochs(0));
    }

    @Test
    void less_than_no_event_is_no_limit() {
        assertThrows(IllegalArgumentException.class, () -> new IdleGate(-1));
    }
}
