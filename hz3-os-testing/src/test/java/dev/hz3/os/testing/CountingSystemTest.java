package dev.hz3.os.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem.Advice;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.FaultySystem.Verb;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountingSystemTest {

    private static final int PAGE = 4096;
    private static final long MIB = 1L << 20;

    private final SimulatedSystem simulated = new SimulatedSystem();
    private final FaultySystem faulty = new FaultySystem(simulated);
    private final CountingSystem os = new CountingSystem(faulty);

    @Test
    void nothing_is_counted_before_anything_is_asked() {
        assertEquals(0, os.reserves() + os.unreserves() + os.commits() + os.purges() + os.purgeCalls() + os.purgedRanges()
                + os.purgedBytes() + os.advises() + os.fences() + os.closes());
    }

    @Test
    void every_verb_is_counted_and_answered_by_the_other_machine() {
        ReservedRange range = os.reserve(2 * MIB, 2 * MIB, 2 * MIB);
        os.commit(range, range.base(), PAGE);
        os.commit(range, range.base(), 2 * PAGE);
        assertTrue(os.advise(range, range.base(), PAGE, Advice.POPULATE));
        assertTrue(os.fenceAllThreads());
        assertEquals(PAGE, os.residentBytes(range, range.base(), range.bytes()));
        assertEquals(PAGE, os.processResidentBytes());
        assertEquals(8, os.view(range, range.base(), 8, Arena.global()).byteSize());
        os.unreserve(range);
        os.close();
        os.close();

        assertEquals(1, os.reserves());
        assertEquals(1, os.unreserves());
        assertEquals(2, os.commits());
        assertEquals(1, os.advises());
        assertEquals(1, os.fences());
        assertEquals(2, os.closes());
        assertEquals(0, simulated.reservedBytes());
    }

    @Test
    void facts_are_the_other_machines() {
        assertEquals(simulated.pageBytes(), os.pageBytes());
        assertEquals(simulated.memoryLimitBytes(), os.memoryLimitBytes());
        assertEquals(simulated.hugePageMode(), os.hugePageMode());
    }

    @Test
    void a_purge_counts_its_calls_and_what_it_marked() {
        PurgeBatch batch = batchOf(3);
        os.purge(batch);
        simulated.vectored(false);
        os.purge(batch);

        assertEquals(2, os.purges());
        assertEquals(1 + 3, os.purgeCalls());
        assertEquals(6, os.purgedRanges());
        assertEquals(6L * PAGE, os.purgedBytes());
    }

    @Test
    void ranges_that_are_refused_are_not_counted_as_purged() {
        PurgeBatch batch = batchOf(3);
        faulty.failNext(Verb.PURGE, 1);
        faulty.failRanges(index -> index == 1);
        os.purge(batch);

        assertEquals(1, os.purges());
        assertEquals(2, os.purgedRanges());
        assertEquals(2L * PAGE, os.purgedBytes());
    }

    @Test
    void a_call_that_fails_counts() {
        faulty.failNext(Verb.RESERVE, 1);

        assertThrows(OutOfMemoryError.class, () -> os.reserve(MIB, MIB, MIB));
        assertEquals(1, os.reserves());
    }

    @Test
    void no_call_of_many_threads_is_missed() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int call = 0; call < 1000; call++) {
                    os.fenceAllThreads();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(4000, os.fences());
    }

    /// Some pages of a new range, one range each.
    private PurgeBatch batchOf(int pages) {
        ReservedRange range = simulated.reserve(2 * MIB, 2 * MIB, 2 * MIB);
        simulated.commit(range, range.base(), (long) pages * PAGE);
        PurgeBatch batch = new PurgeBatch();
        for (int i = 0; i < pages; i++) {
            batch.add(range.base() + (long) i * PAGE, PAGE);
        }
        return batch;
    }
}
