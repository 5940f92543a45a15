package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DigitsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 0", "0.0112 | 0.0112", "0.7041 | 0.704", "3.944 | 3.94", "27.14 | 27.1", "1207.4 | 1,207", "NaN | —", "Infinity | —", "-0.5 | -0.500"
    })
    void a_number_has_the_digits_that_say_something(double value, String text) {
        assertEquals(text, Digits.of(value));
    }
}
