package dev.hz3.epoch;

import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireScan;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One tick of upkeep.
///
///     heap's own step ──▶ retire scan ──▶ medium reclaim ──▶ ledger purge
///     (flush, trim)       small pages      medium runs       to the kernel
///
/// The order is the one right one (I6): each step feeds the next, so what is flushed in a tick can leave in the same tick.
/// Ticks do not nest and do not overlap: who comes while one runs goes away at once. A step that fails is counted and
/// kept for a look; the steps after it run, and the caller does not hear of it.
///
/// Threads: any.
public final class Epoch {

    /// The four steps, in their order.
    ///
    /// @param heap what the heap contributes: flush what is owed to other owners, trim the thread caches
    /// @param retireScan empty small pages become free pages
    /// @param mediumReclaim free medium runs become free pages
    /// @param ledgerPurge free pages go back to the kernel
    public record Steps(EpochStep heap, EpochStep retireScan, EpochStep mediumReclaim, EpochStep ledgerPurge) {

        /// The steps of a tick over these boxes, with budgets by the gate. What a busy heap may spend depends on how things stand when the step
        /// begins. All steps together have `time`, idle or busy.
        public static Steps of(EpochStep heap, RetireScan retire, MediumReclaim reclaim, ReleaseLedger ledger, ReleaseBoundary boundary,
                EpochBudgets idle, BusyBudgets busy, TickTime time) {
            return new Steps(
                    heap,
                    gate -> gate == Load.IDLE
                            ? retire.tick(idle.retire(), time.retire())
                            : retire.tick(busy.retirePages(), !busy.isEager(), time.retire()),
                    gate -> gate == Load.IDLE
                            ? reclaim.tick(idle.reclaim(), time.reclaim())
                            : reclaim.tick(busy.reclaimRuns(), busy.reclaimPages(), !busy.isEager(), time.reclaim()),
                    gate -> gate == Load.IDLE
                            ? ledger.tick(boundary, idle.purge(), time.purge())
                            : ledger.tick(boundary, busy.delayEpochs(), busy.purgePages(), busy.purgeCalls(), busy.isEager(), time.purge()));
        }
    }

    /// What became of a tick.
    public enum Outcome {
        /// Another tick was running, on this thread or another.
        SKIPPED,
        /// It ran, and there was nothing to do.
        NOTHING_TO_DO,
        /// It ran while the heap was busy.
        BUSY,
        /// It ran while the heap was idle, and moved something.
        MOVED
    }

    private final Steps steps;
    private final IdleGate gate;
    private final ReentrantLock running = new ReentrantLock();
    private boolean closed; // under running
    // Counted under running; an adder would need memory, and a tick may be that of a thread that frees.
    private volatile long epochs;
    private volatile long idleTicks;
    private volatile long busyTicks;
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable Throwable lastFailure;

    /// Ticks of `steps`, with `gate` deciding how busy the heap is.
    public Epoch(Steps steps, IdleGate gate) {
        this.steps = steps;
        this.gate = gate;
    }

    /// One tick, now, on this thread; or nothing where one is running.
    public Outcome tick() {
        return tick(steps);
    }

    /// One tick of other steps in the same order: who asks for a tick may have more time than the clock.
    public Outcome tick(Steps others) {
        return tick(others, true);
    }

    /// One tick for a thread that comes from the slow path of an allocation or a free: that the heap is busy needs no
    /// deciding, and the next decision is left as it would have been. The steps are others in the same order: such a thread has less time.
    public Outcome tickBusy(Steps others) {
        return tick(others, false);
    }

    private Outcome tick(Steps steps, boolean decide) {
        if (running.isHeldByCurrentThread() || !running.tryLock()) {
            return Outcome.SKIPPED;
        }
        try {
            if (closed) {
                return Outcome.SKIPPED;
            }
            Load decided = decide ? gate.decide() : Load.BUSY;
            count(decided);
            long moved = runSteps(steps, decided);
            if (decided == Load.BUSY) {
                return Outcome.BUSY;
            }
            return moved == 0 ? Outcome.NOTHING_TO_DO : Outcome.MOVED;
        } finally {
            running.unlock();
        }
    }

    /// One tick of other steps in the same order, with [Load#IDLE], after waiting for a tick that is running.
    ///
    /// @return whether it ran; `false` where this thread is inside a tick, or the epoch is closed
    public boolean force(Steps others) {
        if (running.isHeldByCurrentThread()) {
            return false;
        }
        running.lock();
        try {
            boolean runs = !closed;
            if (runs) {
                runSteps(others, Load.IDLE);
            }
            return runs;
        } finally {
            running.unlock();
        }
    }

    /// The last thing that ever runs here, after waiting for a tick that is running; every later tick is skipped.
    public void close(EpochStep last) {
        running.lock();
        try {
            closed = true;
            run(last, Load.IDLE);
        } finally {
            running.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under running
    private void count(Load decided) {
        if (decided == Load.IDLE) {
            idleTicks++;
        } else {
            busyTicks++;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under running
    private long runSteps(Steps steps, Load decided) {
        epochs++;
        return run(steps.heap(), decided) + run(steps.retireScan(), decided) + run(steps.mediumReclaim(), decided)
                + run(steps.ledgerPurge(), decided);
    }

    /// Isolates a step: upkeep that fails must not reach whoever allocates or frees. What is done about a failure allocates nothing and calls
    /// nothing, as there may be neither memory nor stack left for it.
    private long run(EpochStep step, Load decided) {
        try {
            return step.run(decided);
        } catch (Throwable failure) { // also an OutOfMemoryError or a StackOverflowError: it is the step's, not the caller's
            failed(failure);
            return 0;
        }
    }

    /// Ticks that ran.
    public long epochs() {
        return epochs;
    }

    /// Those of them that found the heap idle.
    public long idleTicks() {
        return idleTicks;
    }

    /// Those of them that found the heap busy.
    public long busyTicks() {
        return busyTicks;
    }

    /// Counts a failure and keeps it for a look: that of a step, or of what is around the steps of a tick.
    void failed(Throwable failure) {
        failures.incrementAndGet();
        lastFailure = failure;
    }

    /// Steps that failed, and ticks of the clock that failed beside their steps.
    public long failures() {
        return failures.get();
    }

    /// What the last of them threw.
    public Optional<Throwable> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }
}
