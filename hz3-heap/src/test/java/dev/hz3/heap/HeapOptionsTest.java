package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.epoch.BusyBudgets;
import dev.hz3.epoch.EpochBudgets;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.retire.scan.RetireBudget;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Each number at both ends of its range and beyond them.
class HeapOptionsTest {

    @FunctionalInterface
    private interface Setter {
        HeapOptions.Builder set(HeapOptions.Builder builder, long value);
    }

    /// @param least the smallest that is accepted
    /// @param most the largest that is accepted
    private record Field(String name, long least, long most, boolean isInt, Setter setter) {}

    private static Field whole(String name, long least, long most, Setter setter) {
        return new Field(name, least, most, true, setter);
    }

    private static final int MANY = 1 << 30;

    private static final List<Field> FIELDS = List.of(
            new Field("reservedBytes", 2L << 20, 16L << 40, false, HeapOptions.Builder::reservedBytes),
            new Field("maxBytes", 2L << 20, Long.MAX_VALUE, false, HeapOptions.Builder::maxBytes),
            new Field("softMaxBytes", 2L << 20, Long.MAX_VALUE, false, HeapOptions.Builder::softMaxBytes),
            whole("shards", 0, 64, (b, v) -> b.shards((int) v)),
            new Field("cacheBytes", 4096, 64L << 20, false, HeapOptions.Builder::cacheBytes),
            new Field("largeCacheBytes", 0, 1L << 30, false, HeapOptions.Builder::largeCacheBytes),
            new Field("hugeAfterBytes", 0, Long.MAX_VALUE, false, HeapOptions.Builder::hugeAfterBytes),
            whole("clockPeriodMillis", 1, 60_000, (b, v) -> b.clockPeriodMillis((int) v)),
            whole("slowPathsPerEpoch", 0, MANY, (b, v) -> b.slowPathsPerEpoch((int) v)),
            whole("idleEvents", 0, MANY, (b, v) -> b.idleEvents((int) v)),
            whole("delayEpochsIdle", 0, 1000, (b, v) -> b.delayEpochsIdle((int) v)),
            whole("delayEpochsBusy", 0, 1000, (b, v) -> b.delayEpochsBusy((int) v)),
            whole("delayEpochsMost", 0, 1000, (b, v) -> b.delayEpochsMost((int) v)),
            whole("faultsPerMiBSecond", 1, 1 << 20, (b, v) -> b.faultsPerMiBSecond((int) v)),
            whole("reclaimBudgetRuns", 0, MANY, (b, v) -> b.reclaimBudgetRuns((int) v)),
            whole("reclaimBudgetPages", 0, MANY, (b, v) -> b.reclaimBudgetPages((int) v)),
            whole("idleReclaimBudgetRuns", 0, MANY, (b, v) -> b.idleReclaimBudgetRuns((int) v)),
            whole("retireBudgetPages", 0, MANY, (b, v) -> b.retireBudgetPages((int) v)),
            whole("purgeBudgetPages", 0, MANY, (b, v) -> b.purgeBudgetPages((int) v)),
            whole("purgeBudgetCalls", 0, MANY, (b, v) -> b.purgeBudgetCalls((int) v)),
            whole("idlePurgeBudgetPages", 0, MANY, (b, v) -> b.idlePurgeBudgetPages((int) v)),
            whole("idlePurgeBudgetCalls", 0, MANY, (b, v) -> b.idlePurgeBudgetCalls((int) v)),
            whole("eagerPercent", 1, 100, (b, v) -> b.eagerPercent((int) v)),
            new Field("sampleBytes", 1 << 10, 1L << 40, false, HeapOptions.Builder::sampleBytes));

