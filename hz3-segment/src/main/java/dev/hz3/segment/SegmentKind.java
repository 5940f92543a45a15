package dev.hz3.segment;

/// What a segment holds, and so how many of its first pages are its own.
@SuppressWarnings("ImmutableEnumChecker") // a range of pages does not change
public enum SegmentKind {
    /// Pages of small objects; page 0 is the segment's header and is never free.
    SMALL(1, 0x534d),
    /// Runs of whole pages; page 0 is a page like any other.
    MEDIUM(0, 0x4d45);

    private final PageRange pages;
    private final int headerPages;
    private final int code;

    SegmentKind(int headerPages, int code) {
        this.headerPages = headerPages;
        pages = new PageRange(headerPages, Geometry.PAGES_PER_SEGMENT - headerPages);
        this.code = code;
    }

    /// What a segment's header calls the kind; of mapped memory, and so never to change.
    int code() {
        return code;
    }

    /// The pages that can be free: all but the segment's own.
    public PageRange pages() {
        return pages;
    }

    /// How many pages at the start belong to the segment itself and never cross the boundary.
    public int headerPages() {
        return headerPages;
    }
}
