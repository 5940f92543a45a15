package dev.hz3.heap.supply;

/// Which new segments ask for a huge page: those of a heap that is large enough to fill them soon, for as long as huge pages are to be had at a price.
///
///     asked ──cheap──▶ ask for the next one too
///       └───refused, or dear──▶ leave out 16 segments ──▶ ask once ──dear again──▶ leave out 32 … 4096
///
/// A huge page is dear where a hypervisor takes the free memory of its guest away: to get two mebibytes back in one piece can take ten times as long
/// as 512 small pages, and the kernel hands out small ones that were never taken away.
///
/// Threads: any.
public final class HugePagePolicy {

    /// Longer than this, and 512 small pages at some 1.4 µs each would have been cheaper.
    private static final long DEAR_NANOS = 600_000;
    private static final int FIRST_PAUSE = 16;
    private static final int LONGEST_PAUSE = 4096;

    private final boolean isWanted;
    private final int fromSegments;
    private int pause = FIRST_PAUSE; // after the next disappointment
    private int left; // segments that do without

    /// @param isWanted whether there are huge pages at all, and the heap is to use them
    /// @param fromSegments with so many open segments a heap is large enough
    public HugePagePolicy(boolean isWanted, int fromSegments) {
        this.isWanted = isWanted;
        this.fromSegments = fromSegments;
    }

    /// Whether a heap with so many open segments is large.
    boolean isLarge(int open) {
        return open >= fromSegments;
    }

    /// Whether the next segment, where `open` others are, asks for a huge page. Who hears yes says how it went.
    synchronized boolean wants(int open) {
        if (!isWanted || !isLarge(open)) {
            return false;
        }
        if (left > 0) {
            left--;
            return false;
        }
        return true;
    }

    /// There was one, after so long a time.
    synchronized void granted(long nanos) {
        if (nanos > DEAR_NANOS) {
            refused();
        } else {
            pause = FIRST_PAUSE;
            left = 0;
        }
    }

    /// There was none.
    synchronized void refused() {
        if (left == 0) { // others that asked at the same moment have the same to say
            left = pause;
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }
}
