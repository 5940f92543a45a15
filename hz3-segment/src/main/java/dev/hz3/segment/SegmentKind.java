package dev.hz3.segment;

/// What a segment holds, and so how many of its first pages are its own.
public enum SegmentKind {
    /// Pages of small objects; page 0 is the segment's header and is never free.
    SMALL(1, 0x534d),
    /// Runs of whole pages; page 0 is a page like any other.
    MEDIUM(0, 0x4d45);

    private final int headerPages;
    private final int code;

    SegmentKind(int headerPages, int code) {
        this.headerPages = headerPages;
        this.code = code;
    }

    /// What a segment's header calls the kind; of mapped memory, and so never to change.
    int code() {
        return code;
    }

    /// How many pages at the start belong to the segment itself and never cross the boundary.
    public int headerPages() {
        return headerPages;
    }
}
