package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.os.OperatingSystem;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;

/// How much a heap may have: what its options say, or else what the machine, the container or the process had when it was last asked.
///
///     resident ───────▶ soft limit ──▶ mark ─────────▶ limit
///                                       ▲ what the map lets be resident: raised a step each time everything was given back and it is not enough
///
/// Threads: any.
final class HeapLimit {

    /// The mark is ahead of what is resident by this part of it, or by a segment: so much is gone through before everything is given back the next time.
    private static final int STEP_SHARE = 16;
    private static final int MOST_DOUBLINGS = 32;

    private final HeapOptions options;
    private final OperatingSystem os;
    private final AddressMap map;
    private volatile long lastBytes;
    private long markPages; // under this

    HeapLimit(HeapOptions options, OperatingSystem os, AddressMap map) {
        this.options = options;
        this.os = os;
        this.map = map;
        markPages = softPages();
        follow();
    }

    /// Asks anew, if the heap has no limit of its own: that of a container can be changed while the heap lives.
    void follow() {
        lastBytes = options.maxBytes() == 0 ? os.memoryLimitBytes() : options.maxBytes();
        apply();
    }

    private synchronized void apply() {
        map.limitPages(Math.min(markPages, hardPages()));
    }

    private long hardPages() {
        return Math.max(PAGES_PER_SEGMENT, lastBytes >>> PAGE_SHIFT);
    }

    private long softPages() {
        return options.softMaxBytes() == 0 ? Long.MAX_VALUE : options.softMaxBytes() >>> PAGE_SHIFT;
    }

    /// Lets the heap grow beyond its soft limit, by what a request needs and a step, because everything was given back and it was not enough.
    ///
    /// @param attempt how often it was raised for the same request; each step is twice the one before
    /// @return whether it may grow; `false` if it has what it may have
    synchronized boolean raise(long byteSize, int attempt) {
        if (markPages >= hardPages()) {
            return false;
        }
        markPages = Math.max(markPages, map.residentPages()) + Geometry.pagesFor(byteSize) + (step() << Math.min(attempt, MOST_DOUBLINGS));
        apply();
        return true;
    }

    /// Lowers the mark again, after less has become resident.
    void settle() {
        if (options.softMaxBytes() == 0) {
            return;
        }
        synchronized (this) {
            markPages = Math.max(softPages(), Math.min(markPages, map.residentPages() + step()));
            apply();
        }
    }

    private long step() {
        return Math.max(PAGES_PER_SEGMENT, map.residentPages() / STEP_SHARE);
    }

    /// The most bytes of pages that may be resident at once.
    long bytes() {
        return Math.min(lastBytes, map.range().bytes());
    }

    /// The bytes of pages beyond which the heap gives back before it grows.
    long softBytes() {
        return options.softMaxBytes() == 0 ? bytes() : Math.min(options.softMaxBytes(), bytes());
    }
}
