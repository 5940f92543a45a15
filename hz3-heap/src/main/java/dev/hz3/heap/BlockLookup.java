package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageTable;
import dev.hz3.segment.PageWord;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.Tally;
import dev.hz3.segment.states.BlockStates;

/// Which live block an address names, and why it names none: the one way from an address to its block off the fast path.
///
/// Threads: any that keep the heap's addresses pinned.
final class BlockLookup {

    static final String FREED = "freed before";
    private static final String INSIDE = "inside a block, not its beginning";

    private final AddressMap map;
    private final PageTable table;
    /// The classes that have ever served a request for the sake of its alignment.
    private final boolean[] overAligned = new boolean[SizeClasses.COUNT];
    private final Tally invalidFrees = new Tally();
    private final HeapObservers observers;

    BlockLookup(AddressMap map, HeapObservers observers) {
        this.map = map;
        this.observers = observers;
        table = map.table();
    }

    /// The number of bytes of the live block that begins at `address`.
    ///
    /// @throws InvalidFreeException if none does
    long usable(long address) {
        int page = Segment.pageOf(address);
        long state = table.stateOf(address);
        Segment segment = state != PageTable.NO_STATE ? map.find(address) : segmentOfLarge(address);
        if (state == PageTable.NO_STATE) {
            state = segment.wholeState(page);
        }
        if (!BlockStates.isLive(state)) {
            throw invalid(address, FREED);
        }
        return sizeOf(segment, page);
    }

    /// The number of bytes of the block at `address`, which the caller knows to be live.
    long sizeOf(long address) {
        return sizeOf(map.find(address), Segment.pageOf(address));
    }

    /// The size of the block, or of each of the blocks, of the run that `page` belongs to.
    private static long sizeOf(Segment segment, int page) {
        int sizeClass = PageWord.sizeClass(segment.word(page));
        return sizeClass < SizeClasses.COUNT ? SizeClasses.bytes(sizeClass) : segment.largePages(page) << PAGE_SHIFT;
    }

    /// The segment of the block of no class that begins at `address`.
    ///
    /// @throws InvalidFreeException if none does
    Segment segmentOfLarge(long address) {
        Segment segment = map.find(address);
        if ((address & (PAGE_BYTES - 1)) != 0 || !segment.beginsLarge(Segment.pageOf(address))) {
            throw invalid(address, whyNot(address, segment));
        }
        return segment;
    }

    private String whyNot(long address, Segment segment) {
        if (!map.range().contains(address, 1)) {
            return "not an address of this heap";
        }
        if (segment == Segment.NOWHERE) {
            return "nothing was allocated there, or it was freed before";
        }
        return segment.isNobodys(Segment.pageOf(address)) ? "in free memory: freed before, or never allocated" : INSIDE;
    }

    /// The class whose blocks meet a request of `byteSize` bytes at `byteAlignment`. If it is another than that of the size, shorter views of its
    /// blocks may be right from now on.
    int sizeClass(long byteSize, long byteAlignment) {
        int sizeClass = Request.sizeClass(byteSize, byteAlignment);
        if (sizeClass != SizeClasses.of(byteSize)) {
            overAligned[sizeClass] = true;
        }
        return sizeClass;
    }

    /// Returns if a view of `byteSize` bytes could be what was allocated at `address`. Blocks remember their class and not the
    /// request, so a view that an allocation of the same class could have returned passes.
    ///
    /// @throws InvalidFreeException if it could not
    void checkExtent(long address, long byteSize) {
        long word = table.covers(address) ? table.word(address) : PageWord.NOBODYS;
        int sizeClass = PageWord.sizeClass(word);
        boolean fits;
        if (sizeClass < SizeClasses.COUNT) {
            fits = byteSize <= SizeClasses.MAX_MEDIUM_BYTES
                    && (SizeClasses.of(byteSize) == sizeClass || overAligned[sizeClass] && Request.isMetBy(sizeClass, byteSize))
                    || word == PageWord.NOBODYS; // the free says what it is
        } else {
            Segment segment = map.find(address);
            int page = Segment.pageOf(address);
            fits = !segment.beginsLarge(page) || Geometry.pagesFor(byteSize) << PAGE_SHIFT == sizeOf(segment, page);
        }
        if (!fits) {
            throw invalid(address, "a view of " + byteSize + " bytes, which is not what was allocated there");
        }
    }

    /// Counts a wrong free. The caller throws what is returned.
    InvalidFreeException invalid(long address, String why) {
        invalidFrees.increment();
        if (!observers.isEmpty()) {
            observers.tell(observer -> observer.invalidFree(address, why));
        }
        return new InvalidFreeException(address, why);
    }

    /// The wrong frees until now.
    long invalidFrees() {
        return invalidFrees.sum();
    }
}
