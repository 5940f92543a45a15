package dev.hz3.bench.burst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hz3.bench.burst.BurstIdleOptions.DumpMode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BurstIdleOptionsTest {

    @Test
    void nothing_typed_is_the_medium_job() {
        BurstIdleOptions options = BurstIdleOptions.parse(Map.of());

        assertEquals("burst-idle 200000 10 3 0 4 4096 32768 1 0 0", options.commandLine());
    }

    @Test
    void a_number_that_is_typed_replaces_its_default() {
        BurstIdleOptions options = BurstIdleOptions.parse(Map.of(
                BurstIdleArgument.KEEP_PERCENT, "5", BurstIdleArgument.DUMP_MODE, "2", BurstIdleArgument.SEED, "-7"));

        assertEquals(5, options.keepPercent());
        assertEquals(DumpMode.MAPPINGS, options.dumpMode());
        assertEquals("burst-idle 200000 10 3 5 4 4096 32768 1 0 2 --seed -7", options.commandLine());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "OBJECTS | many | objects is 'many', but must be a whole number from 1 to 10000000",
        "OBJECTS | 0 | objects is '0', but must be a whole number from 1 to 10000000",
        "KEEP_PERCENT | 101 | keep-percent is '101', but must be a whole number from 0 to 100",
        "THREADS | -4 | threads is '-4', but must be a whole number from 1 to 256",
        "IDLE_SECONDS | 1.5 | idle-seconds is '1.5', but must be a whole number from 1 to 3600",
        "MAX | 99999999999999999999 | max is '99999999999999999999', but must be a whole number from 1 to 1073741824",
        "KEEP_HOLD | 2 | keep-hold is '2', but must be a whole number from 0 to 1",
        "DUMP_MODE | 3 | dump-mode is '3', but must be a whole number from 0 to 2",
    })
    void a_bad_number_is_named_with_its_value_and_its_range(BurstIdleArgument argument, String text, String sentence) {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> BurstIdleOptions.parse(Map.of(argument, text)));

        assertEquals(sentence, refusal.getMessage());
    }

    @Test
    void no_block_has_at_least_more_than_at_most() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> BurstIdleOptions.parse(Map.of(BurstIdleArgument.MIN, "9", BurstIdleArgument.MAX, "8")));

        assertEquals(
                "min is 9 and max is 8, but no block has at least min and at most max bytes", refusal.getMessage());
    }

    @Test
    void every_thread_has_a_block_and_every_block_a_thread() {
        BurstIdleOptions options =
                BurstIdleOptions.parse(Map.of(BurstIdleArgument.OBJECTS, "10", BurstIdleArgument.THREADS, "4"));

        assertEquals(10, options.objectsOf(0) + options.objectsOf(1) + options.objectsOf(2) + options.objectsOf(3));
        assertEquals(2, options.objectsOf(3));
        assertThrows(
                IllegalArgumentException.class,
                () -> BurstIdleOptions.parse(Map.of(BurstIdleArgument.OBJECTS, "3")));
    }
}
