package dev.hz3.release.boundary;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.WORD_SHIFT;

import dev.hz3.release.boundary.BoundaryViolation.Check;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentHeader;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.Tally;
import dev.hz3.segment.bits.FreeBits;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Moves pages between *used* and *free*. There are three ways across, and no fourth.
///
///            claim
///       ┌──────────────▶ USED
///     FREE                 │
///       ▲──────────────────┘
///       │    release
///       └──lend──▶ NOBODY'S ──▶ FREE     while the ledger purges them
///
/// Whoever claims pages owns them until they release them. Every crossing is checked, always; what is refused throws
/// [BoundaryViolation] and leaves every bit as it was.
///
/// Threads: any. One lock a segment, held for a few instructions: not over the sink, not over a borrower, never over a system call.
public final class ReleaseBoundary {

    /// No page: no stretch of the segment was long enough.
    public static final int NONE = -1;

    private final AddressMap map;
    private final ReleaseSink sink;
    private final Tally claims = new Tally();
    private final Tally violations = new Tally();
    private final Map<ReleaseReason, Tally> releases = tallies();
    private final Map<ReleaseReason, Tally> releasedPages = tallies();

    /// The door to the segments of `map`; `sink` hears of what is released.
    public ReleaseBoundary(AddressMap map, ReleaseSink sink) {
        this.map = map;
        this.sink = sink;
    }

    private static Map<ReleaseReason, Tally> tallies() {
        Map<ReleaseReason, Tally> tallies = new EnumMap<>(ReleaseReason.class);
        for (ReleaseReason reason : ReleaseReason.values()) {
            tallies.put(reason, new Tally());
        }
        return tallies;
    }

    private static Tally of(Map<ReleaseReason, Tally> tallies, ReleaseReason reason) {
        return Objects.requireNonNull(tallies.get(reason));
    }

    /// FREE → USED: takes the lowest run of `pages` free pages. The caller owns them, and says so to the pack pool.
    ///
    /// @param pages 1 … 512
    /// @return the first page, or [#NONE] if no stretch is long enough, or more pages would be resident than may be, or the segment was closed a moment ago
    public int claim(Segment segment, int pages) {
        return claim(segment, pages, 1);
    }

    /// Claims a run whose first page is a multiple of `alignment`.
    ///
    /// @param alignment a power of two, 1 … 512
    public int claim(Segment segment, int pages, int alignment) {
        return claim(segment, pages, alignment, pages);
    }

    /// FREE → USED: takes all pages of a segment that is wholly free, in order to close it. They stay as clean as they are, because nobody will touch them.
    ///
    /// @return whether it did
    public boolean claimToClose(Segment segment) {
        return claim(segment, PAGES_PER_SEGMENT - segment.kind().headerPages(), 1, 0) != NONE;
    }

    /// Claims a whole segment in order to open one of `kind` in its place: its header will be touched.
    ///
    /// @return whether it did
    public boolean claimToReopen(Segment segment, SegmentKind kind) {
        int header = segment.kind().headerPages();
        return claim(segment, PAGES_PER_SEGMENT - header, 1, Math.max(0, kind.headerPages() - header)) != NONE;
    }

    /// @param touched how many of the pages will be touched, from the first on
    private int claim(Segment segment, int pages, int alignment, int touched) {
        if (!isMapped(segment)) {
            // Asked in this order: a segment is closed before it leaves the map. One that is closed later has no free page.
            if (segment.isClosed()) {
                return NONE;
            }
            throw unmapped("claim", segment);
        }
        if (pages < 1 || pages > PAGES_PER_SEGMENT) {
            throw violation(Check.RANGE, "claim(" + segment + ", pages=" + pages + "): no such run");
        }
        FreeBits bits = segment.bits();
        int first;
        int clean = 0;
        synchronized (bits) {
            first = bits.findRun(pages, alignment);
            if (first >= 0) {
                int end = first + pages;
                clean = clean(bits, first, first + touched);
                if (clean != 0) {
                    if (!map.tryTouch(clean)) {
                        return NONE;
                    }
                    markDirty(bits, first, first + touched);
                }
                for (int w = first >>> WORD_SHIFT; w <= (end - 1) >>> WORD_SHIFT; w++) {
                    bits.take(w, PageRange.mask(first, end, w));
                }
            }
        }
        if (first < 0) {
            return NONE;
        }
        claims.increment();
        if (clean != 0) {
            sink.claimedClean(segment, first, touched, clean);
        }
        return first;
    }

