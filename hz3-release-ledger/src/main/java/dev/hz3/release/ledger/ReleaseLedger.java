package dev.hz3.release.ledger;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import dev.hz3.release.boundary.Loan;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.boundary.ReleaseSink;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.PageTable;
import dev.hz3.segment.Segment;
import dev.hz3.segment.Tally;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Where freed pages rest until they are given back to the kernel.
///
///     released ──▶ WAITING ──(age ≥ delay)──▶ lent ──▶ purged, free again
///                     │                         └────▶ refused: waiting again, at most [#RETRIES] times in a row
///                     └── claimed meanwhile: found used when it is to be purged, and left alone
///
/// An entry is a segment with waiting pages, and the pages are bits: adjoining pages join in whatever order they arrive, and the ledger
/// cannot overflow, because there is room for every page there is. Entries are hints. What is purged is
/// what is still free at that moment, lent by the boundary for the while of the call (I5).
///
/// Threads: any thread may enqueue and any thread may tick, also at the same time; locks are per segment, and none is
/// held over a system call.
public final class ReleaseLedger implements ReleaseSink {

    /// After so many refusals in a row a segment's pages rest until one more of them is released or somebody flushes.
    public static final int RETRIES = WaitingPages.RETRIES;

    /// After so many ranges in a row were refused as locked memory is, all memory is taken for locked.
    static final int LOCKED_IN_A_ROW = 64;

    /// Where all memory is taken for locked, every so many epochs one round finds out whether it still is.
    static final int LOCKED_EPOCHS = 64;

    private final OperatingSystem os;
    private final AddressMap map;
    private final ReservedRange range;
    private final PageTable table;
    private final AtomicReferenceArray<WaitingPages> entries;
    private final WaitingQueue queue = new WaitingQueue();
    private final AtomicLong waitingPages = new AtomicLong();
    private final Tally enqueuedRanges = new Tally();
    private final Tally joinedRanges = new Tally();
    private final Tally[] purgedPages = new Tally[ReleaseReason.values().length]; // by why they were free
    private final Tally purgeCalls = new Tally();
    private final Tally earlyPurges = new Tally();
    private final Tally reusedPages = new Tally();
    private final Tally regrettedPages = new Tally();
    private final Tally purgeFailures = new Tally();
    private final Tally lockedRanges = new Tally();
    private final AtomicInteger lockedInARow = new AtomicInteger(); // since the kernel has last taken a range
    private final AtomicInteger epoch;
    private final LongSupplier nanoTime;
    private volatile long regretNanos; // how long a page that was purged may be regretted
    private volatile boolean vectored; // whether the kernel is known to purge many ranges in one call
    private final AtomicReference<@Nullable PurgeRound> spare; // for the next tick

    /// A ledger for the segments of `map`, whose pages `os` purges.
    public ReleaseLedger(OperatingSystem os, AddressMap map) {
        this(os, map, System::nanoTime);
    }

    /// A ledger that measures by `nanoTime` how soon pages are wanted again.
    public ReleaseLedger(OperatingSystem os, AddressMap map, LongSupplier nanoTime) {
        this(os, map, nanoTime, 0);
    }

    /// A ledger whose ages begin at `firstEpoch`, which may be any number.
    ReleaseLedger(OperatingSystem os, AddressMap map, LongSupplier nanoTime, int firstEpoch) {
        this.os = os;
        this.nanoTime = nanoTime;
        epoch = new AtomicInteger(firstEpoch);
        this.map = map;
        range = map.range();
        table = map.table();
        entries = new AtomicReferenceArray<>(map.slots());
        Arrays.setAll(purgedPages, _ -> new Tally());
        spare = new AtomicReference<>(new PurgeRound(os, range)); // now: when pages are to leave, there may be no Java memory for it
        map.beforeOpening(this::entryOf);
    }

    /// Notes released pages. Never loses a range, never asks the system for anything, and needs no memory.
    @Override
    public void released(Segment segment, int first, int count, ReleaseReason reason) {
        enqueue(segment, first, count, reason);
    }

