package dev.hz3.medium.reclaim;

import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.CentralBins;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.Tally;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;

/// Turns free medium runs in stock into free pages.
///
///     central list ──pop──▶ ours ──look up──▶ segment, pages ──release──▶ free pages ──update──▶ pack pool
///                             └── the boundary refuses ──▶ quarantined: counted, kept for a look, never handed out again
///
/// The largest class goes first: it gives the most pages a run.
///
/// Threads: any, also at the same time: whoever pops a run is alone with it.
public final class MediumReclaim {

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final CentralBins[] shards;
    private final AtomicLongArray reclaimedByClass = new AtomicLongArray(SizeClasses.COUNT);
    private final Tally reclaimedRuns = new Tally();
    private final Tally reclaimedPages = new Tally();
    private final Tally boundaryCalls = new Tally();
    private final Tally quarantinedRuns = new Tally();
    private volatile Optional<String> lastQuarantined = Optional.empty();

    /// Reclaims from the stock of `shards` through `boundary`.
    public MediumReclaim(AddressMap map, ReleaseBoundary boundary, List<CentralBins> shards) {
        this.map = map;
        this.boundary = boundary;
        this.shards = shards.toArray(CentralBins[]::new);
    }

    /// One tick with the default budget.
    ///
    /// @return how many runs were reclaimed
    public long tick() {
        return tick(ReclaimBudget.DEFAULT);
    }

    /// One tick over all shards, the largest class first.
    ///
    /// @return how many runs were reclaimed
    public long tick(ReclaimBudget budget) {
        return tick(budget, () -> true);
    }

    /// Reclaims within `budget` for as long as `hasTime`, which is asked after each run.
    ///
    /// @return how many runs were reclaimed
    public long tick(ReclaimBudget budget, BooleanSupplier hasTime) {
        return tick(budget.runs(), budget.pages(), budget.surplusOnly(), hasTime);
    }

    /// Reclaims by the numbers of a budget, for a caller that makes no object for each tick.
    ///
    /// @return how many runs were reclaimed
    public long tick(int budgetRuns, long budgetPages, boolean surplusOnly, BooleanSupplier hasTime) {
        boolean goesOn = true;
        long runsLeft = budgetRuns;
        long pagesLeft = budgetPages;
        long reclaimed = 0;
        for (int c = SizeClasses.COUNT - 1; c >= SizeClasses.FIRST_MEDIUM; c--) {
            int pages = SizeClasses.pages(c);
            for (CentralBins stock : shards) {
                int surplus = stock.takeSurplus(c);
                long most = Math.min(runsLeft, surplusOnly ? surplus : Integer.MAX_VALUE);
                while (goesOn && most > 0 && pagesLeft > 0) {
                    long run = stock.pop(c);
                    if (run == CentralBins.NONE) {
                        break;
                    }
                    most--;
                    runsLeft--;
                    pagesLeft -= pages;
                    reclaimed += release(run, c) ? 1 : 0;
                    goesOn = hasTime.getAsBoolean();
                }
            }
        }
        return reclaimed;
    }

    /// Reclaims at most `runs` runs of one class of one shard, now: on demand, outside the calendar.
    ///
    /// @return how many it was
    public long reclaim(int shard, int sizeClass, int runs) {
        if (!SizeClasses.isMedium(sizeClass) || sizeClass >= SizeClasses.COUNT || runs < 0) {
            throw new IllegalArgumentException("reclaim(shard=" + shard + ", sizeClass=" + sizeClass + ", runs=" + runs + "): no such runs");
        }
        CentralBins stock = shards[shard];
        long reclaimed = 0;
        for (int left = runs; left > 0; left--) {
            long run = stock.pop(sizeClass);
            if (run == CentralBins.NONE) {
                break;
            }
            reclaimed += release(run, sizeClass) ? 1 : 0;
        }
        return reclaimed;
    }

    private boolean release(long run, int sizeClass) {
        Segment segment = map.find(run);
        int first = Segment.pageOf(run);
        int pages = SizeClasses.pages(sizeClass);
        boundaryCalls.increment();
        try {
            boundary.release(segment, first, pages, ReleaseReason.MEDIUM_RUN_RECLAIM);
        } catch (BoundaryViolation refused) {
            return quarantine(run, sizeClass, String.valueOf(refused.getMessage()));
        }
        segment.home().update(segment);
        reclaimedByClass.incrementAndGet(sizeClass);
        reclaimedRuns.increment();
        reclaimedPages.add(pages);
        return true;
    }

    private boolean quarantine(long run, int sizeClass, String why) {
        quarantinedRuns.increment();
        lastQuarantined = Optional.of("run 0x" + Long.toHexString(run) + ", pages=" + SizeClasses.pages(sizeClass) + ": " + why);
        return false;
    }

    // ---- counters ------------------------------------------------------------------------------------------------

    /// Runs that were reclaimed.
    public long reclaimedRuns() {
        return reclaimedRuns.sum();
    }

    /// Runs of one class that were reclaimed.
    public long reclaimedRuns(int sizeClass) {
        return reclaimedByClass.get(sizeClass);
    }

    /// Their pages.
    public long reclaimedPages() {
        return reclaimedPages.sum();
    }

    /// How often the boundary was asked.
    public long boundaryCalls() {
        return boundaryCalls.sum();
    }

    /// Runs that failed a check: they are in nobody's hands and will not be handed out again.
    public long quarantinedRuns() {
        return quarantinedRuns.sum();
    }

    /// The last run that was quarantined and why, in words.
    public Optional<String> lastQuarantined() {
        return lastQuarantined;
    }
}
