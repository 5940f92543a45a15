package dev.hz3.bench.observe;

import java.time.Duration;

/// How far something that takes long has come, and how long it may take yet: as long for each step as the steps before it. To be used by one thread.
public final class Progress {

    private static final int SECONDS_ENOUGH = 90;

    private final long startNanos;
    private final int total;
    private int done;

    /// Of `total` steps, from now on.
    public Progress(int total) {
        this(total, System.nanoTime());
    }

    Progress(int total, long startNanos) {
        this.total = total;
        this.startNanos = startNanos;
    }

    /// One more step is through.
    public void step() {
        done++;
    }

    /// Whether one is through, so that there is an estimate.
    public boolean hasBegun() {
        return done > 0;
    }

    /// Such as `[3/8, about 2 min left] `; without an estimate before the first step is through.
    public String mark() {
        return mark(System.nanoTime());
    }

    String mark(long nowNanos) {
        String left = done == 0 ? "" : ", about " + minutes(Duration.ofNanos((nowNanos - startNanos) / done * (total - done))) + " left";
        return "[" + done + "/" + total + left + "] ";
    }

    /// Such as `80 s` or `2 min`.
    public static String minutes(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < SECONDS_ENOUGH ? seconds + " s" : (seconds + 30) / 60 + " min";
    }
}
