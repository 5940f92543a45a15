package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.observe.CurvesSvg.Point;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CurvesSvgTest {

    @Test
    void a_picture_has_a_curve_and_a_name_for_each_allocator() {
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        curves.put("hz3", List.of(new Point(0, 0), new Point(1000, 1 << 20)));
        curves.put("pooled", List.of(new Point(500, 1 << 19)));
        String text = new CurvesSvg("A < B", curves).text();
        assertTrue(text.contains("points=\"80.0,405.0 970.0,80.0\""), text);
        assertTrue(text.contains("points=\"525.0,242.5\""), text);
        assertTrue(text.contains("— pooled") && text.contains("A &lt; B"), text);
    }
}
