package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AdaptiveDelayTest {

    private static final long PERIOD = 50_000_000;
    private static final int HALF_A_SECOND = 512; // page faults for a MiB and second: 256 pages in half a second
    private static final int MOST = 10; // epochs in half a second

    private final AdaptiveDelay delay = new AdaptiveDelay(40, PERIOD, HALF_A_SECOND, 0);
    private long now;
    private long purged;
    private long regretted;

    private void tick(long morePurged, long moreRegretted) {
        now += PERIOD;
        purged += morePurged;
        regretted += moreRegretted;
        delay.tick(now, purged, regretted);
    }

    @Test
    void what_nobody_regrets_does_not_rest() {
        for (int i = 0; i < 1000; i++) {
            tick(100, 24);
        }
        assertEquals(0, delay.epochs());
        assertEquals(1, delay.quietEpochs());
        assertEquals(MOST * PERIOD, delay.regretNanos());
    }

    @Test
    void it_grows_to_the_break_even_time_and_no_further() {
        tick(100, 0);
        tick(0, 25);
        assertEquals(AdaptiveDelay.FIRST, delay.epochs());
        assertEquals((MOST - AdaptiveDelay.FIRST) * PERIOD, delay.regretNanos());
        tick(0, 24);
        assertEquals(AdaptiveDelay.FIRST, delay.epochs(), "the regret that has made it grow counts again");
        tick(0, 1);
        assertEquals(2 * AdaptiveDelay.FIRST, delay.epochs());
        tick(100, 100);
        assertEquals(MOST, delay.epochs());
        assertEquals(0, delay.regretNanos());
        tick(100, 100);
        assertEquals(MOST, delay.epochs());
        assertEquals(MOST, delay.quietEpochs());
    }

    @Test
    void it_shrinks_by_an_epoch_in_each_break_even_time_with_purges_and_no_regret() {
        tick(100, 100);
        tick(100, 100);
        tick(100, 100);
        assertEquals(MOST, delay.epochs());
        for (int i = 0; i < 4 * MOST; i++) {
            tick(0, 0);
        }
        assertEquals(MOST - 1, delay.epochs(), "without a purge nothing is learned");
        int windows = 0;
        while (delay.epochs() > 0) {
            for (int i = 0; i < MOST; i++) {
                tick(10, 2);
            }
            windows++;
        }
        assertTrue(windows >= MOST && windows <= MOST + 2, "windows=" + windows);
        assertEquals(1, delay.quietEpochs());
    }

    @Test
    void a_clock_that_has_slept_ends_the_window() {
        tick(100, 100);
        now += 3600 * 1_000_000_000L;
        tick(100, 0);
        now += 3600 * 1_000_000_000L;
        tick(0, 0);
        assertEquals(AdaptiveDelay.FIRST - 1, delay.epochs());
    }

    @Test
    void an_option_bounds_it_and_nothing_is_no_delay() {
        AdaptiveDelay none = new AdaptiveDelay(0, PERIOD, HALF_A_SECOND, 0);
        none.tick(PERIOD, 100, 100);
        assertEquals(0, none.epochs());
        assertEquals(1, none.quietEpochs());
        assertEquals(0, none.regretNanos());

        AdaptiveDelay three = new AdaptiveDelay(3, PERIOD, HALF_A_SECOND, 0);
        three.tick(PERIOD, 100, 100);
        assertEquals(3, three.epochs());
    }

    @Test
    void silence_is_half_a_second_at_most_whatever_a_page_fault_is_worth() {
        AdaptiveDelay dear = new AdaptiveDelay(1000, PERIOD, 1, 0);
        for (int i = 1; i < 200; i++) {
            dear.tick(i * PERIOD, 100L * i, 100L * i);
        }
        assertEquals(1000, dear.epochs());
        assertEquals(10, dear.quietEpochs());
    }
}
