package dev.hz3.release.ledger;

import dev.hz3.segment.Tally;

/// The one place that decides between [Gate#IDLE] and [Gate#BUSY].
///
/// The heap reports each slow path (a cache that had to be filled or emptied). An epoch in which there were more than
/// `idleEvents` of them is busy.
///
/// Threads: [#report()] from any; [#decide()] from one epoch at a time.
public final class IdleGate {

    private final int idleEvents;
    private final Tally events = new Tally();
    private long seen;

    /// A gate for which `idleEvents` slow paths between two epochs are still idle.
    public IdleGate(int idleEvents) {
        if (idleEvents < 0) {
            throw new IllegalArgumentException("idleEvents=" + idleEvents + ": less than 0");
        }
        this.idleEvents = idleEvents;
    }

    /// A slow path was taken.
    public void report() {
        events.increment();
    }

    /// The gate of the epoch that begins now.
    public Gate decide() {
        long now = events.sum();
        long since = now - seen;
        seen = now;
        return since > idleEvents ? Gate.BUSY : Gate.IDLE;
    }
}
