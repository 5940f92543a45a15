package dev.hz3.bench.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JsonTest {

    @Test
    void values_are_written_as_they_are_and_what_was_not_measured_is_null() {
        assertEquals("[1, 2.5, true, \"a\", null, null, 7]\n", Json.text(List.of(1, 2.5, true, "a", Double.NaN, Optional.empty(), Optional.of(7L))));
    }

    @Test
    void maps_keep_their_order_and_lists_of_maps_have_a_line_each() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(Map.of("x", 1), Map.of("x", 2)));
        map.put("a", List.of());
        assertEquals(
                "{\n  \"b\": [\n    {\n      \"x\": 1\n    },\n    {\n      \"x\": 2\n    }],\n  \"a\": []\n}\n".replace("}],", "}\n  ],"), Json.text(map));
        assertEquals("{}\n", Json.text(Map.of()));
    }

    @Test
    void what_would_end_a_string_does_not() {
        assertEquals("\"a\\\"b\\\\c\\n\\t\\u0001\"\n", Json.text("a\"b\\c\n\t\u0001"));
    }

    @Test
    void anything_else_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Json.text(new Object()));
    }
}
