package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.epoch.Epoch;
import dev.hz3.epoch.EpochStep;
import dev.hz3.epoch.Load;
import dev.hz3.heap.supply.SegmentWatch;
import dev.hz3.heap.supply.StackRoom;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Who hears of what a heap does. Where nobody does, nothing is measured, and nothing is made on the Java heap.
///
///     a segment comes or goes, inside a cache ──▶ noted ──▶ told when the thread has left the cache, or when a tick ends
///
/// Threads: any; ticks one at a time, the epoch sees to that.
final class HeapObservers implements SegmentWatch {

    /// The steps of a tick, in their order.
    private static final int CACHES = 0;
    private static final int RETIRE = 1;
    private static final int RECLAIM = 2;
    private static final int PURGE = 3;
    private static final int STEPS = 4;

    /// An observer may use the heap, and so make more to be told: so many are told at a time.
    private static final int MOST_AT_ONCE = 1 << 10;

    private final List<Registration> observers = new CopyOnWriteArrayList<>();
    private final AddressMap map;
    private final ReleaseLedger ledger;
    private final LongSupplier nanoTime;
    /// One for each segment that came or went in a slow path, or a tick, that has not ended yet.
    private final Queue<SegmentChange> changes = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isTelling = new AtomicBoolean();
    private final AtomicBoolean isPressing = new AtomicBoolean();

    // Of the tick that runs, and where the counters stood before it; under the epoch's lock.
    private final long[] nanos = new long[STEPS];
    private final long[] moved = new long[STEPS];
    private boolean isWatched;
    private long purgeCalls;
    private long purgeRefusals;
    private final Map<ReleaseReason, Long> purgedPages = new EnumMap<>(ReleaseReason.class);

    private record SegmentChange(boolean isOpening, ObservedSegment segment) {}

    /// Tells nobody yet.
    ///
    /// @param nanoTime the clock by which steps are measured
    HeapObservers(AddressMap map, ReleaseLedger ledger, LongSupplier nanoTime) {
        this.map = map;
        this.ledger = ledger;
        this.nanoTime = nanoTime;
    }

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

    @Override
    public void opened(Segment segment) {
        note(true, segment);
    }

    @Override
    public void closed(Segment segment) {
        note(false, segment);
    }

    private void note(boolean isOpening, Segment segment) {
        if (isEmpty()) {
            return;
        }
        try {
            changes.add(new SegmentChange(isOpening, new ObservedSegment(segment.base(), segment.kind() == SegmentKind.SMALL, segment.isHuge(), map.open())));
        } catch (OutOfMemoryError noMemory) {
            // The segment has come or gone all the same.
        }
    }

    /// Tells of the segments that have come and gone. By a thread that is in no cache and holds no lock but the epoch's.
    void deliver() {
        if (changes.isEmpty() || !StackRoom.isThere() || !isTelling.compareAndSet(false, true)) {
            return;
        }
        try {
            SegmentChange change = changes.poll();
            for (int told = 1; change != null; change = told++ < MOST_AT_ONCE ? changes.poll() : null) {
                ObservedSegment segment = change.segment();
                if (change.isOpening()) {
                    tell(observer -> observer.segmentOpened(segment));
                } else {
                    tell(observer -> observer.segmentClosed(segment));
                }
            }
        } finally {
            isTelling.set(false);
        }
    }

    /// Tells that there is no room for a request, unless somebody is being told.
    ///
    /// @return whether anybody was told
    boolean press(long byteSize, long softBytes) {
        if (isEmpty() || !isPressing.compareAndSet(false, true)) {
            return false;
        }
        try {
            long residentBytes = map.residentPages() << PAGE_SHIFT;
            tell(observer -> observer.underPressure(byteSize, residentBytes, softBytes));
            return true;
        } finally {
            isPressing.set(false);
        }
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
    Epoch.Steps watched(Epoch.Steps steps) {
        return new Epoch.Steps(
                now -> {
                    begin();
                    return run(CACHES, steps.heap(), now);
                },
                now -> run(RETIRE, steps.retireScan(), now),
                now -> run(RECLAIM, steps.mediumReclaim(), now),
                now -> {
                    try {
                        return run(PURGE, steps.ledgerPurge(), now);
                    } finally {
                        end(now);
                    }
                });
    }

    private void begin() {
        isWatched = !isEmpty();
        if (isWatched) {
            for (int step = 0; step < STEPS; step++) {
                nanos[step] = 0;
                moved[step] = 0; // of a step that fails
            }
            for (ReleaseReason reason : ReleaseReason.values()) {
                purgedPages.put(reason, ledger.purgedPages(reason));
            }
            purgeCalls = ledger.purgeCalls();
            purgeRefusals = ledger.purgeFailures();
        }
    }

    private long run(int index, EpochStep step, Load now) {
        if (!isWatched) {
            return step.run(now);
        }
        long begun = nanoTime.getAsLong();
        try {
            long many = step.run(now);
            moved[index] = many;
            return many;
        } finally {
            nanos[index] = nanoTime.getAsLong() - begun;
        }
    }

    private void end(Load now) {
        if (!isWatched) {
            return;
        }
        deliver();
        UpkeepTick tick = new UpkeepTick(
                now == Load.IDLE,
                nanos[CACHES],
                nanos[RETIRE],
                nanos[RECLAIM],
                nanos[PURGE],
                moved[CACHES],
                moved[RETIRE],
                moved[RECLAIM],
                new UpkeepTick.Purged(
                        purgedFor(ReleaseReason.SMALL_PAGE_RETIRE),
                        purgedFor(ReleaseReason.SUB4K_RUN_RETIRE),
                        purgedFor(ReleaseReason.SUB8K_RUN_RETIRE),
                        purgedFor(ReleaseReason.MEDIUM_RUN_RECLAIM),
                        purgedFor(ReleaseReason.LARGE_FREE),
                        purgedFor(ReleaseReason.NEVER_RELEASED)),
                ledger.purgeCalls() - purgeCalls,
                ledger.purgeFailures() - purgeRefusals,
                map.open());
        tell(observer -> observer.ticked(tick));
    }

    private long purgedFor(ReleaseReason reason) {
        return ledger.purgedPages(reason) - purgedPages.getOrDefault(reason, 0L);
    }
}