    /// FREE → USED for one block that spans segments: takes the first `pages` pages of these, in their order, all of them or none. What was clean and is not
    /// taken in the end is clean as before.
    ///
    /// @param pages more than all of `segments` but the last have, and no more than all have
    /// @return whether it did; not if a page of them is not free, or more pages would be resident than may be, or a segment was closed a moment ago
    public boolean claimSpan(List<Segment> segments, long pages) {
        int taken = 0;
        long clean = 0;
        long left = pages;
        while (taken < segments.size() && take(segments.get(taken), pagesIn(left))) {
            clean += clean(segments.get(taken).bits(), 0, pagesIn(left)); // ours now: nobody else changes which are
            left -= pagesIn(left);
            taken++;
        }
        boolean isDone = taken == segments.size() && map.tryTouch(clean);
        left = pages;
        for (int i = 0; i < taken; i++) {
            settle(segments.get(i), pagesIn(left), isDone);
            left -= pagesIn(left);
        }
        if (isDone) {
            claims.increment();
        }
        return isDone;
    }

    private static int pagesIn(long left) {
        return (int) Math.min(left, PAGES_PER_SEGMENT);
    }

    /// Takes the first `pages` pages of a segment, if they are free. They stay as clean as they are.
    private boolean take(Segment segment, int pages) {
        if (!isMapped(segment)) {
            return false;
        }
        FreeBits bits = segment.bits();
        synchronized (bits) {
            for (int w = 0; w <= (pages - 1) >>> WORD_SHIFT; w++) {
                if ((PageRange.mask(0, pages, w) & ~bits.freeWord(w)) != 0) {
                    return false;
                }
            }
            for (int w = 0; w <= (pages - 1) >>> WORD_SHIFT; w++) {
                bits.take(w, PageRange.mask(0, pages, w));
            }
        }
        return true;
    }

    /// Keeps pages that were taken for a span, or gives them up as they were.
    private void settle(Segment segment, int pages, boolean isKept) {
        FreeBits bits = segment.bits();
        int clean = 0;
        synchronized (bits) {
            if (isKept) {
                clean = clean(bits, 0, pages);
                markDirty(bits, 0, pages);
            }
            for (int w = 0; !isKept && w <= (pages - 1) >>> WORD_SHIFT; w++) {
                bits.give(w, PageRange.mask(0, pages, w));
            }
        }
        if (clean != 0) {
            sink.claimedClean(segment, 0, pages, clean);
        }
        if (!isKept) {
            noteFree(segment); // the ledger may have found them used meanwhile
            segment.home().update(segment);
        }
    }

