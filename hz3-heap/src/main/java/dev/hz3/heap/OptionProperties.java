package dev.hz3.heap;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reads options from the system properties `dev.hz3.*`, and knows which of those it was never asked for: a name that nobody reads is a mistake that nobody would see.
///
/// Threads: one at a time; what was reported is known to all.
final class OptionProperties {

    private static final String PREFIX = "dev.hz3.";
    /// What was reported, so that it is reported once.
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    private final Set<String> known = new TreeSet<>();

    int number(String name, int otherwise) {
        String text = text(name);
        try {
            return text == null ? otherwise : Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + name + "=" + text + ": not a whole number", e);
        }
    }

    boolean flag(String name, boolean otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        return switch (text.strip()) {
            case "true", "" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(PREFIX + name + "=" + text + ": neither true nor false");
        };
    }

    long bytes(String name, long otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        String digits = text.strip();
        int shift = digits.isEmpty() ? -1 : "kmgt".indexOf(Character.toLowerCase(digits.charAt(digits.length() - 1)));
        try {
            long value = Long.parseLong(shift < 0 ? digits : digits.substring(0, digits.length() - 1));
            return Math.multiplyExact(value, shift < 0 ? 1L : 1L << 10 * (shift + 1));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + name + "=" + text + ": not a number of bytes, such as 512m or 64g", e);
        }
    }

    Optional<Path> file(String name) {
        String text = text(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(text.strip());
            if (path.toString().isEmpty()) {
                throw new InvalidPathException(text, "empty");
            }
            return Optional.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(PREFIX + name + "=" + text + ": not the name of a file", e);
        }
    }

    HeapPreset preset(HeapPreset otherwise) {
        String text = text("preset");
        if (text == null) {
            return otherwise;
        }
        for (HeapPreset preset : HeapPreset.values()) {
            if (preset.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
                return preset;
            }
        }
        throw new IllegalArgumentException(PREFIX + "preset=" + text + ": none of throughput, balanced and smallest");
    }

    private @Nullable String text(String name) {
        known.add(name);
        return System.getProperty(PREFIX + name);
    }

    /// Says on the error output, once in a process for each, which properties look like options and are none. Where the application has a use of its own
    /// for a name with a further dot in it, such as `dev.hz3.adapter.name`, that is not ours to judge.
    void reportUnknown() {
        for (String property : System.getProperties().stringPropertyNames()) {
            String name = property.startsWith(PREFIX) ? property.substring(PREFIX.length()) : "";
            if (!name.isEmpty() && name.indexOf('.') < 0 && !known.contains(name) && REPORTED.add(name)) {
                System.err.println("hz3: no option " + PREFIX + name + "; the nearest is " + PREFIX + nearest(name));
            }
        }
    }

    private String nearest(String name) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /// How many letters must be put in, left out or changed to get from one word to the other.
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
