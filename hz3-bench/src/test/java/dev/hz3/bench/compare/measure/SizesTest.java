package dev.hz3.bench.compare.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SizesTest {

    private static int[] drawn(String text) throws IOException {
        Sizes sizes = Sizes.parse(text);
        SplittableRandom random = new SplittableRandom(1);
        return IntStream.range(0, 10_000).map(_ -> sizes.draw(random)).toArray();
    }

    @Test
    void a_range_has_both_its_bounds_and_nothing_else() throws IOException {
        assertEquals(3, IntStream.of(drawn("7-9")).distinct().count());
        assertEquals(7, IntStream.of(drawn("7-9")).min().orElseThrow());
        assertEquals(9, IntStream.of(drawn("7-9")).max().orElseThrow());
    }

    @Test
    void a_histogram_is_drawn_by_its_weights() throws IOException {
        int[] sizes = drawn("64:9,100:0,4096:1");
        assertEquals(2, IntStream.of(sizes).distinct().count());
        assertEquals(0.9, IntStream.of(sizes).filter(size -> size == 64).count() / 10_000.0, 0.02);
    }

    @Test
    void a_recording_is_drawn_from() throws IOException {
        int[] sizes = drawn(Path.of("traces", "imagemagick.oht.gz").toString());
        assertTrue(IntStream.of(sizes).distinct().count() > 20);
        assertTrue(IntStream.of(sizes).min().orElseThrow() >= 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9-7", "0-9", "1-9999999999", "64:0", "0:1", "64", "nothing", ""})
    void anything_else_is_refused_with_a_sentence(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Sizes.parse(text));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("sizes is '" + text + "', but must be such that "), refusal.getMessage());
    }
}
