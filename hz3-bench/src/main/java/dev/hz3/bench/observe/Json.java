package dev.hz3.bench.observe;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Results for programs. What was not measured is `null`, and never zero.
public final class Json {

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /// The text of a value: a map, a list, an optional, a string, a truth, a number; what is not a finite number is `null`.
    ///
    /// @throws IllegalArgumentException where it is something else
    public static String text(Object value) {
        Json json = new Json();
        json.append(value, "\n");
        return json.text.append('\n').toString();
    }

    /// @param margin a new line and the blanks it begins with
    private void append(Object value, String margin) {
        switch (value) {
            case Optional<?> maybe when maybe.isEmpty() -> text.append("null");
            case Optional<?> maybe -> append(maybe.get(), margin);
            case Map<?, ?> map -> appendMap(map, margin);
            case List<?> list -> appendList(list, margin);
            case String string -> appendString(string);
            case Boolean truth -> text.append(truth);
            case Double number when !Double.isFinite(number) -> text.append("null");
            case Number number -> text.append(number);
            default -> throw new IllegalArgumentException("not for JSON: " + value.getClass());
        }
    }

    private void appendMap(Map<?, ?> map, String margin) {
        text.append('{');
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            text.append(margin).append("  ");
            appendString(String.valueOf(entry.getKey()));
            text.append(": ");
            append(entry.getValue(), margin + "  ");
            text.append(entries.hasNext() ? "," : margin);
        }
        text.append('}');
    }

    /// On a line where it is of numbers and words.
    private void appendList(List<?> list, String margin) {
        boolean isFlat = list.stream().noneMatch(value -> value instanceof Map || value instanceof List);
        text.append('[');
        for (int i = 0; i < list.size(); i++) {
            text.append(i == 0 ? "" : isFlat ? ", " : ",").append(isFlat ? "" : margin + "  ");
            append(list.get(i), margin + "  ");
        }
        text.append(isFlat || list.isEmpty() ? "" : margin).append(']');
    }

    private void appendString(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char character = string.charAt(i);
            switch (character) {
                case '"', '\\' -> text.append('\\').append(character);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (character < ' ') {
                        text.append(String.format("\\u%04x", (int) character));
                    } else {
                        text.append(character);
                    }
                }
            }
        }
        text.append('"');
    }
}
