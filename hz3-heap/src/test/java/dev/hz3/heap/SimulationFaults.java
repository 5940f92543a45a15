package dev.hz3.heap;

import dev.hz3.os.testing.FaultySystem;
import dev.hz3.os.testing.FaultySystem.Verb;

/// What the machine of a simulated life refuses.
final class SimulationFaults {

    private final NativeHeap heap;
    private final FaultySystem faulty;
    private final SimulationDraw other;
    private boolean isRefusing;
    private boolean purgeWasRefused;

    /// @param other for what does not change the course of the rest
    SimulationFaults(NativeHeap heap, FaultySystem faulty, SimulationDraw other) {
        this.heap = heap;
        this.faulty = faulty;
        this.other = other;
    }

    /// Whether it may be refusing something.
    boolean isRefusing() {
        return isRefusing;
    }

    /// Whether it ever was to refuse a purge.
    boolean purgeWasRefused() {
        return purgeWasRefused;
    }

    /// Refusals so far.
    long injected() {
        return faulty.injected();
    }

    /// Has the machine refuse something from now on.
    void refuse(SimulationDraw draw) {
        isRefusing = true;
        int calls = draw.percent(30) ? Integer.MAX_VALUE : 1 + draw.next(4);
        switch (draw.next(6)) {
            case 0 -> faulty.failAfter(Verb.COMMIT, draw.next(2), calls);
            case 1 -> faulty.failNext(Verb.ADVISE, calls);
            case 2 -> faulty.failNext(Verb.FENCE, 1);
            default -> {
                purgeWasRefused = true;
                int passed = draw.percent(50) ? 0 : draw.next(4);
                faulty.failRanges(index -> index >= passed);
                faulty.purgeWhatIsRefused(draw.percent(40));
                faulty.purgeHalfOfWhatIsRefused(draw.percent(40));
                faulty.refuseAsLocked(other.percent(40));
                faulty.failAfter(Verb.PURGE, draw.next(2), calls);
            }
        }
    }

    /// Has it refuse nothing.
    void heal() {
        faulty.heal();
        isRefusing = false;
        if (heap.parts().ledger().isLockedOut()) {
            heap.trim(); // only that finds out at once that memory is not locked any more
        }
    }
}
