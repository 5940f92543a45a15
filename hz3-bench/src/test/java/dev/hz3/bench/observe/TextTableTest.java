package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TextTableTest {

    @Test
    void every_row_of_a_table_is_as_wide_as_the_others() {
        String table = TextTable.of(List.of(List.of("a", "b"), List.of("longer", "|")));
        assertEquals("| a      | b |\n|--------|---|\n| longer | \\| |\n", table);
    }
}
