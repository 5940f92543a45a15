package dev.hz3.os.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem.Advice;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.FaultySystem.Verb;
import dev.hz3.os.testing.SimulatedSystem.PageState;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FaultySystemTest {

    private static final int PAGE = 4096;
    private static final long MIB = 1L << 20;
    private static final int PAGES = 4;

    private final SimulatedSystem simulated = new SimulatedSystem();
    private final CountingSystem counting = new CountingSystem(simulated);
    private final FaultySystem os = new FaultySystem(counting);
    private final ReservedRange range = simulated.reserve(2 * MIB, 2 * MIB, 2 * MIB);

    // ---- plans ---------------------------------------------------------------------------------------------------

    @Test
    void refused_ranges_are_marked_as_locked_on_demand_until_healed() {
        SimulatedSystem machine = new SimulatedSystem();
        FaultySystem refusing = new FaultySystem(machine);
        ReservedRange range = refusing.reserve(8L << 12, 8L << 12, 1 << 12);
        refusing.commit(range, range.base(), range.bytes());
        PurgeBatch both = new PurgeBatch();
        both.add(range.base(), 1 << 12);
        both.add(range.base() + (4 << 12), 1 << 12);
        refusing.failRanges(index -> index == 1);
        refusing.refuseAsLocked(true);
        refusing.failNext(Verb.PURGE, 1);
        refusing.purge(both);
        assertTrue(both.isPurged(0) && !both.isLocked(0));
        assertTrue(!both.isPurged(1) && both.isLocked(1));
        refusing.heal();
        refusing.failNext(Verb.PURGE, 1);
        refusing.purge(both);
        assertFalse(both.isLocked(0) || both.isLocked(1));
    }

    @Test
    void a_machine_that_is_well_refuses_nothing() {
        ReservedRange another = os.reserve(2 * MIB, 2 * MIB, 2 * MIB);
        os.commit(another, another.base(), PAGE);
        assertTrue(os.advise(another, another.base(), PAGE, Advice.POPULATE));
        assertEquals(PAGE, os.residentBytes(another, another.base(), PAGE));
        assertEquals(PAGE, os.processResidentBytes());
        assertEquals(8, os.view(another, another.base(), 8, Arena.global()).byteSize());
        PurgeBatch batch = new PurgeBatch();
        batch.add(another.base(), PAGE);
        assertEquals(1, os.purge(batch));
        assertTrue(batch.isPurged(0));
        assertTrue(os.fenceAllThreads());
        os.unreserve(another);
        os.close();

        assertEquals(0, os.injected());
        assertEquals(1, counting.closes());
        assertEquals(simulated.pageBytes(), os.pageBytes());
        assertEquals(simulated.memoryLimitBytes(), os.memoryLimitBytes());
        assertEquals(simulated.hugePageMode(), os.hugePageMode());
    }

    @Test
    void the_next_calls_are_refused_and_then_no_more() {
        os.failNext(Verb.FENCE, 2);

        assertEquals(List.of(false, false, true, true), fences(4));
        assertEquals(2, os.injected(Verb.FENCE));
    }

    @Test
    void calls_are_refused_after_some_have_passed() {
        os.failAfter(Verb.FENCE, 2, 1);

        assertEquals(List.of(true, true, false, true), fences(4));
    }

    @Test
    void what_is_refused_forever_is_refused_until_healed() {
        os.failForever(Verb.FENCE);
        assertEquals(List.of(false, false, false), fences(3));
        os.heal();

        assertEquals(List.of(true), fences(1));
        assertEquals(3, os.injected());
    }

    @Test
    void a_new_plan_takes_the_place_of_the_one_before() {
        os.failForever(Verb.FENCE);
        os.failAfter(Verb.FENCE, 1, 1);

        assertEquals(List.of(true, false, true), fences(3));
    }

    @Test
    void a_plan_is_of_one_verb() {
        os.failNext(Verb.COMMIT, 1);

        assertTrue(os.fenceAllThreads());
        assertEquals(0, os.injected());
        assertThrows(OutOfMemoryError.class, () -> os.commit(range, range.base(), PAGE));
        assertEquals(0, os.injected(Verb.FENCE));
        assertEquals(1, os.injected(Verb.COMMIT));
    }

    @Test
    void negative_counts_are_no_plan() {
        assertThrows(IllegalArgumentException.class, () -> os.failNext(Verb.PURGE, -1));
        assertThrows(IllegalArgumentException.class, () -> os.failAfter(Verb.PURGE, -1, 1));
    }

    @Test
    void of_many_threads_as_many_calls_are_refused_as_planned() throws InterruptedException {
        os.failAfter(Verb.FENCE, 500, 700);
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int call = 0; call < 1000; call++) {
                    if (!os.fenceAllThreads()) {
                        refused.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(700, refused.get());
        assertEquals(700, os.injected(Verb.FENCE));
        assertEquals(3300, counting.fences());
    }

    // ---- how each verb refuses -----------------------------------------------------------------------------------

    @Test
    void a_refused_reserve_is_out_of_memory_and_says_that_it_is_injected() {
        os.failNext(Verb.RESERVE, 1);
        OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, () -> os.reserve(MIB, MIB, MIB));

        assertEquals("reserve(wantedBytes=1048576, leastBytes=1048576, alignmentBytes=1048576): injected: ENOMEM (12)",
                refused.getMessage());
        assertEquals(0, counting.reserves());
    }

    @Test
    void a_refused_commit_is_out_of_memory_and_changes_nothing() {
        os.failNext(Verb.COMMIT, 1);
        OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, () -> os.commit(range, range.base(), PAGE));

        assertEquals("commit(address=0x1000000000, bytes=4096): injected: ENOMEM (12)", refused.getMessage());
        assertEquals(PageState.RESERVED, simulated.pageState(range.base()));
        os.commit(range, range.base(), PAGE);
        assertEquals(PageState.COMMITTED, simulated.pageState(range.base()));
    }

    @Test
    void refused_advice_is_not_taken() {
        os.failNext(Verb.ADVISE, 1);
        simulated.commit(range, range.base(), PAGE);

        assertFalse(os.advise(range, range.base(), PAGE, Advice.POPULATE));
        assertEquals(0, simulated.processResidentBytes());
        assertEquals(0, counting.advises());
    }

    @Test
    void a_huge_page_is_a_matter_of_advice() {
        os.failNext(Verb.ADVISE, 1);
        simulated.commit(range, range.base(), range.bytes());

        assertFalse(os.backByHugePage(range, range.base(), range.bytes()));
        assertEquals(1, os.injected(Verb.ADVISE));
    }

    // ---- purge ---------------------------------------------------------------------------------------------------

    @Test
    void a_refused_batch_is_unmarked_and_its_pages_are_kept() {
        PurgeBatch batch = written();
        os.failNext(Verb.PURGE, 1);

        assertEquals(1, os.purge(batch));
        assertEquals(List.of(false, false, false, false), marks(batch));
        assertEquals(List.of(1, 2, 3, 4), contents());
        assertEquals(0, counting.purges());
        assertEquals(1, os.injected(Verb.PURGE));
    }

    @Test
    void some_ranges_of_a_batch_can_be_refused() {
        PurgeBatch batch = written();
        os.failNext(Verb.PURGE, 1);
        os.failRanges(index -> index % 2 == 0);
        os.purge(batch);

        assertEquals(List.of(false, true, false, true), marks(batch));
        assertEquals(List.of(1, 0, 3, 0), contents());
        assertEquals(1, os.injected(Verb.PURGE));
        os.purge(batch);
        assertEquals(List.of(true, true, true, true), marks(batch));
    }

    @Test
    void refused_ranges_alone_plan_no_refusal() {
        PurgeBatch batch = written();
        os.failRanges(_ -> true);
        os.purge(batch);

        assertEquals(List.of(true, true, true, true), marks(batch));
        assertEquals(0, os.injected());
    }

    @Test
    void a_refusal_that_hits_no_range_is_none() {
        PurgeBatch batch = written();
        os.failNext(Verb.PURGE, 1);
        os.failRanges(_ -> false);
        os.purge(batch);

        assertEquals(List.of(true, true, true, true), marks(batch));
        assertEquals(0, os.injected());
    }

    @Test
    void what_is_refused_can_be_lost_all_the_same() {
        PurgeBatch batch = written();
        os.failNext(Verb.PURGE, 1);
        os.failRanges(index -> index == 2);
        os.purgeWhatIsRefused(true);
        os.purge(batch);

        assertEquals(List.of(true, true, false, true), marks(batch));
        assertEquals(List.of(0, 0, 0, 0), contents());
    }

    @Test
    void a_whole_batch_can_be_lost_without_a_mark() {
        PurgeBatch batch = written();
        os.failNext(Verb.PURGE, 1);
        os.purgeWhatIsRefused(true);
        os.purge(batch);

        assertEquals(List.of(false, false, false, false), marks(batch));
        assertEquals(List.of(0, 0, 0, 0), contents());
    }

    @Test
    void healing_forgets_which_ranges_and_how() {
        PurgeBatch batch = written();
        os.failRanges(index -> index == 0);
        os.purgeWhatIsRefused(true);
        os.heal();
        os.failNext(Verb.PURGE, 1);
        os.purge(batch);

        assertEquals(List.of(false, false, false, false), marks(batch));
        assertEquals(List.of(1, 2, 3, 4), contents());
    }

    @Test
    void an_empty_batch_uses_no_refusal_up() {
        os.failNext(Verb.PURGE, 1);
        assertEquals(0, os.purge(new PurgeBatch()));
        PurgeBatch batch = written();
        os.purge(batch);

        assertEquals(List.of(false, false, false, false), marks(batch));
    }

    @Test
    void marks_of_an_earlier_purge_do_not_outlast_a_refusal() {
        PurgeBatch batch = written();
        os.purge(batch);
        os.failNext(Verb.PURGE, 1);
        os.purge(batch);

        assertEquals(List.of(false, false, false, false), marks(batch));
    }

    /// Four pages, one range each; page `i` begins with `i + 1`.
    private PurgeBatch written() {
        simulated.commit(range, range.base(), (long) PAGES * PAGE);
        PurgeBatch batch = new PurgeBatch();
        for (int i = 0; i < PAGES; i++) {
            simulated.write(range.base() + (long) i * PAGE, (byte) (i + 1));
            batch.add(range.base() + (long) i * PAGE, PAGE);
        }
        return batch;
    }

    private List<Integer> contents() {
        List<Integer> contents = new ArrayList<>();
        for (int i = 0; i < PAGES; i++) {
            contents.add((int) simulated.readByte(range.base() + (long) i * PAGE));
        }
        return contents;
    }

    private static List<Boolean> marks(PurgeBatch batch) {
        List<Boolean> marks = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            marks.add(batch.isPurged(i));
        }
        return marks;
    }

    private List<Boolean> fences(int calls) {
        List<Boolean> answers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            answers.add(os.fenceAllThreads());
        }
        return answers;
    }
}
