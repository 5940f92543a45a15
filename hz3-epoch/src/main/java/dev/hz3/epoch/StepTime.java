package dev.hz3.epoch;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// How long one step of a busy turn may take, whatever there is to do: what it does not get to, the next turn does.
///
/// Asked between one piece of work and the next, it lets a step end late by one piece, and never before the first.
///
/// Threads: one at a time, the epoch sees to that.
public final class StepTime {

    private final LongSupplier nanoTime;
    private final long nanos;
    private final BooleanSupplier left = this::isLeft; // one for all steps
    private long begun;

    /// Steps of `nanos` by the clock `nanoTime`.
    public StepTime(LongSupplier nanoTime, long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("nanos=" + nanos + ": less than 0");
        }
        this.nanoTime = nanoTime;
        this.nanos = nanos;
    }

    /// A step begins.
    ///
    /// @return whether it has time left
    public BooleanSupplier begin() {
        begun = nanoTime.getAsLong();
        return left;
    }

    private boolean isLeft() {
        return nanoTime.getAsLong() - begun < nanos; // by subtraction: the clock may wrap
    }
}
