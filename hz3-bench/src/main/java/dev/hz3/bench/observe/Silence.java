package dev.hz3.bench.observe;

import java.util.concurrent.TimeUnit;

/// Time in which the calling thread does nothing.
public final class Silence {

    private Silence() {}

    /// Waits for `nanos` nanoseconds.
    ///
    /// @throws IllegalStateException if the thread is interrupted, which it stays
    public static void sleepNanos(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interruption);
        }
    }

    /// Waits for `millis` milliseconds.
    ///
    /// @throws IllegalStateException if the thread is interrupted, which it stays
    public static void sleepMillis(long millis) {
        sleepNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
