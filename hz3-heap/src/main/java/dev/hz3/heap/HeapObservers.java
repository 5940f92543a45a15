package dev.hz3.heap;

import dev.hz3.epoch.Epoch;
import dev.hz3.epoch.EpochStep;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.Gate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Who hears of what a heap does. Where nobody does, nothing is measured, and nothing is made on the Java heap.
///
/// Threads: any; turns one at a time, the epoch sees to that.
final class HeapObservers {

    /// The steps of a turn, in their order.
    private static final int CACHES = 0;
    private static final int RETIRE = 1;
    private static final int RECLAIM = 2;
    private static final int PURGE = 3;
    private static final int STEPS = 4;

    private final List<Registration> observers = new CopyOnWriteArrayList<>();

    // Of the turn that runs, and where the counters stood before it; under the epoch's lock.
    private final long[] nanos = new long[STEPS];
    private final long[] moved = new long[STEPS];
    private boolean isWatched;
    private long purgedPages;
    private long purgeCalls;
    private long purgeRefusals;
    private final Map<ReleaseReason, Long> released = new EnumMap<>(ReleaseReason.class);

    /// One observer, as often as it was added: no two are equal.
    private static final class Registration {
        private final HeapObserver observer;

        Registration(HeapObserver observer) {
            this.observer = observer;
        }
    }

    /// Adds one.
    ///
    /// @return what takes it away again
    Runnable add(HeapObserver observer) {
        Registration registration = new Registration(observer);
        observers.add(registration);
        return () -> observers.remove(registration);
    }

    boolean isEmpty() {
        return observers.isEmpty();
    }

    /// Tells all of them.
    void tell(Consumer<HeapObserver> what) {
        for (Registration registration : observers) {
            try {
                what.accept(registration.observer);
            } catch (RuntimeException | OutOfMemoryError | StackOverflowError failure) {
                // It is no business of whoever uses the heap.
            }
        }
    }

    /// Returns steps that do what `steps` do, and are watched if somebody listens.
    Epoch.Steps watched(HeapParts parts, Epoch.Steps steps) {
        return new Epoch.Steps(
                now -> {
                    begin(parts);
                    return run(CACHES, steps.heap(), now, parts);
                },
                now -> run(RETIRE, steps.retireScan(), now, parts),
                now -> run(RECLAIM, steps.mediumReclaim(), now, parts),
                now -> {
                    try {
                        return run(PURGE, steps.ledgerPurge(), now, parts);
                    } finally {
                        end(parts, now);
                    }
                });
    }

    private void begin(HeapParts parts) {
        isWatched = !isEmpty();
        if (isWatched) {
            for (int step = 0; step < STEPS; step++) {
                nanos[step] = 0;
                moved[step] = 0; // of a step that fails
            }
            purgedPages = parts.ledger().purgedPages();
            purgeCalls = parts.ledger().purgeCalls();
            purgeRefusals = parts.ledger().purgeFailures();
        }
    }

    private long run(int index, EpochStep step, Gate now, HeapParts parts) {
        if (!isWatched) {
            return step.run(now);
        }
        long begun = parts.nanoTime().getAsLong();
        try {
            long many = step.run(now);
            moved[index] = many;
            return many;
        } finally {
            nanos[index] = parts.nanoTime().getAsLong() - begun;
        }
    }

    private void end(HeapParts parts, Gate now) {
        if (!isWatched) {
            return;
        }
        ReleaseBoundary boundary = parts.boundary();
        UpkeepTurn turn = new UpkeepTurn(
                now == Gate.IDLE,
                nanos[CACHES],
                nanos[RETIRE],
                nanos[RECLAIM],
                nanos[PURGE],
                moved[CACHES],
                moved[RETIRE],
                moved[RECLAIM],
                parts.ledger().purgedPages() - purgedPages,
                parts.ledger().purgeCalls() - purgeCalls,
                parts.ledger().purgeFailures() - purgeRefusals,
                new UpkeepTurn.Released(
                        releasedSince(boundary, ReleaseReason.SMALL_PAGE_RETIRE),
                        releasedSince(boundary, ReleaseReason.SUB4K_RUN_RETIRE),
                        releasedSince(boundary, ReleaseReason.SUB8K_RUN_RETIRE),
                        releasedSince(boundary, ReleaseReason.MEDIUM_RUN_RECLAIM),
                        releasedSince(boundary, ReleaseReason.LARGE_FREE)),
                parts.map().open());
        tell(observer -> observer.turned(turn));
    }

    private long releasedSince(ReleaseBoundary boundary, ReleaseReason reason) {
        long pages = boundary.releasedPages(reason);
        Long before = released.put(reason, pages);
        return before == null ? pages : pages - before;
    }
}
