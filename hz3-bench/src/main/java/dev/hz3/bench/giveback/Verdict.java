package dev.hz3.bench.giveback;

import java.util.Locale;
import java.util.Optional;

/// What a contender did, in a line: `RETURNED 99.1 % in 0.3 s, 118 calls`, or `HELD 100 %`.
///
/// @param kind by which lines are counted and coloured
/// @param sentence the line
public record Verdict(Kind kind, String sentence) {

    /// Most, some, nothing, or nobody knows.
    public enum Kind {
        /// At least nine tenths of what was freed went back in the silence.
        RETURNED,
        /// Some of it.
        PART,
        /// Less than a tenth.
        HELD,
        /// It was not measured.
        MISSING
    }

    private static final double MOST = 90;
    private static final double LEAST = 10;
    private static final double ALL = 100;

    /// On `observed`.
    public static Verdict of(Observed observed) {
        Optional<Double> returned = observed.figure("returned_percent");
        if (returned.isEmpty()) {
            return new Verdict(Kind.MISSING, "missing: " + observed.why());
        }
        double percent = returned.get();
        if (percent < LEAST) {
            return new Verdict(Kind.HELD, "HELD " + percent(ALL - percent));
        }
        String calls = observed.figure("purge_calls").map(count -> String.format(Locale.ROOT, ", %,.0f calls", count)).orElse("");
        if (percent < MOST) {
            String half = observed.figure("until_50_percent_s").map(seconds -> ", half of it in " + seconds(seconds)).orElse("");
            return new Verdict(Kind.PART, "RETURNED " + percent(percent) + half + calls + "; HELD " + percent(ALL - percent));
        }
        String time = observed.figure("until_90_percent_s").map(seconds -> " in " + seconds(seconds)).orElse("");
        return new Verdict(Kind.RETURNED, "RETURNED " + percent(percent) + time + calls);
    }

    private static String percent(double percent) {
        return String.format(Locale.ROOT, percent > 99.95 || percent < 0.05 ? "%.0f %%" : "%.1f %%", percent);
    }

    private static String seconds(double seconds) {
        return seconds < 0.01 ? "less than 0.01 s" : String.format(Locale.ROOT, "%.2f s", seconds);
    }
}
