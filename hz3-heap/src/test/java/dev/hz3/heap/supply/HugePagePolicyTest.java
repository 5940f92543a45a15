package dev.hz3.heap.supply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HugePagePolicyTest {

    private static final long CHEAP_NANOS = 100_000;
    private static final long SMALL_NANOS = 700_000;
    private static final long DEAR_NANOS = 5_000_000;
    private static final long REFUSED = -1;
    private static final long ASKING_NANOS = 6_000;
    private static final int SEGMENTS = 2000;
    /// The policy may cost a tenth more than the better of always and never, and this much for what it cannot know: six huge pages that are dear.
    private static final double REGRET = 1.1;
    private static final long REGRET_NANOS = 6 * DEAR_NANOS;

    private final HugePagePolicy policy = new HugePagePolicy(true, 4, () -> SMALL_NANOS);

    private int segmentsUntilItAsks() {
        int segments = 0;
        while (!policy.chooseHuge(4)) {
            segments++;
        }
        return segments;
    }

    @Test
    void a_small_heap_asks_for_none() {
        assertFalse(policy.chooseHuge(3));
        assertTrue(policy.chooseHuge(4));
        assertFalse(new HugePagePolicy(false, 0, () -> SMALL_NANOS).chooseHuge(4));
    }

    @Test
    void it_asks_for_one_after_the_other_while_they_are_cheap() {
        for (int i = 0; i < 100; i++) {
            assertEquals(0, segmentsUntilItAsks());
            policy.granted(CHEAP_NANOS);
        }
        assertEquals(CHEAP_NANOS, policy.hugeNanos());
    }

    @Test
    void one_in_seventeen_asks_while_they_are_refused() {
        assertEquals(0, segmentsUntilItAsks());
        for (int i = 0; i < 12; i++) {
            policy.refused();
            assertEquals(16, segmentsUntilItAsks());
        }
        assertEquals(0, policy.hugeNanos());
    }

    @Test
    void one_that_is_refused_among_many_that_are_cheap_changes_nothing() {
        segmentsUntilItAsks();
        policy.granted(CHEAP_NANOS);
        segmentsUntilItAsks();
        policy.refused();
        assertEquals(0, segmentsUntilItAsks());
    }

    @Test
    void trying_one_that_is_dear_costs_a_twentieth_of_the_small_ones_before() {
        segmentsUntilItAsks();
        policy.granted(DEAR_NANOS);
        assertEquals(20 * (DEAR_NANOS - SMALL_NANOS) / SMALL_NANOS, segmentsUntilItAsks());
    }

    @Test
    void one_cheap_one_is_forgiveness() {
        segmentsUntilItAsks();
        policy.granted(DEAR_NANOS);
        segmentsUntilItAsks();
        policy.granted(CHEAP_NANOS);
        assertEquals(0, segmentsUntilItAsks());
    }

    @Test
    void dear_small_pages_make_it_ask_for_huge_ones_that_would_be_dear_elsewhere() {
        AtomicLong small = new AtomicLong(SMALL_NANOS);
        HugePagePolicy here = new HugePagePolicy(true, 4, small::get);
        assertTrue(here.chooseHuge(4));
        here.granted(DEAR_NANOS);
        assertFalse(here.chooseHuge(4));
        small.set(2 * DEAR_NANOS);
        assertTrue(here.chooseHuge(4));
    }

    /// What a machine takes for a segment, in ns.
    record Machine(String name, Price small, Price huge) {
        interface Price {
            long of(int segment, SplittableRandom random);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Machine> machines() {
        return Stream.of(
                new Machine("both cheap", (_, _) -> SMALL_NANOS, (_, _) -> CHEAP_NANOS),
                new Machine("both dear", (_, _) -> 2 * DEAR_NANOS, (_, _) -> DEAR_NANOS),
                new Machine("huge dear", (_, _) -> SMALL_NANOS, (_, _) -> DEAR_NANOS),
                new Machine("huge cheap fresh, dear later", (_, _) -> SMALL_NANOS, (s, _) -> s < 300 ? CHEAP_NANOS : DEAR_NANOS),
                new Machine("huge dear fresh, cheap later", (_, _) -> SMALL_NANOS, (s, _) -> s < 300 ? DEAR_NANOS : CHEAP_NANOS),
                new Machine("huge refused", (_, _) -> SMALL_NANOS, (_, _) -> REFUSED),
                new Machine("huge refused now and then", (_, _) -> SMALL_NANOS, (_, r) -> r.nextInt(50) == 0 ? REFUSED : CHEAP_NANOS),
                new Machine("both vary by half", (_, r) -> SMALL_NANOS / 2 + r.nextLong(SMALL_NANOS), (_, r) -> DEAR_NANOS / 2 + r.nextLong(DEAR_NANOS)),
                new Machine("small dear and interrupted", (_, r) -> DEAR_NANOS * (r.nextInt(20) == 0 ? 4 : 1), (_, r) -> CHEAP_NANOS * (r.nextInt(20) == 0 ? 40 : 1)));
    }

    /// Small pages are tried too while huge ones are the better buy, and a machine may change: the bound holds for what the heap can learn only by paying for it.
    @ParameterizedTest
    @MethodSource("machines")
    void it_regrets_a_tenth_and_a_constant(Machine machine) {
        SplittableRandom random = new SplittableRandom(1);
        AtomicLong known = new AtomicLong();
        HugePagePolicy here = new HugePagePolicy(true, 0, known::get);
        long paid = 0;
        long always = 0;
        long never = 0;
        for (int segment = 0; segment < SEGMENTS; segment++) {
            long small = machine.small().of(segment, random);
            long huge = machine.huge().of(segment, random);
            never += small;
            always += huge == REFUSED ? ASKING_NANOS + small : huge;
            boolean asks = here.chooseHuge(0);
            if (asks && huge != REFUSED) {
                here.granted(huge);
                paid += huge;
            } else {
                if (asks) {
                    here.refused();
                    paid += ASKING_NANOS;
                }
                paid += small;
                known.set(known.get() == 0 ? small : (known.get() + Math.min(small, 2 * known.get())) / 2);
            }
        }
        long best = Math.min(always, never);
        assertTrue(paid <= REGRET * best + REGRET_NANOS, machine + ": paid " + paid + ", always " + always + ", never " + never);
    }
}
