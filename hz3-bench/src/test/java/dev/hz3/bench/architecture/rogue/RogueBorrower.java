package dev.hz3.bench.architecture.rogue;

import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;

/// Borrows pages, and is not the ledger.
public final class RogueBorrower {

    private RogueBorrower() {}

    static int borrow(ReleaseBoundary boundary, Segment segment, PageRange pages) {
        return boundary.lend(segment, pages, (_, _) -> true);
    }
}
