package dev.hz3.bench.observe;

import java.util.Locale;

/// Bytes as people read them: in MiB.
public final class Mebibytes {

    /// The bytes of one MiB.
    public static final long BYTES = 1L << 20;

    private Mebibytes() {}

    /// Such as `3,512.4`.
    public static String text(long bytes) {
        return String.format(Locale.ROOT, "%,.1f", (double) bytes / BYTES);
    }

    /// Such as `3,512`.
    public static String rounded(long bytes) {
        return String.format(Locale.ROOT, "%,d", Math.round((double) bytes / BYTES));
    }
}
