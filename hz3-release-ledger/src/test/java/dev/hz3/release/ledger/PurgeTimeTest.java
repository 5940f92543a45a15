package dev.hz3.release.ledger;

import static dev.hz3.release.ledger.LedgerBench.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.segment.Segment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A tick that has only so much time.
class PurgeTimeTest {

    private static final int SEGMENTS = 2 * PurgeRound.SEGMENTS;
    /// What one call takes at most.
    private static final int CALL_PAGES = 4096;

    private final LedgerBench bench = new LedgerBench(4096, SEGMENTS);

    private void releaseAll() {
        bench.learnVectored();
        for (Segment segment : bench.segments) {
            bench.release(segment, 0, 512);
        }
    }

    @Test
    void without_time_it_makes_one_call_and_what_is_left_is_free_and_as_old_as_it_was() {
        releaseAll();
        PurgePlan patient = new PurgePlan(1, 1 << 20, 1 << 20);
        AtomicInteger asked = new AtomicInteger();
        assertEquals(CALL_PAGES, bench.ledger.tick(bench.boundary, patient, () -> {
            asked.incrementAndGet();
            return false;
        }));
        assertEquals(1, asked.get());
        int all = 512 * SEGMENTS;
        assertEquals(all - CALL_PAGES, bench.ledger.waitingPages());
        assertEquals(all, bench.segments.stream().mapToInt(Segment::freePages).sum());
        assertEquals(all - CALL_PAGES, bench.ledger.purgeEarly(bench.boundary, patient));
        assertEquals(0, bench.ledger.reusedPages());
    }

    @Test
    void it_goes_on_for_as_long_as_there_is_time() {
        releaseAll();
        AtomicInteger callsLeft = new AtomicInteger(3);
        assertEquals(3 * CALL_PAGES, bench.ledger.tick(bench.boundary, NOW, () -> callsLeft.decrementAndGet() > 0));
        assertTrue(bench.ledger.isWaiting());
        assertEquals(512L * SEGMENTS - 3 * CALL_PAGES, bench.ledger.tick(bench.boundary, NOW));
    }
}
