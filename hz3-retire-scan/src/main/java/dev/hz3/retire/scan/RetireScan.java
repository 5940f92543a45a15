package dev.hz3.retire.scan;

import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
import dev.hz3.segment.Tally;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Turns runs of small blocks that are empty into free pages.
///
///     list of empty runs ──take──▶ ours ──release──▶ free pages ──update──▶ pack pool
///                                   └── the boundary refuses ──▶ quarantined: counted, never handed out again
///
/// Emptiness is never guessed from lists of blocks: a live count beside each run tells it in one look, and a run with a
/// block in a cache, or on its way home, is not empty.
///
/// Threads: any, also at the same time: whoever takes a run is alone with it.
public final class RetireScan {

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final SmallPages[] shards;
    private final Tally retiredRuns = new Tally();
    private final Tally retiredPages = new Tally();
    private final Tally quarantinedRuns = new Tally();
    private volatile Optional<String> lastQuarantined = Optional.empty();

    /// Retires empty runs of `shards`, which lie in segments of `map`, through `boundary`.
    public RetireScan(AddressMap map, ReleaseBoundary boundary, List<SmallPages> shards) {
        this.map = map;
        this.boundary = boundary;
        this.shards = shards.toArray(SmallPages[]::new);
    }

    /// One tick over all shards and classes.
    ///
    /// @return how many pages were retired
    public long tick(RetireBudget budget) {
        return tick(budget, () -> true);
    }

    /// Retires within `budget` for as long as `hasTime`, which is asked after each run.
    ///
    /// @return how many pages were retired
    public long tick(RetireBudget budget, BooleanSupplier hasTime) {
        return tick(budget.pages(), budget.surplusOnly(), hasTime);
    }

    /// Retires by the numbers of a budget, for a caller that makes no object for each tick.
    ///
    /// @return how many pages were retired
    public long tick(long budgetPages, boolean surplusOnly, BooleanSupplier hasTime) {
        long retired = 0;
        boolean goesOn = true;
        for (int c = SizeClasses.FIRST_MEDIUM - 1; c >= 0; c--) {
            for (SmallPages pages : shards) {
                int surplus = pages.takeSurplus(c);
                long most = surplusOnly ? surplus : Integer.MAX_VALUE;
                while (goesOn && most > 0 && retired < budgetPages) {
                    long run = pages.takeEmpty(c);
                    if (run == SmallPages.NO_RUN) {
                        break;
                    }
                    most--;
                    retired += retire(run, c);
                    goesOn = hasTime.getAsBoolean();
                }
            }
        }
        return retired;
    }

    private int retire(long run, int sizeClass) {
        Segment segment = map.find(run);
        int pages = SizeClasses.pages(sizeClass);
        ReleaseReason reason = switch (sizeClass) {
            case SizeClasses.SUB4K -> ReleaseReason.SUB4K_RUN_RETIRE;
            case SizeClasses.HEADED_PAGE, SizeClasses.SUB8K -> ReleaseReason.SUB8K_RUN_RETIRE;
            default -> ReleaseReason.SMALL_PAGE_RETIRE;
        };
        try {
            boundary.release(segment, Segment.pageOf(run), pages, reason);
        } catch (BoundaryViolation refused) {
            quarantinedRuns.increment();
            lastQuarantined = Optional.of("run 0x" + Long.toHexString(run) + ", sizeClass=" + sizeClass + ": " + refused.getMessage());
            return 0;
        }
        segment.home().update(segment);
        retiredRuns.increment();
        retiredPages.add(pages);
        return pages;
    }

    /// Runs, of one page to sixteen, that were retired.
    public long retiredRuns() {
        return retiredRuns.sum();
    }

    /// Their pages.
    public long retiredPages() {
        return retiredPages.sum();
    }

    /// Runs that the boundary refused: they are in nobody's hands and will not be handed out again.
    public long quarantinedRuns() {
        return quarantinedRuns.sum();
    }

    /// The last run that was quarantined and why, in words.
    public Optional<String> lastQuarantined() {
        return lastQuarantined;
    }
}
