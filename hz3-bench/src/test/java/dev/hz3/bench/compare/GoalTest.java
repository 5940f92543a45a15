package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.compare.Finding.Outcome;
import dev.hz3.bench.compare.Goal.Direction;
import dev.hz3.bench.compare.Goal.Rivals;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoalTest {

    private static final double CLOSE = 1e-9;

    @ParameterizedTest
    @CsvSource({"AT_MOST, 0.7, MET", "AT_MOST, 0.5, MET", "AT_MOST, 0.49, MISSED", "AT_LEAST, 0.5, MET", "AT_LEAST, 0.51, MISSED"})
    void a_bar_is_a_ceiling_or_a_floor_and_belongs_to_what_it_allows(Direction direction, double bar, Outcome outcome) {
        Figures figures = Tables.figures(Map.of(Contender.HZ3, List.of(5.0), Contender.GLIBC, List.of(10.0)));
        Finding finding = Tables.goal(Rivals.FASTEST, direction, bar).judge(figures);
        assertEquals(0.5, finding.value(), CLOSE);
        assertEquals(outcome, finding.outcome());
    }

    @Test
    void the_rival_is_the_peer_with_the_least_median_and_not_the_one_with_the_least_figure() {
        Figures figures = Tables.figures(Map.of(
                Contender.HZ3, List.of(8.0, 6.0, 7.0),
                Contender.GLIBC, List.of(1.0, 30.0, 31.0),
                Contender.TCMALLOC, List.of(10.0, 11.0, 10.0)));
        Finding finding = Tables.goal(Rivals.FASTEST, Direction.AT_MOST, 0.7).judge(figures);
        assertEquals(Optional.of(Contender.TCMALLOC), finding.rival());
        assertEquals(0.7, finding.value(), CLOSE);
    }

    @Test
    void what_giving_back_costs_is_held_against_this_heap_keeping_everything() {
        Task task = Tables.plan(Row.PAUSE).tasks().iterator().next();
        Goal goal = new Goal(Row.PAUSE, "a round", task, "ns", "ns", Rivals.RELEASE_OFF, Direction.AT_MOST, 1.05);
        Figures figures = Tables.figures(Map.of(Contender.HZ3, List.of(8.4), Contender.HZ3_RELEASE_OFF, List.of(8.0), Contender.TCMALLOC, List.of(1.0)));
        Finding finding = goal.judge(figures);
        assertEquals(Optional.of(Contender.HZ3_RELEASE_OFF), finding.rival());
        assertEquals(Outcome.MET, finding.outcome());
    }

    @Test
    void this_heap_with_other_settings_is_no_rival() {
        Task task = Tables.plan(Row.PAUSE).tasks().iterator().next();
        Goal goal = new Goal(Row.PAUSE, "p99.99", task, "ns", "ns", Rivals.FASTEST, Direction.AT_MOST, 1);
        Figures figures = Tables.figures(Map.of(Contender.HZ3, List.of(8.0), Contender.HZ3_RELEASE_OFF, List.of(1.0)));
        assertEquals(Outcome.NO_RIVAL, goal.judge(figures).outcome());
    }

    @Test
    void peers_are_sorted_into_keepers_and_givers_by_what_they_hold() {
        Figures figures = new Figures();
        figures.add(Contender.HZ3, Tables.burst(12, 0.01));
        figures.add(Contender.GLIBC, Tables.burst(8, 0.10));
        figures.add(Contender.TCMALLOC, Tables.burst(6, 1.0));
        figures.add(Contender.MIMALLOC, Tables.burst(24, 0.0999));
        Finding keeper = Tables.goal(Rivals.FASTEST_KEEPER, Direction.AT_MOST, 2.0).judge(figures);
        Finding giver = Tables.goal(Rivals.FASTEST_GIVER, Direction.AT_MOST, 0.5).judge(figures);
        assertEquals(Optional.of(Contender.TCMALLOC), keeper.rival());
        assertEquals(2.0, keeper.value(), CLOSE);
        assertEquals(Optional.of(Contender.MIMALLOC), giver.rival());
        assertEquals(0.5, giver.value(), CLOSE);
    }

    @Test
    void a_peer_that_is_absent_or_failed_is_never_the_fastest() {
        Figures figures = Tables.figures(Map.of(Contender.HZ3, List.of(5.0), Contender.GLIBC, List.of(10.0)));
        figures.absent(Contender.TCMALLOC, "tcmalloc is absent");
        figures.failed(Contender.MIMALLOC, "exit status 139");
        assertEquals(Optional.of(Contender.GLIBC), Tables.goal(Rivals.FASTEST, Direction.AT_MOST, 1).judge(figures).rival());
    }

    @Test
    void where_no_peer_is_there_nothing_is_said() {
        Finding finding = Tables.goal(Rivals.FASTEST, Direction.AT_MOST, 1)
                .judge(Tables.figures(Map.of(Contender.HZ3, List.of(5.0))));
        assertEquals(Outcome.NO_RIVAL, finding.outcome());
        assertFalse(finding.outcome().isMiss());
        assertTrue(Double.isNaN(finding.value()));
    }

    @Test
    void where_this_heap_has_no_figure_the_goal_is_missed() {
        Finding finding = Tables.goal(Rivals.FASTEST, Direction.AT_MOST, 1)
                .judge(Tables.figures(Map.of(Contender.GLIBC, List.of(5.0))));
        assertEquals(Outcome.NOT_MEASURED, finding.outcome());
        assertTrue(finding.outcome().isMiss());
    }

    @Test
    void a_figure_that_speaks_for_itself_counts_by_its_median_and_one_that_must_never_be_by_its_worst() {
        Figures figures = Tables.figures(Map.of(Contender.HZ3, List.of(0.0, 0.0, 1.0)));
        assertEquals(Outcome.MET, Tables.goal(Rivals.NOBODY, Direction.AT_MOST, 0).judge(figures).outcome());
        assertEquals(Outcome.MISSED, Tables.goal(Rivals.NOBODY_EVER, Direction.AT_MOST, 0).judge(figures).outcome());
        assertEquals(0.0, Tables.goal(Rivals.NOBODY_EVER, Direction.AT_LEAST, 1).judge(figures).value(), CLOSE);
    }

    @Test
    void a_figure_without_a_bar_is_noted_and_neither_met_nor_missed() {
        Finding finding = Tables.goal(Rivals.FASTEST, Direction.AT_MOST, Goal.NONE)
                .judge(Tables.figures(Map.of(Contender.HZ3, List.of(5.0), Contender.GLIBC, List.of(10.0))));
        assertEquals(Outcome.NOTED, finding.outcome());
        assertEquals(0.5, finding.value(), CLOSE);
        assertEquals("—", finding.line().barText());
        assertFalse(finding.outcome().isMiss());
    }

    @Test
    void what_is_not_a_number_was_not_measured() {
        Figures figures = Tables.figures(Map.of(Contender.HZ3, List.of(Double.NaN)));
        assertEquals(Outcome.NOT_MEASURED, Tables.goal(Rivals.NOBODY, Direction.AT_MOST, 1).judge(figures).outcome());
    }

    @Test
    void a_bar_is_written_as_it_was_set() {
        assertEquals("≤ 0.7", Tables.goal(Rivals.FASTEST, Direction.AT_MOST, 0.7).barText());
        assertEquals("≥ 2", Tables.goal(Rivals.NOBODY, Direction.AT_LEAST, 2.0).barText());
    }
}
