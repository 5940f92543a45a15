package dev.hz3.heap.supply;

import java.util.function.LongSupplier;

/// Decides which new segments ask for a huge page: those of a heap that is large enough to fill them soon, as long as a huge page costs less than the
/// small ones that it replaces.
///
/// Neither is always the better buy. Where a hypervisor takes the free memory of its guest away, two mebibytes in one piece can take fifty times as long as a moment
/// before; where it keeps page tables of its own, 512 small pages can.
///
/// Threads: any.
public final class HugePagePolicy {

    /// Two dear ones in a row are enough to leave a price that was a fiftieth of theirs.
    private static final double BELIEVED_TIMES = 8;
    /// 512 small pages at some 1.4 µs each, until it is known what they cost here.
    private static final double ASSUMED_NANOS = 700_000;
    private static final int SMALL = 0;
    private static final int HUGE = 1;

    private final boolean isWanted;
    private final int fromSegments;
    private final LongSupplier smallNanos;
    private volatile boolean isRefused;
    private final CheaperWay ways = new CheaperWay(BELIEVED_TIMES);

    /// @param isWanted whether there are huge pages at all, and the heap is to use them
    /// @param fromSegments with so many open segments a heap is large enough
    /// @param smallNanos what the small pages of a segment cost, in ns; 0 where that is not known yet
    public HugePagePolicy(boolean isWanted, int fromSegments, LongSupplier smallNanos) {
        this.isWanted = isWanted;
        this.fromSegments = fromSegments;
        this.smallNanos = smallNanos;
    }

    /// Whether a heap with so many open segments is large.
    boolean isLarge(int open) {
        return open >= fromSegments;
    }

    /// Chooses whether the next segment asks for a huge page while `open` others are open, and counts the choice. If true, the caller must report `granted` or
    /// `refused`.
    boolean chooseHuge(int open) {
        if (!isWanted || !isLarge(open)) {
            return false;
        }
        long small = smallNanos.getAsLong();
        ways.priced(SMALL, small == 0 ? ASSUMED_NANOS : (double) small);
        return ways.next() == HUGE;
    }

    /// There was one, after so long a time.
    void granted(long nanos) {
        isRefused = false;
        ways.paid(HUGE, (double) nanos);
    }

    /// There was none.
    void refused() {
        isRefused = true;
        ways.refused(HUGE);
    }

    /// What a huge page costs, in ns; 0 where it is not known, or was refused the last time.
    public long hugeNanos() {
        return isRefused ? 0 : Math.max(0, Math.round(ways.nanos(HUGE)));
    }
}
