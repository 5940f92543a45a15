package dev.hz3.heap.supply;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;

import dev.hz3.os.OperatingSystem;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.boundary.ReleaseSink;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SizeClasses;
import java.util.function.LongSupplier;

/// Makes claimed pages resident by one call, as long as that costs less than the page faults of their first touches.
///
///     claimed, five pages of it clean ──▶ one call for all five │ nothing, and five page faults: what costs less here and now
///
/// It does so for blocks of a size class alone, because these will be written. A large block may be touched only here and there, and is left to its page faults.
///
/// In order to know what a way costs, it is timed now and then, with a zero written to each of the pages: where a hypervisor keeps tables of its own, the first
/// touch of a page that is resident is dear too. Nobody else has the pages yet, and they read as zero.
///
/// Threads: any.
public final class FirstTouch implements ReleaseSink {

    /// So much is zeroed by the C library, which needs no Java memory.
    private static final int LINE_BYTES = 64;
    /// One page fault in five or so is interrupted, and takes milliseconds.
    private static final double BELIEVED_TIMES = 2;
    /// The other way is to leave the pages to their faults.
    private static final int POPULATE = 1;

    private final OperatingSystem os;
    private final AddressMap map;
    private final ReleaseSink next;
    private final LongSupplier nanoTime;
    private final boolean isOffered;
    private final CheaperWay forOnePage = new CheaperWay(BELIEVED_TIMES);
    private final CheaperWay forSeveral = new CheaperWay(BELIEVED_TIMES); // for each of them

    /// @param next hears everything first
    public FirstTouch(OperatingSystem os, AddressMap map, ReleaseSink next, LongSupplier nanoTime) {
        this.os = os;
        this.map = map;
        this.next = next;
        this.nanoTime = nanoTime;
        isOffered = os.pageBytes() == PAGE_BYTES; // a larger page of the kernel may be another run's as well
    }

    @Override
    public void released(Segment segment, int first, int count, ReleaseReason reason) {
        next.released(segment, first, count, reason);
    }

    @Override
    public void claimedClean(Segment segment, int first, int count, int clean) {
        next.claimedClean(segment, first, count, clean);
        if (count > SizeClasses.MAX_MEDIUM_PAGES || !isOffered) {
            return;
        }
        CheaperWay ways = clean == 1 ? forOnePage : forSeveral;
        int way = ways.next();
        boolean isTimed = clean == count && ways.countUse(way);
        if (way == POPULATE || isTimed) {
            try {
                go(way, ways, segment, first, count, isTimed);
            } catch (RuntimeException | Error torn) {
                // The pages are claimed, and whoever claims them must get them: they will fault. If no stack is left, the caller will find that out.
            }
        }
    }

    private void go(int way, CheaperWay ways, Segment segment, int first, int count, boolean isTimed) {
        long begun = isTimed ? nanoTime.getAsLong() : 0;
        if (way == POPULATE && !os.advise(map.range(), segment.addressOf(first), (long) count << PAGE_SHIFT, OperatingSystem.Advice.POPULATE)) {
            ways.refused(way);
            return;
        }
        if (isTimed) {
            for (int page = first; page < first + count; page++) {
                os.zero(map.range(), segment.addressOf(page), LINE_BYTES);
            }
            ways.paid(way, (double) (nanoTime.getAsLong() - begun) / count);
        }
    }

    /// What it costs to make a page of 4 KiB resident by the cheaper way, in ns: one of several that are claimed at once, or one alone where no others were claimed; 0
    /// where it is not known yet.
    public long pageNanos() {
        double several = forSeveral.cheaperNanos();
        return Math.max(0, Math.round(several == CheaperWay.UNKNOWN ? forOnePage.cheaperNanos() : several));
    }

    /// What the pages of a whole segment cost, in ns; 0 where it is not known yet.
    public long segmentNanos() {
        return pageNanos() * PAGES_PER_SEGMENT;
    }
}
