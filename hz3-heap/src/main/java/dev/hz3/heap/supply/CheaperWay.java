package dev.hz3.heap.supply;

/// Finds out which of two ways to do one thing costs less, here and now.
///
///     the usual way ──▶ its price, an average in which each older one counts for half
///     the other one ──tried once after a pause──▶ its price, as it is now; the pause is so long that trying costs a twentieth
///
/// Prices are in nanoseconds for one thing of the same size. They differ by forty times between machines, and on one machine from one minute to the next, so no
/// price is ever taken for granted.
///
/// Threads: any.
final class CheaperWay {

    /// A price that nobody has paid yet.
    static final double UNKNOWN = -1;
    /// What is lost by trying the dearer way is at most one part in so many of what is paid.
    private static final int TRIAL_SHARE = 20;
    private static final int SHORTEST_PAUSE = 16;
    private static final int LONGEST_PAUSE = 4096;
    /// The usual way is timed once in so many times.
    private static final int TIMED_EACH = 16;

    private final double believedTimes;
    private final double[] nanos = {UNKNOWN, UNKNOWN};
    private int usual;
    private int uses;
    private int left; // uses until the other way is tried

    /// @param believedTimes of a price of the usual way, what is more than this multiple of what it was is not believed: a thread that loses its processor meanwhile
    ///     pays milliseconds for a page
    CheaperWay(double believedTimes) {
        this.believedTimes = believedTimes;
    }

    /// The way to go now: 0 or 1.
    synchronized int next() {
        if (nanos[usual] == UNKNOWN) {
            return usual;
        }
        if (left > 0) {
            left--;
            return usual;
        }
        left = pause();
        return other();
    }

    /// Counts a use of the way.
    ///
    /// @return whether the caller must time it and report it to [#paid]
    synchronized boolean countUse(int way) {
        return way != usual || nanos[way] == UNKNOWN || ++uses % TIMED_EACH == 0;
    }

    /// Notes what one use of a way has cost.
    synchronized void paid(int way, double price) {
        boolean isTrial = way != usual;
        boolean isFirst = nanos[way] == UNKNOWN;
        nanos[way] = isTrial || isFirst ? price : (nanos[way] + Math.min(price, believedTimes * nanos[way])) / 2;
        settle(isTrial);
    }

    /// Sets what a way costs now, where somebody else knows it.
    synchronized void priced(int way, double price) {
        nanos[way] = price;
        settle(false);
    }

    /// Notes that a way could not be gone, and the other one was: that has cost a little more than the other one alone.
    synchronized void refused(int way) {
        paid(way, nanos[1 - way] * (1 + 1.0 / TRIAL_SHARE));
    }

    /// What a way costs, as far as is known; [#UNKNOWN] if it is not.
    synchronized double nanos(int way) {
        return nanos[way];
    }

    /// What the usual way costs, as far as is known; [#UNKNOWN] if it is not.
    synchronized double cheaperNanos() {
        return nanos[usual];
    }

    private int other() {
        return 1 - usual;
    }

    private void settle(boolean isTrial) {
        if (nanos[other()] == UNKNOWN) {
            left = 0;
            return;
        }
        if (nanos[other()] < nanos[usual]) {
            usual = other();
        }
        left = isTrial ? pause() : Math.min(left, pause());
    }

    private int pause() {
        double excess = nanos[other()] - nanos[usual];
        return excess > 0 ? (int) Math.clamp(TRIAL_SHARE * excess / nanos[usual], SHORTEST_PAUSE, LONGEST_PAUSE) : SHORTEST_PAUSE;
    }
}