    @Test
    void a_busy_heap_spends_what_the_options_say_or_a_quarter_of_the_backlog() {
        HeapOptions options = HeapOptions.builder()
                .retireBudgetPages(10)
                .reclaimBudgetRuns(20)
                .reclaimBudgetPages(30)
                .purgeBudgetPages(40)
                .purgeBudgetCalls(50)
                .delayEpochsBusy(3)
                .build();
        assertEquals(new EpochBudgets(new RetireBudget(10, true), new ReclaimBudget(20, 30, true), new PurgePlan(3, 40, 50, false)),
                budgets(options, 40, 80, 160, 0, false));
        assertEquals(new EpochBudgets(new RetireBudget(10, true), new ReclaimBudget(20, 30, true), new PurgePlan(7, 40, 50, false)),
                budgets(options, 40, 80, 160, 7, false));
        assertEquals(new EpochBudgets(new RetireBudget(100, true), new ReclaimBudget(200, 200, true), new PurgePlan(3, 300, 300, false)),
                budgets(options, 400, 800, 1200, 2, false));
        assertEquals(new EpochBudgets(new RetireBudget(100, false), new ReclaimBudget(20, 30, false), new PurgePlan(0, 40, 50, true)),
                budgets(options, 400, 0, 0, 7, true));
    }

    private static EpochBudgets budgets(HeapOptions options, long emptyPages, long stockedPages, long waitingPages, int learnedDelay, boolean isEager) {
        BusyBudgets busy = new WorkBudgets(options, () -> emptyPages, () -> stockedPages, () -> waitingPages, () -> learnedDelay, () -> isEager);
        return new EpochBudgets(
                new RetireBudget(busy.retirePages(), !busy.isEager()),
                new ReclaimBudget(busy.reclaimRuns(), busy.reclaimPages(), !busy.isEager()),
                new PurgePlan(busy.delayEpochs(), busy.purgePages(), busy.purgeCalls(), busy.isEager()));
    }

    @Test
    void every_number_is_in_the_table() {
        Set<String> numbers = Stream.of(HeapOptions.class.getRecordComponents())
                .filter(component -> component.getType() == int.class || component.getType() == long.class)
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(numbers, FIELDS.stream().map(Field::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void each_number_is_accepted_at_both_ends_of_its_range_and_refused_by_name_beyond_them() {
        for (Field field : FIELDS) {
            field.setter().set(HeapOptions.builder(), field.least()).build();
            field.setter().set(HeapOptions.builder(), field.most()).build();
            if (!field.name().equals("maxBytes") && !field.name().equals("sampleBytes")) {
                assertRefused(field, field.least() - 1);
            } else {
                field.setter().set(HeapOptions.builder(), 0).build(); // means: what the machine has; no samples
                assertRefused(field, 1);
                assertRefused(field, -1);
                assertRefused(field, field.least() - 1);
            }
            if (field.most() != Long.MAX_VALUE) {
                assertRefused(field, field.most() + 1);
            }
            assertRefused(field, field.isInt() ? Integer.MIN_VALUE : Long.MIN_VALUE);
        }
    }

    private static void assertRefused(Field field, long value) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> field.setter().set(HeapOptions.builder(), value).build(),
                field.name() + "=" + value);
        assertTrue(String.valueOf(refused.getMessage()).startsWith(field.name() + "=" + value + ": not in "), refused.getMessage());
    }

    @Test
    void a_heap_lives_at_the_ends_of_the_ranges() {
        for (Field field : FIELDS) {
            for (long value : new long[] {field.least(), field.most()}) {
                HeapOptions.Builder small = HeapOptions.builder().reservedBytes(8L << 20).clock(false);
                try (NativeHeap heap = NativeHeap.create(field.setter().set(small, value).build())) {
                    long[] blocks = new long[40];
                    for (int i = 0; i < blocks.length; i++) {
                        blocks[i] = heap.allocateAddress(1 + i * 100L);
                    }
                    heap.tick();
                    for (long block : blocks) {
                        heap.freeAddress(block);
                    }
                    heap.tick();
                    heap.trim();
                    assertEquals(0, heap.stats().liveBytes(), field.name() + "=" + value);
                    assertEquals(0, heap.stats().stepFailures(), field.name() + "=" + value);
                } catch (OutOfMemoryError full) {
                    // One segment in all is not enough for two kinds of blocks, and 16 TiB need a bookkeeping that a small Java heap has not.
                    assertTrue(Set.of("reservedBytes", "maxBytes").contains(field.name()), field.name() + "=" + value + ": " + full);
                }
            }
        }
    }
}
