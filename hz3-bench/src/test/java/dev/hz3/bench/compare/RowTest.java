package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.compare.measure.Instrument;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RowTest {

    @Test
    void rows_are_numbered_from_one_and_found_by_number_or_name() {
        assertEquals(
                IntStream.rangeClosed(1, Row.values().length).boxed().toList(), Arrays.stream(Row.values()).map(Row::number).toList());
        assertEquals(Optional.of(Row.TWO_THREADS), Row.named("two-threads"));
        assertEquals(Optional.of(Row.WINDOW), Row.named("2"));
        assertEquals(Optional.empty(), Row.named("TWO_THREADS"));
    }

    @ParameterizedTest
    @EnumSource
    void a_row_has_goals_and_this_heap_takes_part_in_each(Row row) {
        Plan plan = new Plan(
                EnumSet.allOf(Row.class), EnumSet.allOf(Contender.class), 1, true, 1, new TreeMap<>(Map.of("nginx", Path.of("nginx"))));
        List<Line> lines = row.lines(plan);
        assertTrue(!lines.isEmpty());
        assertTrue(lines.stream().allMatch(line -> line.row() == row && line.tasks().findAny().isPresent()));
        assertTrue(lines.stream().flatMap(Line::tasks).allMatch(task -> task.contenders().getFirst() == Contender.HZ3));
    }

    @Test
    void the_two_rows_of_bursts_share_their_tasks() {
        Plan plan = Tables.plan(Row.BURST_FIRST, Row.BURST_LATER);
        assertEquals(4, plan.tasks().size(), "two sizes, with the flags of the virtual machine tuned and as they come");
    }

    @Test
    void tasks_are_called_differently() {
        Plan plan = new Plan(
                EnumSet.allOf(Row.class), EnumSet.allOf(Contender.class), 1, false, 1, new TreeMap<>(Map.of("nginx", Path.of("nginx"))));
        assertEquals(plan.tasks().size(), plan.tasks().stream().map(Task::name).distinct().count());
    }

    @Test
    void whatever_is_about_memory_is_measured_with_the_default_flags_too() {
        for (Row row : List.of(Row.BOOKKEEPING, Row.GARBAGE, Row.LARSON, Row.FREER, Row.SMALL_ARENAS, Row.BURST_LATER)) {
            List<Flags> flags = Tables.plan(row).tasks().stream().map(Task::flags).toList();
            assertEquals(flags.size(), 2 * flags.stream().filter(Flags.DEFAULT::equals).count(), row.argument());
        }
        assertEquals(List.of(), Flags.DEFAULT.options(256));
        assertTrue(Flags.TUNED.options(256).contains("-Xmx256m"));
    }

    @Test
    void a_peer_that_may_not_take_part_does_not_and_other_settings_of_this_heap_always_may() {
        Plan plan = new Plan(EnumSet.allOf(Row.class), Set.of(Contender.TCMALLOC), 1, false, 60, new TreeMap<>());
        assertEquals(
                Set.of(Contender.HZ3, Contender.HZ3_RELEASE_OFF, Contender.TCMALLOC),
                plan.tasks().stream().flatMap(task -> task.contenders().stream()).collect(Collectors.toSet()));
    }

    @Test
    void contenders_take_turns_forwards_and_backwards() {
        Task task = new Task("any", Instrument.PAIR, List.of("64"), Flags.TUNED, List.of(Contender.HZ3, Contender.GLIBC));
        List<Contender> forwards = List.of(Contender.HZ3, Contender.GLIBC);
        List<Contender> backwards = List.of(Contender.GLIBC, Contender.HZ3);
        assertEquals(
                List.of(forwards, backwards, backwards, forwards, forwards), IntStream.range(0, 5).mapToObj(task::order).toList());
    }

    @Test
    void a_replay_without_recordings_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Tables.plan(Row.REPLAY));
        assertThrows(IllegalArgumentException.class, () -> Tables.plan(Row.REPLAY_FOUR, Row.COLD));
    }

    @Test
    void settings_become_environment_or_options() {
        assertEquals(
                Map.of("MALLOC_CONF", "background_thread:true,dirty_decay_ms:0,muzzy_decay_ms:0"),
                Contender.JEMALLOC_DECAY_0.environment());
        assertEquals(List.of("-XX:TrimNativeHeapInterval=500"), Contender.GLIBC_TRIM.virtualMachineOptions());
        assertEquals(3, Contender.MIMALLOC_DELAY_0.environment().size());
        assertEquals(List.of("-Ddev.hz3.release=false"), Contender.HZ3_RELEASE_OFF.virtualMachineOptions());
        assertEquals(Map.of(), Contender.HZ3_RELEASE_OFF.environment());
        assertEquals(Map.of(), Contender.HZ3.environment());
        assertEquals(List.of(), Contender.HZ3.virtualMachineOptions());
    }
}
