package dev.hz3.bench.compare.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.Phase;
import dev.hz3.bench.observe.PhaseSpan;
import dev.hz3.bench.observe.Sample;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeldOverTest {

    private static Sample sample(long millis, long mebibytes) {
        return new Sample(millis, 1, Phase.IDLE, mebibytes * Mebibytes.BYTES, 0, 0);
    }

    @Test
    void it_crosses_from_one_process_to_another() {
        HeldOver held = new HeldOver(Phase.ALLOCATE_AGAIN, 40, List.of(new HeldOver.Point(0, 1.5, 0), new HeldOver.Point(20, 300, 7)));
        Reading reading = held.addTo(Reading.of("returned_percent", 99));
        assertEquals(List.of(held), HeldOver.of(Reading.parse(reading.line()).orElseThrow()));
        assertEquals(List.of("returned_percent", "allocate_again_lasted_ms"), reading.figures().keySet().stream().filter(name -> !HeldOver.isPoint(name)).toList());
    }

    @Test
    void what_stays_as_it_is_needs_few_points_and_no_call_is_lost() {
        List<Sample> samples = new ArrayList<>();
        List<Long> calls = new ArrayList<>();
        for (int i = 0; i <= 100; i++) {
            samples.add(sample(1000 + 10L * i, i < 50 ? 600 : 100));
            calls.add(i < 30 ? 4L : 9L);
        }
        HeldOver held = HeldOver.of(new PhaseSpan(1, Phase.IDLE, 1000, 2000), samples, calls, 100 * Mebibytes.BYTES, 500 * Mebibytes.BYTES);
        assertEquals(1000, held.millis());
        assertEquals(new HeldOver.Point(0, 500, 4), held.points().getFirst());
        assertTrue(held.points().contains(new HeldOver.Point(490, 500, 0)), held.points().toString()); // so that nothing slopes that fell
        assertTrue(held.points().contains(new HeldOver.Point(500, 0, 0)), held.points().toString());
        assertEquals(1000, held.points().getLast().millis());
        assertEquals(9, held.points().stream().mapToInt(HeldOver.Point::calls).sum());
        assertTrue(held.points().size() <= 10, held.points().toString());
    }
}
