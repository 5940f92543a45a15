package dev.hz3.release.boundary;

/// Somebody asked the boundary for a crossing that must not be. Nothing has changed: every bit is as it was.
///
/// The message reads like the call and carries the values that were wrong.
public final class BoundaryViolation extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final Check check;

    BoundaryViolation(Check check, String message) {
        super(message);
        this.check = check;
    }

    /// Which check failed.
    public Check check() {
        return check;
    }

    /// The checks, in the order in which they are made.
    public enum Check {
        /// The segment is in the address map.
        MAPPED,
        /// The pages lie in the segment.
        RANGE,
        /// No page is the segment's header.
        HEADER_PAGE,
        /// A small segment's header says what the bookkeeping says: magic, kind, owner.
        HEADER,
        /// The segment lies in the reserved addresses.
        RESERVED,
        /// Every page is in the opposite state.
        STATE
    }
}
