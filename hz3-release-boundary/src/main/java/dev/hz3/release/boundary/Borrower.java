package dev.hz3.release.boundary;

import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;

/// Has free pages for the while of one call: nobody can claim them meanwhile.
@FunctionalInterface
public interface Borrower {

    /// Uses `pages` of `segment`, a stretch that was free and is nobody's now.
    ///
    /// @return whether the pages are clean now: not resident, and zero
    boolean borrow(Segment segment, PageRange pages);
}
