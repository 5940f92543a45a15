package dev.hz3.epoch;

import dev.hz3.segment.Tally;

/// The one place that decides between [Load#IDLE] and [Load#BUSY].
///
/// The heap reports each slow path (a cache that had to be filled or emptied). An epoch in which there were more than
/// `idleEvents` of them is busy, and so are the epochs after it until as many as [#quietEpochs(int)] says have been quiet.
///
/// Threads: [#report()] from any; the others from one epoch at a time.
public final class IdleGate {

    private final int idleEvents;
    private final Tally events = new Tally();
    private long seen;
    private int quietEpochs = 1;
    private int quiet;

    /// A gate for which `idleEvents` slow paths between two epochs are still idle.
    public IdleGate(int idleEvents) {
        if (idleEvents < 0) {
            throw new IllegalArgumentException("idleEvents=" + idleEvents + ": less than 0");
        }
        this.idleEvents = idleEvents;
    }

    /// Sets how many epochs in a row must have been quiet before the heap is idle, from 1, as at first.
    public void quietEpochs(int epochs) {
        if (epochs < 1) {
            throw new IllegalArgumentException("quietEpochs=" + epochs + ": less than 1");
        }
        quietEpochs = epochs;
    }

    /// A slow path was taken.
    public void report() {
        events.increment();
    }

    /// The gate of the epoch that begins now.
    public Load decide() {
        long now = events.sum();
        long since = now - seen;
        seen = now;
        quiet = since > idleEvents ? 0 : Math.min(quiet + 1, quietEpochs);
        return quiet < quietEpochs ? Load.BUSY : Load.IDLE;
    }
}
