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

    /// `count` pages of `segment` from `first` on were claimed and will be touched; `clean` of them, at least one, were clean, and cost a page fault each
    /// unless they are made resident before that. Called outside the boundary's lock, by the thread that claims and before it has them. Must not throw and must not block.
    default void claimedClean(Segment segment, int first, int count, int clean) {}
}