    /// Counts those of them that were purged a moment ago.
    @Override
    public void claimedClean(Segment segment, int first, int count, int clean) {
        WaitingPages entry = entries.get(segment.index());
        if (entry != null && entry.mayRegret()) {
            int regretted = entry.wanted(clean, nanoTime.getAsLong(), regretNanos);
            if (regretted != 0) {
                regrettedPages.add(regretted);
            }
        }
    }

    /// Sets for how many ns a page that is purged from now on may be regretted; 0, as at first, for not at all: who has asked for its purge has nothing to regret.
    public void regretNanos(long nanos) {
        regretNanos = nanos;
    }

    /// Lets free pages rest that nobody has released.
    public void enqueue(Segment segment, PageRange pages) {
        enqueue(segment, pages.first(), pages.count(), ReleaseReason.NEVER_RELEASED);
    }

    private void enqueue(Segment segment, int first, int count, ReleaseReason reason) {
        WaitingPages entry = entryOf(segment.index());
        int added = entry.add(segment, first, count, reason, epoch.get());
        waitingPages.addAndGet(WaitingPages.pages(added));
        enqueuedRanges.increment();
        if ((added & WaitingPages.JOINS) != 0) {
            joinedRanges.increment();
        }
        if ((added & WaitingPages.ENQUEUE) != 0) {
            queue.add(entry);
        }
    }

    /// Made before the first segment opens in the slot, so that it is there when pages are released.
    private WaitingPages entryOf(int slot) {
        WaitingPages entry = entries.get(slot);
        if (entry == null) {
            entries.compareAndSet(slot, null, new WaitingPages());
            entry = entries.get(slot); // ours, or that of whoever was quicker
        }
        return entry;
    }

    /// Purges what has rested long enough, within the plan, and begins a new epoch of ages.
    ///
    /// @return how many pages were purged
    public long tick(ReleaseBoundary boundary, PurgePlan plan) {
        return tick(boundary, plan, () -> true);
    }

    /// Purges by `plan` for as long as `hasTime`, which is asked after each call of the system: what it did not get to is as old as it was.
    ///
    /// @return how many pages were purged
    public long tick(ReleaseBoundary boundary, PurgePlan plan, BooleanSupplier hasTime) {
        return tick(boundary, plan.delayEpochs(), plan.budgetPages(), plan.budgetCalls(), plan.breaksHugePages(), hasTime);
    }

    /// Purges by the numbers of a plan, for a caller that makes no object for each tick.
    ///
    /// @return how many pages were purged
    public long tick(ReleaseBoundary boundary, int delayEpochs, long budgetPages, int budgetCalls, boolean breaksHugePages, BooleanSupplier hasTime) {
        int now = epoch.incrementAndGet();
        if (queue.isEmpty() || isLockedOut() && now % LOCKED_EPOCHS != 0) {
            return 0;
        }
        PurgeRound round = round();
        round.begin(delayEpochs, budgetPages, budgetCalls, breaksHugePages, hasTime, vectored);
        return purge(boundary, round, now);
    }

    /// Purges what waits within the plan, between two epochs: nothing grows older by it.
    ///
    /// @return how many pages were purged
    public long purgeEarly(ReleaseBoundary boundary, PurgePlan plan) {
        earlyPurges.increment();
        return purgeNow(boundary, plan);
    }

    private long purgeNow(ReleaseBoundary boundary, PurgePlan plan) {
        if (queue.isEmpty()) {
            return 0;
        }
        PurgeRound round = round();
        round.begin(plan.delayEpochs(), plan.budgetPages(), plan.budgetCalls(), plan.breaksHugePages(), () -> true, vectored);
        return purge(boundary, round, epoch.get());
    }

    /// Purges everything that waits, whatever its age.
    ///
    /// @return how many pages were purged
    public long flush(ReleaseBoundary boundary) {
        for (int i = 0; i < entries.length(); i++) {
            WaitingPages entry = entries.get(i);
            if (entry != null && entry.tryRevive()) {
                queue.add(entry);
            }
        }
        return purgeNow(boundary, PurgePlan.FLUSH);
    }

