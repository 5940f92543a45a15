package dev.hz3.release.boundary;

import dev.hz3.segment.Segment;

/// Hears of every release, after the pages have become free and outside the boundary's lock. By then somebody else may have
/// claimed them again: what a sink is told is a hint.
@FunctionalInterface
public interface ReleaseSink {

    /// Forgets them: released pages stay resident.
    ReleaseSink KEEP = (segment, first, count, reason) -> {};

    /// `count` pages of `segment` from `first` on were released, or are free and may be resident although nobody has released them.
    /// Must not throw and must not block; a sink that needs no memory lets a free need none.
    void released(Segment segment, int first, int count, ReleaseReason reason);

    /// So many pages of `segment` that were clean have been claimed and will be touched: each is a page fault. Called outside the boundary's lock. Must not
    /// throw and must not block.
    default void claimedClean(Segment segment, int pages) {}
}
