package dev.hz3.release.ledger;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.WORD_SHIFT;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import dev.hz3.release.boundary.Loan;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.PageSet;
import dev.hz3.segment.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The pages that are purged together while they are lent: at most [#SEGMENTS] segments of them, so that a heap that wakes up misses
/// no more than that for the while of a few system calls.
///
/// Where the kernel's pages are larger than ours, only kernel pages that are wholly free are purged.
///
/// It is made once and begun again for each tick: with its loans and its batch it is some 80 KiB on the Java heap.
///
/// Threads: one at a time.
final class PurgeRound implements Runnable {

    /// 64 segments, 128 MiB.
    static final int SEGMENTS = 64;

    /// What one call may cost, in small pages: while it runs, whoever changes a mapping waits. About a millisecond.
    private static final int CALL_COST = 4096;
    /// What a whole huge page costs, in small pages (16 ns against 300 for each of its 512).
    private static final int HUGE_COST = 32;

    private final OperatingSystem os;
    private final ReservedRange range;
    private final int groupPages;
    private final Loan[] spareLoans = new Loan[SEGMENTS];
    private final List<Loan> loans = new ArrayList<>(SEGMENTS);
    private final List<WaitingPages> entries = new ArrayList<>(SEGMENTS);
    private final PurgeBatch batch = new PurgeBatch();
    private final int[] loanOfRange = new int[PurgeBatch.CAPACITY];
    private final PageSet[] taken = new PageSet[SEGMENTS];
    private final PageSet[] purged = new PageSet[SEGMENTS];
    private final boolean[] refused = new boolean[SEGMENTS];
    private int delayEpochs;
    private int budgetCalls;
    private boolean breaksHugePages;
    private BooleanSupplier hasTime = () -> true;
    private boolean vectored;
    private boolean isLate;
    private long pagesLeft;
    private int cost;
    private int calls;
    private int settledCalls;
    private int failures;
    private int lockedRanges;
    private long purgedPages;
    private final long[] reasons = new long[ReleaseReason.values().length];

    /// Rounds that have not begun.
    PurgeRound(OperatingSystem os, ReservedRange range) {
        this.os = os;
        this.range = range;
        groupPages = Math.max(1, os.pageBytes() / PAGE_BYTES);
        Arrays.setAll(spareLoans, _ -> new Loan());
        Arrays.setAll(taken, _ -> new PageSet());
        Arrays.setAll(purged, _ -> new PageSet());
        KernelPages.ready(); // now: in a tick there may be no Java memory for it
    }

    /// Begins the rounds of one plan, see [PurgePlan], which last until `time` is over. Until the kernel is known to take many ranges in one call
    /// (`isVectored`), each range counts as a call that may be made.
    void begin(int delay, long budgetPages, int callsLeft, boolean breaksHuge, BooleanSupplier time, boolean isVectored) {
        delayEpochs = delay;
        budgetCalls = callsLeft;
        breaksHugePages = breaksHuge;
        hasTime = time;
        vectored = isVectored;
        isLate = false;
        pagesLeft = budgetPages;
        calls = 0;
        cost = 0;
        batch.clear();
        next();
    }

    /// Begins the next round. What was spent of the plan stays spent.
    void next() {
        loans.clear();
        entries.clear();
        settledCalls = calls;
        failures = 0;
        lockedRanges = 0;
        purgedPages = 0;
        Arrays.fill(reasons, 0);
    }

    /// Whether a further round may do anything.
    boolean hasBudget() {
        return !isLate && pagesLeft > 0 && calls < budgetCalls;
    }

    /// Whether a further segment may come into this round.
    boolean hasRoom() {
        return loans.size() < SEGMENTS && pagesLeft > 0;
    }

    boolean isVectored() {
        return vectored;
    }

    /// What goes to the kernel in one call; of use to others while no round has begun.
    PurgeBatch batch() {
        return batch;
    }

    int size() {
        return loans.size();
    }

    List<Loan> loans() {
        return loans;
    }

    Loan loan(int index) {
        return loans.get(index);
    }

    WaitingPages entry(int index) {
        return entries.get(index);
    }

    /// System calls made in this round.
    int calls() {
        return calls - settledCalls;
    }

    /// Ranges that the kernel refused in this round.
    int failures() {
        return failures;
    }

    /// The number of them that were refused as locked memory is.
    int lockedRanges() {
        return lockedRanges;
    }

    long purgedPages() {
        return purgedPages;
    }

    /// The pages that were purged in this round, counted by why they were free. Each has one reason.
    long[] reasons() {
        return reasons;
    }

    /// The pages of word `word` that no longer wait because they are in loan `index`.
    long taken(int index, int word) {
        return taken[index].word(word);
    }

    /// How many pages of loan `index` were purged.
    int purged(int index) {
        return purged[index].count();
    }

    /// Whether the kernel refused a range of loan `index`.
    boolean isRefused(int index) {
        return refused[index];
    }

    /// After the loans have ended: the taken pages of word `word` of loan `index` that must wait again. They are not purged, and yet their kernel
    /// page is free: the kernel refused them, or the calls did not suffice; or another round has just given its part of the kernel page back.
    long again(int index, int word) {
        long used = ~loans.get(index).segment().freeWord(word);
        return taken[index].word(word) & ~purged[index].word(word) & ~KernelPages.whole(used, groupPages);
    }

    /// Takes the ripe pages of an entry into the round: all of what is said here, or nothing where it throws.
    ///
    /// @return how many it was
    int take(WaitingPages entry, int epoch) {
        int index = loans.size();
        Loan loan = spareLoans[index];
        int pages = 0;
        synchronized (entry) { // the pages are of this segment, not of one that opens in its slot meanwhile
            Segment segment = entry.segment();
            if (!segment.isHuge() || segment.isClosed() || !isBetterWhole(segment)) {
                loan.ask(segment);
                pages = entry.takeRipe(epoch, delayEpochs, pagesLeft, groupPages, taken[index]);
            }
        }
        if (pages != 0) {
            for (int w = 0; w < FREE_BITS_WORDS; w++) {
                long wanted = KernelPages.whole(taken[index].word(w), groupPages);
                loan.want(w, wanted);
                pagesLeft -= Long.bitCount(wanted & loan.segment().freeWord(w)); // what is in use again is nobody's work
            }
            purged[index].clear();
            refused[index] = false;
            loans.add(loan);
            entries.add(entry);
        }
        return pages;
    }

    /// Whether a huge page is left alone for now: because the plan breaks none up, or because its segment is empty but for a header, and
    /// goes whole when it is closed.
    private boolean isBetterWhole(Segment segment) {
        return segment.isEmpty() ? segment.kind().headerPages() != 0 : !breaksHugePages;
    }

    /// Purges what was lent. Runs while the pages are lent, and only then.
    @Override
    public void run() {
        for (int i = 0; i < loans.size(); i++) {
            Loan loan = loans.get(i);
            for (int s = loan.nextLent(0); s != Loan.NO_STRETCH; s = loan.nextLent(Loan.firstOf(s) + Loan.countOf(s))) {
                add(i, loan.segment(), Loan.firstOf(s), Loan.firstOf(s) + Loan.countOf(s));
            }
        }
        submit();
    }

    private void add(int loan, Segment segment, int first, int end) {
        int from = (first + groupPages - 1) / groupPages * groupPages;
        int to = end / groupPages * groupPages;
        if (from >= to) {
            return;
        }
        boolean splits = segment.isHuge() && to - from != PAGES_PER_SEGMENT;
        int rangeCost = segment.isHuge() && !splits ? HUGE_COST : to - from;
        // Where the kernel is not known yet to take many ranges at once, a batch of as many as there are calls left finds out.
        if (batch.isFull() || cost + rangeCost > CALL_COST || !vectored && !affords(splits)) {
            submit();
        }
        if (!affords(splits)) {
            return;
        }
        if (splits) {
            split(segment, from);
        }
        cost += rangeCost;
        loanOfRange[batch.size()] = loan;
        batch.add(segment.addressOf(from), (long) (to - from) << PAGE_SHIFT);
    }

    /// Whether the time and the calls that are left suffice for the batch and one range more.
    private boolean affords(boolean splits) {
        return !isLate && (long) calls + (splits ? 1 : 0) + (vectored ? 1 : batch.size() + 1) <= budgetCalls;
    }

    /// A huge page must fall apart before part of it is purged, or the kernel would keep its memory.
    private void split(Segment segment, int lentPage) {
        os.advise(range, segment.addressOf(lentPage), Math.max(PAGE_BYTES, os.pageBytes()), OperatingSystem.Advice.SPLIT);
        calls++;
        segment.huge(false);
    }

    private void submit() {
        cost = 0;
        if (batch.size() == 0) {
            return;
        }
        int took = os.purge(batch);
        calls += took;
        isLate = !hasTime.getAsBoolean();
        int failed = 0;
        for (int i = 0; i < batch.size(); i++) {
            int loan = loanOfRange[i];
            if (batch.isPurged(i)) {
                int first = Segment.pageOf(batch.address(i));
                int count = (int) (batch.bytes(i) >>> PAGE_SHIFT);
                if (count == PAGES_PER_SEGMENT) {
                    loans.get(loan).segment().huge(false);
                }
                loans.get(loan).cleaned(first, count);
                purgedPages += count;
                left(loan, first, first + count);
            } else {
                failed++;
                lockedRanges += batch.isLocked(i) ? 1 : 0;
                refused[loan] = true;
            }
        }
        if (batch.size() > 1 && failed == 0) {
            vectored = took < batch.size();
        }
        failures += failed;
        batch.clear();
    }

    /// Counts the pages of a closed segment that has left, header and all, as far as they were not clean.
    void left(Segment closed, WaitingPages entry) {
        int headerPages = closed.kind().headerPages();
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            long header = headerPages == 0 ? 0 : PageRange.mask(0, headerPages, w);
            long dirty = ~closed.cleanWord(w);
            entry.neverReleased(w, header); // whatever was there before the segment
            entry.left(w, dirty, reasons);
        }
    }

    /// Notes the pages of a loan from `first` up to `end` as purged, and counts them by their reasons while nobody can claim them.
    private void left(int loan, int first, int end) {
        for (int w = first >>> WORD_SHIFT; w <= (end - 1) >>> WORD_SHIFT; w++) {
            long mask = PageRange.mask(first, end, w);
            purged[loan].add(w, mask);
            entries.get(loan).left(w, mask, reasons);
        }
    }
}