    /// Purges segments that have left the address map, whole, header and all: their pages are nobody's, so there is nothing to lend.
    ///
    /// @param purged gets those of them that the kernel took, in their order; the others may be tried again
    public void purgeClosed(List<Segment> closed, List<Segment> purged) {
        if (closed.isEmpty()) {
            return;
        }
        PurgeRound round = round();
        for (int from = 0; from < closed.size(); from += PurgeRound.SEGMENTS) {
            purgeClosed(round, closed, from, Math.min(from + PurgeRound.SEGMENTS, closed.size()), purged);
        }
        spare.set(round); // as in a tick
    }

    private void purgeClosed(PurgeRound round, List<Segment> closed, int from, int end, List<Segment> purged) {
        PurgeBatch batch = round.batch();
        batch.clear();
        round.next();
        for (int i = from; i < end; i++) {
            Segment segment = closed.get(i);
            if (!map.isClosing(segment)) {
                throw new IllegalStateException("purgeClosed(" + segment + "): not closed, or its slot is free already");
            }
            batch.add(segment.base(), Geometry.SEGMENT_BYTES);
            forget(segment);
        }
        addTables(batch, closed, from, end);
        purgeCalls.add(os.purge(batch));
        int locked = 0;
        int before = purged.size();
        for (int i = from; i < end; i++) {
            Segment segment = closed.get(i);
            locked += batch.isLocked(i - from) ? 1 : 0;
            if (batch.isPurged(i - from)) {
                segment.huge(false);
                WaitingPages entry = entryOf(segment.index());
                round.left(segment, entry);
                mayRegret(entry, segment.dirtyPages());
                purged.add(segment);
            } else {
                purgeFailures.increment();
            }
        }
        countPurged(round.reasons());
        noteLocked(locked, purged.size() > before);
    }

    private void countPurged(long[] reasons) {
        for (int i = 0; i < reasons.length; i++) {
            if (reasons[i] != 0) {
                purgedPages[i].add(reasons[i]);
            }
        }
    }

    private void noteLocked(int ranges, boolean isAnyPurged) {
        lockedRanges.add(ranges);
        if (isAnyPurged) {
            lockedInARow.set(0);
        } else if (ranges != 0 && !isLockedOut()) {
            lockedInARow.addAndGet(ranges);
        }
    }

    /// Whether all memory is taken for locked, by `mlockall` and a kernel that has no way to purge what is locked: only a flush, and now and then a round, finds
    /// out whether it still is.
    public boolean isLockedOut() {
        return lockedInARow.get() >= LOCKED_IN_A_ROW;
    }

    /// What describes a segment leaves with it. The words of its pages read as zero already, and a slab is cleared before it is used, so nothing depends on it.
    private void addTables(PurgeBatch batch, List<Segment> closed, int from, int end) {
        for (int i = from; i < end; i++) {
            Segment segment = closed.get(i);
            for (int which = 0; which < PageTable.RANGES; which++) {
                long bytes = segment.tableBytes(which);
                if (bytes != 0) {
                    batch.add(table.tableAddress(segment.index(), which), bytes);
                }
            }
        }
    }

    private void forget(Segment closed) {
        WaitingPages entry = entries.get(closed.index());
        if (entry != null) {
            waitingPages.addAndGet(-entry.forget());
        }
    }

    private void mayRegret(WaitingPages entry, int pages) {
        long nanos = regretNanos;
        if (pages != 0 && nanos > 0) {
            entry.purged(pages, nanoTime.getAsLong(), nanos);
        }
    }

    private long purge(ReleaseBoundary boundary, PurgeRound round, int now) {
        long purged = 0;
        for (int entriesLeft = queue.size(); entriesLeft > 0 && round.hasBudget(); ) {
            round.next();
            boolean ended = false;
            try {
                entriesLeft = fill(round, now, entriesLeft);
                boundary.lend(round.loans(), round);
                ended = true;
            } finally {
                settle(round, ended);
            }
            purged += round.purgedPages();
            if (round.purgedPages() == 0 && isLockedOut()) {
                break;
            }
        }
        vectored = round.isVectored();
        spare.set(round); // one that an exception has cut short is not used again
        return purged;
    }

