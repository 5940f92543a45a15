package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each number at the edges of its range, and just beyond them.
class HeapOptionsTest {

    private static final long MANY = 1 << 30;

    private record Range(String field, long least, long most) {}

    private static final List<Range> RANGES = List.of(
            new Range("reservedBytes", 2 << 20, 16L << 40),
            new Range("maxBytes", 2 << 20, Long.MAX_VALUE),
            new Range("shards", 0, 64),
            new Range("cacheBytes", 4096, 64 << 20),
            new Range("hugeAfterBytes", 0, Long.MAX_VALUE),
            new Range("clockPeriodMillis", 1, 60_000),
            new Range("slowPathsPerEpoch", 0, MANY),
            new Range("idleEvents", 0, MANY),
            new Range("delayEpochsIdle", 0, 1000),
            new Range("delayEpochsBusy", 0, 1000),
            new Range("reclaimBudgetRuns", 0, MANY),
            new Range("reclaimBudgetPages", 0, MANY),
            new Range("idleReclaimBudgetRuns", 0, MANY),
            new Range("retireBudgetPages", 0, MANY),
            new Range("purgeBudgetPages", 0, MANY),
            new Range("purgeBudgetCalls", 0, MANY),
            new Range("idlePurgeBudgetPages", 0, MANY),
            new Range("idlePurgeBudgetCalls", 0, MANY),
            new Range("eagerPercent", 1, 100));

    private static HeapOptions build(String field, long value) {
        System.setProperty("dev.hz3." + field, Long.toString(value));
        try {
            return HeapOptions.builder().build();
        } finally {
            System.clearProperty("dev.hz3." + field);
        }
    }

    @Test
    void every_number_has_a_range_here() {
        Set<String> numbers = new HashSet<>();
        Arrays.stream(HeapOptions.class.getRecordComponents())
                .filter(component -> component.getType() != boolean.class)
                .forEach(component -> numbers.add(component.getName()));
        Set<String> known = new HashSet<>();
        RANGES.forEach(range -> known.add(range.field()));
        assertEquals(numbers, known);
    }

    @Test
    void both_edges_are_taken_and_what_lies_beyond_them_is_refused_by_name() {
        for (Range range : RANGES) {
            build(range.field(), range.least());
            build(range.field(), range.most());
            assertRefused(range.field(), range.least() - 1);
            if (range.most() != Long.MAX_VALUE) {
                assertRefused(range.field(), range.most() + 1);
            }
        }
    }

    private static void assertRefused(String field, long value) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> build(field, value));
        assertTrue(String.valueOf(refusal.getMessage()).contains(field + "=" + value), refusal::toString);
    }
}
