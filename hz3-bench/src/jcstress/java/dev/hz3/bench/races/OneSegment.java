package dev.hz3.bench.races;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// One segment with the few pages at its end that the threads of a test race for: all others are used, by nobody who takes part.
///
///     │ used … used │ first … 511 │
///
/// The tests extend it: they see what it has.
public class OneSegment {

    /// What a thread writes in pages that it claimed.
    static final int MINE = 7;

    final PaperMachine machine = new PaperMachine(1);
    final AddressMap map = new AddressMap(machine, machine.reserve(SEGMENT_BYTES, SEGMENT_BYTES, SEGMENT_BYTES));
    final ReleaseLedger ledger = new ReleaseLedger(machine, map);
    final ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
    final PackPool pool = new PackPool(0);
    final Segment segment = map.open(SegmentKind.MEDIUM, pool);
    final int first;
    /// Who has each page at this moment, the one who claimed it or the one who borrowed it; never two.
    private final AtomicIntegerArray holders;
    private volatile String wrong = "";

    /// A segment whose last `pages` pages are free and clean.
    OneSegment(int pages) {
        first = PAGES_PER_SEGMENT - pages;
        holders = new AtomicIntegerArray(PAGES_PER_SEGMENT);
        boundary.claim(segment, first);
        pool.update(segment);
    }

    final PageRange last(int pages) {
        return new PageRange(PAGES_PER_SEGMENT - pages, pages);
    }

    /// Claims, and says so.
    ///
    /// @return the first page, counted from the first of those that matter; -1 for none
    final int claim(int pages) {
        int at = boundary.claim(segment, pages);
        if (at == ReleaseBoundary.NONE) {
            return -1;
        }
        for (int page = at; page < at + pages; page++) {
            hold(page);
            machine.write(segment.addressOf(page), MINE);
        }
        return at - first;
    }

    /// Releases what the caller has claimed, `at` pages behind the first that matters.
    final void release(int at, int pages) {
        for (int page = first + at; page < first + at + pages; page++) {
            letGo(page);
        }
        boundary.release(segment, new PageRange(first + at, pages), ReleaseReason.LARGE_FREE);
    }

    /// Borrows those of the last `pages` pages that are free, and wipes them.
    ///
    /// @return how many it was
    final int lend(int pages) {
        return boundary.lend(segment, last(pages), (of, stretch) -> {
            for (int page = stretch.first(); page < stretch.end(); page++) {
                hold(page);
                machine.write(of.addressOf(page), 0);
            }
            for (int page = stretch.first(); page < stretch.end(); page++) {
                letGo(page);
            }
            return true;
        });
    }

    private void hold(int page) {
        if (holders.getAndIncrement(page) != 0) {
            wrong = "a page has two holders";
        }
    }

    final void letGo(int page) {
        holders.decrementAndGet(page);
    }

    /// What is wrong with the segment now that nobody is at work; `used` pages of those that matter should be used. Otherwise "sound".
    final String verdict(int used) {
        if (!wrong.isEmpty()) {
            return wrong;
        }
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            if (segment.bits().lentWord(w) != 0) {
                return "a loan was not returned";
            }
        }
        if (segment.freePages() != segment.bits().popCount()) {
            return "freePages is not the number of free bits";
        }
        if (segment.freePages() != PAGES_PER_SEGMENT - first - used) {
            return "pages are lost or gained";
        }
        for (int page = first; page < PAGES_PER_SEGMENT; page++) {
            boolean written = machine.read(segment.addressOf(page)) != 0;
            if (!segment.isFree(page) != (holders.get(page) == 1)) {
                return "a page is free and held, or neither";
            }
            if (!segment.isFree(page) && !written) {
                return "a page was wiped under its holder";
            }
            if (segment.isFree(page) && written && segment.isClean(new PageRange(page, 1))) {
                return "a page is taken for clean and is not";
            }
        }
        return "sound";
    }

    /// Returns the finding, and whether a flush finds every page that must be purged.
    final String verdictAfterFlush(int used) {
        String before = verdict(used);
        if (!before.equals("sound")) {
            return before;
        }
        ledger.flush(boundary);
        if (machine.writtenPages() != used) {
            return machine.writtenPages() < used ? "live pages were purged" : "pages that are free are not purged";
        }
        return ledger.waitingPages() != 0 || ledger.isWaiting() ? "pages wait still" : verdict(used);
    }
}