    /// Returns a round that nobody uses: the one that is kept, or a new one for a tick that meets another.
    private PurgeRound round() {
        PurgeRound kept = spare.getAndSet(null);
        return kept == null ? new PurgeRound(os, range) : kept;
    }

    /// Takes entries out of the queue and into a round, at most `entriesLeft`.
    ///
    /// @return how many may follow
    private int fill(PurgeRound round, int now, int entriesLeft) {
        int left = entriesLeft;
        while (left > 0 && round.hasRoom()) {
            WaitingPages entry = queue.poll();
            if (entry == null) {
                return 0;
            }
            left--;
            int taken = 0;
            try {
                taken = round.take(entry, now);
                waitingPages.addAndGet(-taken);
            } finally {
                if (taken == 0 && entry.tryRequeue()) {
                    queue.add(entry);
                }
            }
        }
        return left;
    }

    /// After the loans: what is not purged waits again, and the segments have their room back.
    private void settle(PurgeRound round, boolean ended) {
        countPurged(round.reasons());
        purgeCalls.add(round.calls());
        purgeFailures.add(round.failures());
        noteLocked(round.lockedRanges(), round.purgedPages() != 0);
        for (int i = 0; i < round.size(); i++) {
            settle(round, i, ended);
        }
    }

    private void settle(PurgeRound round, int index, boolean ended) {
        Loan loan = round.loan(index);
        WaitingPages entry = round.entry(index);
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            long taken = round.taken(index, w);
            // A round that an exception cut short says nothing of what it did: all of it waits again.
            long again = ended ? round.again(index, w) : taken;
            if (again != 0) {
                waitingPages.addAndGet(entry.putBack(loan.segment(), w, again));
            }
            if (ended) {
                reusedPages.add(Long.bitCount(taken & ~loan.lentWord(w)));
            }
        }
        if (ended) {
            mayRegret(entry, round.purged(index));
        }
        loan.segment().home().update(loan.segment());
        if (entry.tryRequeueAfterLoan(!ended || round.isRefused(index))) {
            queue.add(entry);
        }
    }

    // ---- counters ------------------------------------------------------------------------------------------------

    /// Whether a tick would find anything to look at, and might purge it.
    public boolean isWaiting() {
        return !queue.isEmpty() && !isLockedOut();
    }

    /// Pages that rest here now; some of them may have been claimed meanwhile.
    public long waitingPages() {
        return waitingPages.get();
    }

    /// Bytes of the pages that rest here.
    public long waitingBytes() {
        return waitingPages() << Geometry.PAGE_SHIFT;
    }

    /// Ranges that were ever noted.
    public long enqueuedRanges() {
        return enqueuedRanges.sum();
    }

    /// Those of them that adjoined pages that were waiting.
    public long joinedRanges() {
        return joinedRanges.sum();
    }

    /// Pages that the kernel has taken back.
    public long purgedPages() {
        long sum = 0;
        for (Tally pages : purgedPages) {
            sum += pages.sum();
        }
        return sum;
    }

    /// Those of them that were free for `reason`: each page for one.
    public long purgedPages(ReleaseReason reason) {
        return purgedPages[reason.number()].sum();
    }

    /// Those of them that were wanted again so soon that it had been better to keep them. See [#regretNanos(long)].
    public long regrettedPages() {
        return regrettedPages.sum();
    }

    /// How often [#purgeEarly] was called.
    public long earlyPurges() {
        return earlyPurges.sum();
    }

    /// System calls that this took.
    public long purgeCalls() {
        return purgeCalls.sum();
    }

    /// Waiting pages that were found used when their turn came.
    public long reusedPages() {
        return reusedPages.sum();
    }

    /// Ranges that the kernel refused to take back.
    public long purgeFailures() {
        return purgeFailures.sum();
    }

    /// Those of them that it refused as locked memory is (`mlock`), and has no other way to take.
    public long lockedRanges() {
        return lockedRanges.sum();
    }
}
