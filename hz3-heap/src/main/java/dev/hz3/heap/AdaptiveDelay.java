package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;

import java.util.concurrent.TimeUnit;

/// How long free memory rests before it is purged, learned from what was regretted: pages that were purged and wanted again so soon that holding them had cost
/// less than faulting them in.
///
/// It is the ski-rental problem. To hold a MiB for a second is worth so many page faults (`faultsPerMiBSecond`), so a page that rests for the *break-even time*
/// has cost as much as the fault that a purge would have: who holds each page that long, and no longer, never pays more than twice what the best choice would have
/// cost, whenever the page is wanted again. The delay grows towards that time while purging is regretted, and shrinks to nothing while it is not, because
/// what is not wanted again soon is held for nothing.
///
///     a quarter of what was purged is regretted ──▶ the delay doubles, at least to FIRST epochs, at most to the break-even time
///     a break-even time with purges and no such regret ──▶ the delay is an epoch shorter
///
/// Threads: one tick at a time; the queries from any.
final class AdaptiveDelay {

    /// What the delay grows to from nothing, in epochs.
    static final int FIRST = 4;
    /// One of so many purged pages that is regretted makes the delay grow.
    private static final int REGRET_SHARE = 4;
    /// What is silent leaves within a second whatever was regretted, so a heap is idle after half a second of silence.
    private static final long MOST_QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PAGES_PER_MIB = (1 << 20) / PAGE_BYTES;

    private final int mostEpochs;
    private final long periodNanos;
    private final long breakEvenNanos;
    private volatile int epochs;
    private long windowBegun;
    private long purgedBefore; // in the window before this one
    private long purged; // in this window
    private long regretted; // since the delay grew, at most as far back as `purgedBefore`
    private long regrettedBefore;
    private boolean hasGrown; // in this window
    private long purgedSeen;
    private long regrettedSeen;

    /// A delay of nothing.
    ///
    /// @param mostEpochs what it never exceeds; 0 for a delay that stays nothing
    /// @param periodNanos of an epoch
    /// @param faultsPerMiBSecond how many page faults it is worth to hold a MiB for a second, from 1
    AdaptiveDelay(int mostEpochs, long periodNanos, int faultsPerMiBSecond, long now) {
        long breakEven = TimeUnit.SECONDS.toNanos(PAGES_PER_MIB) / faultsPerMiBSecond;
        this.mostEpochs = (int) Math.min(mostEpochs, breakEven / periodNanos);
        this.periodNanos = periodNanos;
        breakEvenNanos = this.mostEpochs * periodNanos;
        windowBegun = now;
    }

    /// How many epochs free pages rest in a busy heap, if they rest no longer anyway.
    int epochs() {
        return epochs;
    }

    /// How many epochs in a row must be quiet before the heap is idle.
    int quietEpochs() {
        return Math.clamp(MOST_QUIET_NANOS / periodNanos, 1, Math.max(1, epochs));
    }

    /// For how many ns a page that is purged now is regretted: what is left of the break-even time.
    long regretNanos() {
        return breakEvenNanos - epochs * periodNanos;
    }

    /// A tick begins, at `now`, when so many pages have been purged and regretted in all.
    void tick(long now, long purgedInAll, long regrettedInAll) {
        purged += purgedInAll - purgedSeen;
        regretted += regrettedInAll - regrettedSeen;
        purgedSeen = purgedInAll;
        regrettedSeen = regrettedInAll;
        if (isRegretted() && epochs < mostEpochs) {
            grow();
        }
        if (now - windowBegun >= breakEvenNanos) {
            end(now);
        }
    }

    private boolean isRegretted() {
        long sum = regretted + regrettedBefore;
        return sum != 0 && sum * REGRET_SHARE >= purged + purgedBefore;
    }

    private void grow() {
        epochs = Math.min(mostEpochs, Math.max(FIRST, 2 * epochs));
        regretted = 0;
        regrettedBefore = 0;
        hasGrown = true;
    }

    private void end(long now) {
        if (purgedBefore != 0 && !hasGrown && !isRegretted()) {
            epochs = Math.max(0, epochs - 1);
        }
        hasGrown = false;
        purgedBefore = purged;
        regrettedBefore = regretted;
        purged = 0;
        regretted = 0;
        windowBegun = now;
    }
}
