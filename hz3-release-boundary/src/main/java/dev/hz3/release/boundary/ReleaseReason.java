package dev.hz3.release.boundary;

/// Why pages are free.
public enum ReleaseReason {
    /// Nobody has released them: a huge page backs them that nobody has claimed as a whole, or they are the header of a segment that has been closed. Also what is known
    /// of pages of which nobody has said anything.
    NEVER_RELEASED(0),
    /// A run of objects up to 2 KiB, of one page to three, all of them free; or one that its segment had no room to describe.
    SMALL_PAGE_RETIRE(1),
    /// A run of objects between 2 and 4 KiB, all of them free.
    SUB4K_RUN_RETIRE(2),
    /// A run of objects of a little more than a page, all of them free.
    SUB8K_RUN_RETIRE(3),
    /// A free medium run, reclaimed from stock.
    MEDIUM_RUN_RECLAIM(4),
    /// A block larger than medium, freed.
    LARGE_FREE(5);

    private final int number;

    ReleaseReason(int number) {
        this.number = number;
    }

    /// Its place in tables, from 0, where each reason has one.
    public int number() {
        return number;
    }
}
