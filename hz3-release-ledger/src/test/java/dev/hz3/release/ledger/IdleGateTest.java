package dev.hz3.release.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class IdleGateTest {

    @Test
    void an_epoch_is_busy_with_more_events_than_are_still_idle() {
        IdleGate gate = new IdleGate(2);
        assertEquals(Gate.IDLE, gate.decide());
        gate.report();
        gate.report();
        assertEquals(Gate.IDLE, gate.decide());
        gate.report();
        gate.report();
        gate.report();
        assertEquals(Gate.BUSY, gate.decide());
    }

    @Test
    void only_what_came_since_the_last_epoch_counts() {
        IdleGate gate = new IdleGate(0);
        gate.report();
        assertEquals(Gate.BUSY, gate.decide());
        assertEquals(Gate.IDLE, gate.decide());
        gate.report();
        assertEquals(Gate.BUSY, gate.decide());
        assertEquals(Gate.IDLE, gate.decide());
    }

    @Test
    void less_than_no_event_is_no_limit() {
        assertThrows(IllegalArgumentException.class, () -> new IdleGate(-1));
    }
}
