package dev.hz3.heap;

import dev.hz3.epoch.Epoch;
import dev.hz3.epoch.EpochBudgets;
import dev.hz3.epoch.Load;
import dev.hz3.heap.cache.CallerCache;
import dev.hz3.heap.supply.StackRoom;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.retire.scan.RetireBudget;
import dev.hz3.segment.PageWord;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentHeader;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What the virtual machine needs stack or Java memory for the first time, done before there is a heap: later there may be none left.
final class Rehearsal {

    private Rehearsal() {}

    static void perform() {
        try {
            // A class whose initializer runs out of stack or of Java memory is lost to the virtual machine for good.
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            for (Class<?> needed : List.of(Request.class, SizeClasses.class, Segment.class, PageWord.class, SegmentKind.class,
                    ReleaseReason.class, PurgePlan.class, ReclaimBudget.class, RetireBudget.class, EpochBudgets.class, Load.class,
                    StackRoom.class, CallerCache.Outcome.class, SegmentHeader.class, BoundaryViolation.Check.class, Epoch.Outcome.class,
                    HeapUpkeep.Share.class, BlockGuard.class, LockSupport.class)) {
                lookup.ensureInitialized(needed);
            }
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
        closeArenas();
        waitForLock();
    }

    /// The first close of an arena needs Java memory, and one of a heap must be closed when there is none.
    @SuppressWarnings("MustBeClosedChecker")
    private static void closeArenas() {
        Arena.ofConfined().close();
        Arena.ofShared().close();
    }

    /// The first wait for a lock that another thread holds initializes the queue of those who wait.
    private static void waitForLock() {
        boolean isInterrupted = Thread.interrupted();
        try {
            new CountDownLatch(1).await(1, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
