package dev.hz3.epoch;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// How long a tick may take, whatever there is to do: what it does not get to, the next tick does.
///
///     begin ──────── retire scan ────────▶ 5/8 ── medium reclaim ──▶ 6/8 ──── ledger purge ────▶ 8/8
///
/// A step ends where the next one's part begins, and what one leaves the next one has: whichever has the backlog has most of the tick, and the
/// first does not keep it from the last, which alone makes memory leave. Asked between one piece of work and the next, it lets a step end late by one
/// piece, and never before the first.
///
/// Threads: one at a time, the epoch sees to that.
public final class TickTime {

    private static final int PARTS = 8;
    private static final int RETIRED_BY = 5;
    private static final int RECLAIMED_BY = 6;

    private final LongSupplier nanoTime;
    private final long nanos;
    private final BooleanSupplier left = this::isLeft; // one for all steps
    private long begun;
    private long stepNanos;

    /// Ticks of `nanos` by the clock `nanoTime`.
    public TickTime(LongSupplier nanoTime, long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("nanos=" + nanos + ": less than 0");
        }
        this.nanoTime = nanoTime;
        this.nanos = nanos;
    }

    /// The retire scan begins, and the tick with it.
    ///
    /// @return whether it has time left
    BooleanSupplier retire() {
        begun = nanoTime.getAsLong();
        return until(RETIRED_BY);
    }

    /// Medium reclaim begins.
    ///
    /// @return whether it has time left
    BooleanSupplier reclaim() {
        return until(RECLAIMED_BY);
    }

    /// The ledger's purge begins.
    ///
    /// @return whether it has time left
    BooleanSupplier purge() {
        return until(PARTS);
    }

    private BooleanSupplier until(int parts) {
        stepNanos = nanos / PARTS * parts;
        return left;
    }

    private boolean isLeft() {
        return nanoTime.getAsLong() - begun < stepNanos; // by subtraction: the clock may wrap
    }
}
