package dev.hz3.release.boundary;

/// Why pages were released.
public enum ReleaseReason {
    /// A page of small objects, all of them free.
    SMALL_PAGE_RETIRE,
    /// A run of objects between 2 and 4 KiB, all of them free.
    SUB4K_RUN_RETIRE,
    /// A run of objects of a little more than a page, all of them free.
    SUB8K_RUN_RETIRE,
    /// A free medium run, recalled from stock.
    MEDIUM_RUN_RECLAIM,
    /// A block larger than medium, freed.
    LARGE_FREE
}
