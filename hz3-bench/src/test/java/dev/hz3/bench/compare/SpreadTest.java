package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpreadTest {

    @Test
    void the_median_of_an_odd_number_is_the_middle_one() {
        assertEquals(new Spread(1, 2, 3, 4, 5, 5), Spread.of(List.of(5.0, 1.0, 4.0, 2.0, 3.0)));
    }

    @Test
    void the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        assertEquals(new Spread(1, 1.75, 2.5, 3.25, 4, 4), Spread.of(List.of(4.0, 3.0, 2.0, 1.0)));
    }

    @Test
    void one_figure_is_all_of_it() {
        assertEquals(new Spread(7, 7, 7, 7, 7, 1), Spread.of(List.of(7.0)));
    }

    @Test
    void no_figures_have_no_spread() {
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    }
}
