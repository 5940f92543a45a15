package dev.hz3.bench.compare.measure;

import dev.hz3.bench.replay.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// How many bytes blocks have: drawn evenly between two bounds, by a histogram, or from a recording. Immutable.
public final class Sizes {

    /// The most bytes of a block.
    public static final int MOST_BYTES = 1 << 30;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,10})-(\\d{1,10})");
    private static final Pattern HISTOGRAM = Pattern.compile("\\d{1,10}:\\d{1,9}(,\\d{1,10}:\\d{1,9})*");

    private final String text;
    /// The bounds, or sizes to draw from.
    private final int[] values;
    private final boolean isRange;
    /// Of a histogram, up to where each size's share of the weights reaches; empty where there is none.
    private final long[] ends;

    private Sizes(String text, int[] values, boolean isRange, long[] ends) {
        this.text = text;
        this.values = values;
        this.isRange = isRange;
        this.ends = ends;
    }

    /// Reads `4096-32768`, `64:9,4096:1` (bytes and weight), or a file that is a recording.
    ///
    /// @throws IllegalArgumentException with a sentence for the one who typed it
    public static Sizes parse(String text) throws IOException {
        if (RANGE.matcher(text).matches()) {
            int[] bounds = Arrays.stream(text.split("-", 2)).mapToInt(bytes -> bytes(text, bytes)).toArray();
            if (bounds[0] > bounds[1]) {
                throw refusal(text, "the least of a range is not above its most");
            }
            return new Sizes(text, bounds, true, new long[0]);
        }
        if (HISTOGRAM.matcher(text).matches()) {
            String[] bars = text.split(",", -1);
            int[] values = Arrays.stream(bars).mapToInt(bar -> bytes(text, bar.substring(0, bar.indexOf(':')))).toArray();
            long[] ends = Arrays.stream(bars).mapToLong(bar -> Long.parseLong(bar.substring(bar.indexOf(':') + 1))).toArray();
            Arrays.parallelPrefix(ends, Long::sum);
            if (ends[ends.length - 1] == 0) {
                throw refusal(text, "one weight of a histogram is above 0");
            }
            return new Sizes(text, values, false, ends);
        }
        if (Files.isRegularFile(Path.of(text))) {
            return new Sizes(text, Trace.read(Path.of(text)).sizes(), false, new long[0]);
        }
        throw refusal(text, "it is a range such as 4096-32768, a histogram such as 64:9,4096:1, or a recording");
    }

    /// As it was typed.
    public String text() {
        return text;
    }

    private static int bytes(String text, String number) {
        long bytes = Long.parseLong(number);
        if (bytes < 1 || bytes > MOST_BYTES) {
            throw refusal(text, "each size is a whole number from 1 to " + MOST_BYTES);
        }
        return (int) bytes;
    }

    private static IllegalArgumentException refusal(String text, String rule) {
        return new IllegalArgumentException("sizes is '" + text + "', but must be such that " + rule);
    }

    /// Draws one.
    int draw(SplittableRandom random) {
        if (ends.length > 0) {
            int place = Arrays.binarySearch(ends, random.nextLong(ends[ends.length - 1]) + 1);
            return values[place >= 0 ? firstOf(place) : -place - 1];
        }
        return isRange ? random.nextInt(values[0], values[1] + 1) : values[random.nextInt(values.length)];
    }

    /// A size of weight 0 ends where the one before it does, and is none.
    private int firstOf(int place) {
        int first = place;
        while (first > 0 && ends[first - 1] == ends[first]) {
            first--;
        }
        return first;
    }
}
