package dev.hz3.heap;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SizeClasses;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// What a program does wrong in a simulated life: it frees what is not its own, and a box releases pages that it does not own. All of it must be refused, and
/// change nothing.
final class SimulationMisuse {

    private static final int STALE = 64;

    private final NativeHeap heap;
    private final AddressMap map;
    private final SimulationModel model;
    private final LongConsumer note;
    private final long[] stale = new long[STALE];
    private int staleCount;
    private long refusedFrees;
    private long refusedCrossings;

    /// @param note told of what happened, in order
    SimulationMisuse(NativeHeap heap, SimulationModel model, LongConsumer note) {
        this.heap = heap;
        map = heap.parts().map();
        this.model = model;
        this.note = note;
    }

    /// Notes an address that was freed, to be freed once more some day.
    void freed(long address) {
        stale[staleCount++ % STALE] = address;
    }

    /// Wrong frees that were refused.
    long refusedFrees() {
        return refusedFrees;
    }

    /// Releases that the boundary refused.
    long refusedCrossings() {
        return refusedCrossings;
    }

    /// Frees what must not be freed.
    ///
    /// @param isAlone whether nobody else is at work, so that what changes was changed here
    void tryOne(SimulationDraw draw, boolean isAlone) {
        if (draw.percent(15)) {
            misuseBoundary(draw);
            return;
        }
        long address = wrongAddress(draw);
        if (model.begins(address)) {
            return;
        }
        boolean compares = isAlone && draw.percent(25);
        HeapStats before = compares ? heap.stats() : null;
        try {
            if (draw.percent(80)) {
                heap.freeAddress(address);
            } else {
                heap.usableSize(address);
            }
        } catch (InvalidFreeException refused) {
            refusedFrees++;
            note.accept(address);
            if (before != null && !sameBut(before, heap.stats())) {
                throw new SimulationFailure("a refused free changed something: " + before + " → " + heap.stats(), refused);
            }
            return;
        }
        throw new SimulationFailure("not refused: free(base+0x" + Long.toHexString(address - heap.base()) + ")");
    }

    /// Asks the boundary itself for what it must refuse: pages that are free, lent, a header, or not there.
    private void misuseBoundary(SimulationDraw draw) {
        Segment segment = map.at(draw.next(map.slots()));
        int first = draw.next(PAGES_PER_SEGMENT);
        int count = 1;
        if (segment != Segment.NOWHERE) {
            if (draw.percent(20)) {
                first = 0;
            } else if (draw.percent(25)) {
                first = draw.of(-1, 0, 511, Integer.MAX_VALUE);
                count = draw.of(-1, 0, 513, 2 + first, Integer.MAX_VALUE);
            }
            boolean isThere = first >= 0 && first < PAGES_PER_SEGMENT && count >= 1 && count <= PAGES_PER_SEGMENT - first;
            if (isThere && (count != 1 || !segment.isNobodys(first))) {
                return; // somebody's, perhaps
            }
        }
        long[] before = words(segment);
        ReleaseReason reason = draw.percent(50) ? ReleaseReason.SMALL_PAGE_RETIRE : ReleaseReason.MEDIUM_RUN_RECLAIM;
        try {
            heap.parts().boundary().release(segment, first, count, reason);
        } catch (BoundaryViolation refused) {
            refusedCrossings++;
            if (!Arrays.equals(before, words(segment))) {
                throw new SimulationFailure("a refused release changed something: first=" + first + ", " + segment, refused);
            }
            return;
        }
        throw new SimulationFailure("released: first=" + first + ", count=" + count + ", " + segment);
    }

    private static long[] words(Segment segment) {
        long[] words = new long[2 * FREE_BITS_WORDS + 1];
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            words[w] = segment.freeWord(w);
            words[FREE_BITS_WORDS + w] = segment.cleanWord(w);
        }
        words[2 * FREE_BITS_WORDS] = segment.freePages();
        return words;
    }

    private static boolean sameBut(HeapStats before, HeapStats after) {
        return before.liveBytes() == after.liveBytes() && before.mappedBytes() == after.mappedBytes()
                && before.waitingPages() == after.waitingPages() && before.stockPages() == after.stockPages()
                && before.cachedBytes() == after.cachedBytes() && before.boundaryCalls() == after.boundaryCalls()
                && before.violations() == after.violations()
                && before.invalidFrees() + 1 == after.invalidFrees();
    }

    private long wrongAddress(SimulationDraw draw) {
        switch (draw.next(6)) {
            case 0, 1 -> {
                return staleCount == 0 ? 0 : stale[draw.next(Math.min(staleCount, STALE))];
            }
            case 2 -> {
                int count = model.blocks().size();
                if (count != 0) {
                    SimulationModel.Block block = model.blocks().get(draw.next(count));
                    long inside = Math.floorMod(draw.next(), block.bytes);
                    return block.address + (draw.percent(50) ? inside & -SizeClasses.GRANULE_BYTES : inside);
                }
            }
            case 3 -> {
                return heap.base() + Math.floorMod(draw.next(), map.range().bytes());
            }
            case 4 -> {
                return heap.base() + ((long) draw.next(map.slots()) << SEGMENT_SHIFT) + (draw.percent(50) ? 0 : PAGE_BYTES);
            }
            default -> {
                // Elsewhere.
            }
        }
        return switch (draw.next(5)) {
            case 0 -> 0;
            case 1 -> heap.base() - 1 - draw.next(PAGE_BYTES);
            case 2 -> map.range().end() + draw.next(PAGE_BYTES);
            case 3 -> Long.MIN_VALUE + heap.base();
            default -> draw.next();
        };
    }
}