    /// Tells the sink of the free pages of a segment that may be resident although nobody has released them.
    public void noteFree(Segment segment) {
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            long left = segment.freeWord(w) & ~segment.cleanWord(w);
            while (left != 0) {
                int first = Long.numberOfTrailingZeros(left);
                int count = Long.numberOfTrailingZeros(~(left >>> first));
                sink.released(segment, (w << WORD_SHIFT) + first, count, ReleaseReason.NEVER_RELEASED);
                left &= ~PageRange.mask(first, first + count, 0);
            }
        }
    }

    /// How many of the pages are known to be clean.
    private static int clean(FreeBits bits, int first, int end) {
        int clean = 0;
        for (int w = first >>> WORD_SHIFT; w <= (end - 1) >> WORD_SHIFT; w++) {
            clean += Long.bitCount(bits.cleanWord(w) & PageRange.mask(first, end, w));
        }
        return clean;
    }

    private static void markDirty(FreeBits bits, int first, int end) {
        for (int w = first >>> WORD_SHIFT; w <= (end - 1) >> WORD_SHIFT; w++) {
            bits.markDirty(w, PageRange.mask(first, end, w));
        }
    }

    /// USED → FREE: the caller gives up pages that it owns. Their tags are cleared, and then the sink is told.
    ///
    /// @throws BoundaryViolation where a check fails; nothing has changed then
    public void release(Segment segment, PageRange pages, ReleaseReason reason) {
        release(segment, pages.first(), pages.count(), reason);
    }

    /// Releases `count` pages from `first` on, which may not exist: both are checked. Needs no memory, if the sink needs none.
    public void release(Segment segment, int first, int count, ReleaseReason reason) {
        checkMapped("release", segment);
        if (first < 0 || count < 1 || count > PAGES_PER_SEGMENT - first) {
            throw violation(Check.RANGE, call(segment, first, count, reason) + "outside the segment");
        }
        if (first < segment.kind().headerPages()) {
            throw violation(Check.HEADER_PAGE, call(segment, first, count, reason) + "the header page never crosses");
        }
        if (segment.kind() == SegmentKind.SMALL && !SegmentHeader.isOf(map.range(), segment)) {
            throw violation(Check.HEADER, call(segment, first, count, reason) + "the header reads "
                    + SegmentHeader.describe(map.range(), segment));
        }
        if (!map.range().contains(segment.base(), Geometry.SEGMENT_BYTES)) {
            throw violation(Check.RESERVED, call(segment, first, count, reason) + "outside " + map.range());
        }
        int end = first + count;
        FreeBits bits = segment.bits();
        synchronized (bits) {
            for (int w = first >>> WORD_SHIFT; w <= (end - 1) >>> WORD_SHIFT; w++) {
                if (((bits.freeWord(w) | bits.lentWord(w)) & PageRange.mask(first, end, w)) != 0) {
                    throw violation(Check.STATE, call(segment, first, count, reason) + "free already: word " + w + " of free_bits is 0x"
                            + Long.toHexString(bits.freeWord(w)) + ", lent=0x" + Long.toHexString(bits.lentWord(w)));
                }
            }
            segment.untag(first, count);
            for (int w = first >>> WORD_SHIFT; w <= (end - 1) >>> WORD_SHIFT; w++) {
                long mask = PageRange.mask(first, end, w);
                map.touched(bits.markDirty(w, mask));
                bits.give(w, mask);
            }
        }
        of(releases, reason).increment();
        of(releasedPages, reason).add(count);
        // Told after the lock is gone: a sink may take locks of its own.
        sink.released(segment, first, count, reason);
    }

    /// Notes that the free pages of a segment have become resident without being claimed, because a huge page backs them now.
    ///
    /// @param counted so many of its pages were counted by [AddressMap#tryTouch] already
    public void noteResident(Segment segment, int counted) {
        checkMapped("noteResident", segment);
        FreeBits bits = segment.bits();
        int touched = 0;
        synchronized (bits) {
            for (int w = 0; w < FREE_BITS_WORDS; w++) {
                touched += bits.markDirty(w, -1L);
            }
        }
        map.touched(touched - counted);
    }

    /// FREE → NOBODY'S → FREE: lends those of the wanted pages that are still free, runs `use`, and takes them back, clean where the
    /// loan says so and of unknown contents where it does not.
    /// While `use` runs nobody can claim them, so what it does to them it does to free memory.
    /// They come back by themselves, also when `use` throws. The caller then updates the pack pool.
    ///
    /// @param loans one for each segment at most
    /// @return how many pages were lent
    public int lend(List<Loan> loans, Runnable use) {
        int lentPages = 0;
        int begun = 0;
        try {
            for (int i = 0; i < loans.size(); i++) { // by index: an iterator would be an object for each purge
                Loan loan = loans.get(i);
                loan.begin();
                begun++;
                // What is wanted is a hint, and hints grow old: of a segment that was closed meanwhile nothing is lent.
                if (isMapped(loan.segment())) {
                    lentPages += begin(loan);
                }
            }
            if (lentPages != 0) {
                use.run();
            }
        } finally {
            for (int i = 0; i < begun; i++) {
                end(loans.get(i));
            }
        }
        return lentPages;
    }

    /// Lends one range of one segment: each stretch of it that is still free goes to `borrower` in turn.
    ///
    /// @return how many pages were lent
    public int lend(Segment segment, PageRange pages, Borrower borrower) {
        checkMapped("lend", segment);
        Loan loan = new Loan();
        loan.ask(segment);
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            loan.want(w, pages.mask(w));
        }
        return lend(List.of(loan), () -> {
            for (int s = loan.nextLent(0); s != Loan.NO_STRETCH; s = loan.nextLent(Loan.firstOf(s) + Loan.countOf(s))) {
                PageRange stretch = new PageRange(Loan.firstOf(s), Loan.countOf(s));
                if (borrower.borrow(segment, stretch)) {
                    loan.cleaned(stretch);
                }
            }
        });
    }

    private static int begin(Loan loan) {
        FreeBits bits = loan.segment().bits();
        int pages = 0;
        synchronized (bits) {
            for (int w = 0; w < FREE_BITS_WORDS; w++) {
                long mask = loan.wantedWord(w) & bits.freeWord(w);
                if (mask != 0) {
                    bits.lend(w, mask);
                    pages += Long.bitCount(mask);
                }
                loan.lend(w, mask);
            }
        }
        return pages;
    }

    private void end(Loan loan) {
        FreeBits bits = loan.segment().bits();
        synchronized (bits) {
            for (int w = 0; w < FREE_BITS_WORDS; w++) {
                long mask = loan.lentWord(w);
                if (mask != 0) {
                    long cleaned = loan.cleanedWord(w);
                    map.touched(bits.markDirty(w, mask & ~cleaned) - bits.markClean(w, cleaned));
                    bits.unlend(w, mask);
                }
            }
        }
    }

    private void checkMapped(String verb, Segment segment) {
        if (!isMapped(segment)) {
            throw unmapped(verb, segment);
        }
    }

    private BoundaryViolation unmapped(String verb, Segment segment) {
        return violation(Check.MAPPED, verb + "(" + segment + "): not in the address map");
    }

    private boolean isMapped(Segment segment) {
        return segment != Segment.NOWHERE && map.find(segment.base()) == segment;
    }

    private static String call(Segment segment, int first, int count, ReleaseReason reason) {
        return "release(" + segment + ", first=" + first + ", count=" + count + ", " + reason + "): ";
    }

    private BoundaryViolation violation(Check check, String message) {
        violations.increment();
        return new BoundaryViolation(check, message);
    }

    // ---- counters ------------------------------------------------------------------------------------------------

    /// How many runs were claimed.
    public long claims() {
        return claims.sum();
    }

    /// How many releases went through, for whatever reason.
    public long releases() {
        return sum(releases);
    }

    /// How many releases went through for `reason`.
    public long releases(ReleaseReason reason) {
        return of(releases, reason).sum();
    }

    /// How many pages were released, for whatever reason.
    public long releasedPages() {
        return sum(releasedPages);
    }

    private static long sum(Map<ReleaseReason, Tally> tallies) {
        long sum = 0;
        for (Tally tally : tallies.values()) {
            sum += tally.sum();
        }
        return sum;
    }

    /// How many pages were released for `reason`.
    public long releasedPages(ReleaseReason reason) {
        return of(releasedPages, reason).sum();
    }

    /// How many crossings were refused.
    public long violations() {
        return violations.sum();
    }
}
