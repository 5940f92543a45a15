package dev.hz3.release.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PurgePlanTest {

    @Test
    void each_number_may_be_none_and_not_less() {
        assertEquals(0, new PurgePlan(0, 0, 0).budgetPages());
        assertThrows(IllegalArgumentException.class, () -> new PurgePlan(-1, 5, 5));
        assertThrows(IllegalArgumentException.class, () -> new PurgePlan(5, -1, 5));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> new PurgePlan(5, 6, -1));
        assertEquals("no such plan: delayEpochs=5, budgetPages=6, budgetCalls=-1", refused.getMessage());
    }

    @Test
    void a_plan_that_says_nothing_of_huge_pages_breaks_them() {
        assertTrue(new PurgePlan(1, 1, 1).breaksHugePages());
    }
}
