package dev.hz3.heap.supply;

import dev.hz3.segment.Segment;
import org.jspecify.annotations.Nullable;

/// Segments that have left the address map and still have their pages: they are purged, or opened again.
///
/// A link is made before its segment is closed, so that no segment is lost where there is no Java memory.
///
/// Threads: any.
final class ClosedSegments {

    /// Holds one segment.
    static final class Link {
        private final Segment segment;
        private @Nullable Link next;

        Link(Segment segment) {
            this.segment = segment;
        }

        Segment segment() {
            return segment;
        }

        @Nullable Link next() {
            return next;
        }
    }

    private @Nullable Link first;

    /// Adds a closed segment. Needs no memory.
    synchronized void add(Link link) {
        link.next = first;
        first = link;
    }

    /// Takes one; [Segment#NOWHERE] if there is none.
    synchronized Segment poll() {
        Link taken = first;
        if (taken == null) {
            return Segment.NOWHERE;
        }
        first = taken.next;
        return taken.segment;
    }

    /// Takes all of them, as a chain, or at most one; null if there is none.
    synchronized @Nullable Link take(boolean one) {
        Link taken = first;
        if (taken == null) {
            return null;
        }
        first = one ? taken.next : null;
        if (one) {
            taken.next = null;
        }
        return taken;
    }
}
