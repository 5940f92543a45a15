package dev.hz3.retire.scan;

import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SizeClasses;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Turns empty small pages and empty sub-4K runs into free pages, through the release boundary.
///
/// Emptiness is never guessed from lists: the source knows it from a live count beside each page.
///
/// Threads: any.
public final class RetireScan {

    private final ReleaseBoundary boundary;
    private final RetireSource source;
    private final LongAdder retiredRuns = new LongAdder();
    private final LongAdder retiredPages = new LongAdder();
    private final LongAdder setAside = new LongAdder();
    private volatile Optional<String> lastSetAside = Optional.empty();

    /// Retires what `source` has through `boundary`.
    public RetireScan(ReleaseBoundary boundary, RetireSource source) {
        this.boundary = boundary;
        this.source = source;
    }

    /// One turn: at most `budgetPages` pages, from 0.
    ///
    /// @return how many pages were retired
    public long tick(long budgetPages) {
        if (budgetPages < 0) {
            throw new IllegalArgumentException("tick(budgetPages=" + budgetPages + "): less than 0");
        }
        long before = retiredPages.sum();
        long left = budgetPages;
        while (left > 0 && source.next(this::retire)) {
            left--;
        }
        return retiredPages.sum() - before;
    }

    private void retire(Segment segment, int first, int sizeClass) {
        int pages = SizeClasses.pages(sizeClass);
        ReleaseReason reason = sizeClass == SizeClasses.SUB4K ? ReleaseReason.SUB4K_RUN_RETIRE : ReleaseReason.SMALL_PAGE_RETIRE;
        try {
            boundary.release(segment, new PageRange(first, pages), reason);
        } catch (BoundaryViolation | IllegalArgumentException refused) {
            setAside.increment();
            lastSetAside = Optional.of("page " + first + " of " + segment + ": " + refused.getMessage());
            return;
        }
        segment.home().update(segment);
        retiredRuns.increment();
        retiredPages.add(pages);
    }

    /// Runs, of one page or two, that were retired.
    public long retiredRuns() {
        return retiredRuns.sum();
    }

    /// Their pages.
    public long retiredPages() {
        return retiredPages.sum();
    }

    /// Runs that the boundary refused: they are in nobody's hands and will not be handed out again.
    public long setAside() {
        return setAside.sum();
    }

    /// The last run that was set aside and why, in words.
    public Optional<String> lastSetAside() {
        return lastSetAside;
    }
}
