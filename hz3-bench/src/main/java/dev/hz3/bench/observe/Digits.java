package dev.hz3.bench.observe;

import java.util.Locale;

/// Figures as they are read: with three digits, however large.
public final class Digits {

    private Digits() {}

    /// A figure with the digits that say something, such as `0.0112`, `0.704`, `3.94`, `27.1` or `1,207`.
    public static String of(double value) {
        if (!Double.isFinite(value)) { // nothing, or so many times nothing
            return "—";
        }
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : size >= 0.1 ? "%.3f" : "%.4f", value);
    }
}
