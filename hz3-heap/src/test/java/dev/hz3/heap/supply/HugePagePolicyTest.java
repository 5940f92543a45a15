package dev.hz3.heap.supply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HugePagePolicyTest {

    private static final long CHEAP_NANOS = 100_000;
    private static final long DEAR_NANOS = 5_000_000;

    private final HugePagePolicy policy = new HugePagePolicy(true, 4);

    private int segmentsUntilItAsks() {
        int segments = 0;
        while (!policy.wants(4)) {
            segments++;
        }
        return segments;
    }

    @Test
    void a_small_heap_asks_for_none() {
        assertFalse(policy.wants(3));
        assertTrue(policy.wants(4));
        assertFalse(new HugePagePolicy(false, 0).wants(4));
    }

    @Test
    void it_asks_for_one_after_the_other_while_they_are_cheap() {
        for (int i = 0; i < 100; i++) {
            assertEquals(0, segmentsUntilItAsks());
            policy.granted(CHEAP_NANOS);
        }
    }

    @Test
    void it_asks_ever_more_rarely_while_they_are_dear_or_refused() {
        int expected = 16;
        for (int i = 0; i < 12; i++) {
            assertEquals(0, segmentsUntilItAsks() - (i == 0 ? 0 : expected));
            expected = i == 0 ? 16 : Math.min(2 * expected, 4096);
            if (i % 2 == 0) {
                policy.granted(DEAR_NANOS);
            } else {
                policy.refused();
            }
        }
    }

    @Test
    void one_cheap_one_is_forgiveness() {
        policy.refused();
        policy.granted(CHEAP_NANOS);
        assertEquals(0, segmentsUntilItAsks());
        policy.refused();
        assertEquals(16, segmentsUntilItAsks());
    }

    @Test
    void disappointments_of_the_same_moment_are_one() {
        policy.refused();
        policy.refused();
        policy.granted(DEAR_NANOS);
        assertEquals(16, segmentsUntilItAsks());
    }
}
