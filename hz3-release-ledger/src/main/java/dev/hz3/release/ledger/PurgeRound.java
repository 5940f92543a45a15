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
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import java.util.ArrayList;
import java.util.List;

/// The pages that are purged together while they are lent: at most [#SEGMENTS] segments of them, so that a heap that wakes up misses
/// no more than that for the while of a few system calls.
///
/// Where the kernel's pages are larger than ours, only kernel pages that are wholly free are purged.
///
/// Threads: one at a time.
final class PurgeRound {

    /// 64 segments, 128 MiB.
    static final int SEGMENTS = 64;

    /// What one call may cost, in small pages: while it runs, whoever changes a mapping waits. About a millisecond.
    private static final int CALL_COST = 4096;
    /// What a whole huge page costs, in small pages (16 ns against 300 for each of its 512).
    private static final int HUGE_COST = 32;

    private final OperatingSystem os;
    private final ReservedRange range;
    private final int groupPages;
    private final List<Loan> loans = new ArrayList<>();
    private final List<WaitingPages> entries = new ArrayList<>();
    private final PurgeBatch batch = new PurgeBatch();
    private final int[] loanOfRange = new int[PurgeBatch.CAPACITY];
    private final long[] ripe = new long[FREE_BITS_WORDS];
    private final long[][] refused = new long[SEGMENTS][FREE_BITS_WORDS];
    private int cost;
    private int calls;
    private int failures;
    private long purgedPages;

    PurgeRound(OperatingSystem os, ReservedRange range) {
        this.os = os;
        this.range = range;
        groupPages = Math.max(1, os.pageBytes() / PAGE_BYTES);
    }

    void clear() {
        loans.clear();
        entries.clear();
        calls = 0;
        failures = 0;
        purgedPages = 0;
    }

    boolean isFull() {
        return loans.size() == SEGMENTS;
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

    /// System calls made.
    int calls() {
        return calls;
    }

    /// Ranges that the kernel refused.
    int failures() {
        return failures;
    }

    long purgedPages() {
        return purgedPages;
    }

    /// The pages of word `word` that the kernel refused to take, of loan `index`.
    long refused(int index, int word) {
        return refused[index][word];
    }

    /// Takes the ripe pages of an entry into the round.
    ///
    /// @return how many it was
    int take(WaitingPages entry, int epoch, PurgePlan plan, long budgetPages) {
        Segment segment;
        int taken;
        synchronized (entry) { // the pages are of this segment, not of one that opens in its slot meanwhile
            segment = entry.segment();
            if (segment.isHuge() && !segment.isClosed() && isBetterWhole(segment, plan)) {
                return 0;
            }
            taken = entry.takeRipe(epoch, plan.delayEpochs(), budgetPages, ripe);
        }
        if (taken != 0) {
            Loan loan = new Loan();
            loan.ask(segment);
            for (int w = 0; w < FREE_BITS_WORDS; w++) {
                loan.want(w, wholeGroups(ripe[w]));
                refused[loans.size()][w] = 0;
            }
            loans.add(loan);
            entries.add(entry);
        }
        return taken;
    }

    /// Whether a huge page is left alone for now: because the plan breaks none up, or because its segment is empty but for a header, and
    /// goes whole when it is closed.
    private static boolean isBetterWhole(Segment segment, PurgePlan plan) {
        return segment.isEmpty() ? segment.kind().headerPages() != 0 : !plan.breaksHugePages();
    }

    /// The pages of every kernel page that one of `pages` lies in.
    private long wholeGroups(long pages) {
        if (groupPages == 1 || pages == 0) {
            return pages;
        }
        long groups = 0;
        long group = -1L >>> (Long.SIZE - groupPages);
        for (int at = 0; at < Long.SIZE; at += groupPages) {
            if ((pages >>> at & group) != 0) {
                groups |= group << at;
            }
        }
        return groups;
    }

    /// Purges what was lent. Runs while the pages are lent, and only then.
    void purge() {
        batch.clear();
        for (int i = 0; i < loans.size(); i++) {
            Loan loan = loans.get(i);
            for (int s = loan.nextLent(0); s != Loan.NO_STRETCH; s = loan.nextLent(Loan.firstOf(s) + Loan.countOf(s))) {
                add(i, loan.segment(), Loan.firstOf(s), Loan.firstOf(s) + Loan.countOf(s));
                if (Loan.firstOf(s) + Loan.countOf(s) == PAGES_PER_SEGMENT) {
                    break;
                }
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
        boolean isWhole = to - from == PAGES_PER_SEGMENT;
        if (segment.isHuge() && !isWhole) {
            split(segment, from);
        }
        int rangeCost = segment.isHuge() ? HUGE_COST : to - from;
        if (batch.isFull() || cost + rangeCost > CALL_COST) {
            submit();
        }
        cost += rangeCost;
        loanOfRange[batch.size()] = loan;
        batch.add(segment.addressOf(from), (long) (to - from) << PAGE_SHIFT);
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
        calls += os.purge(batch);
        for (int i = 0; i < batch.size(); i++) {
            int loan = loanOfRange[i];
            PageRange pages = new PageRange(Segment.pageOf(batch.address(i)), (int) (batch.bytes(i) >>> PAGE_SHIFT));
            if (batch.isPurged(i)) {
                if (pages.count() == PAGES_PER_SEGMENT) {
                    loans.get(loan).segment().huge(false);
                }
                loans.get(loan).cleaned(pages);
                purgedPages += pages.count();
            } else {
                failures++;
                for (int w = pages.first() >>> WORD_SHIFT; w <= (pages.end() - 1) >>> WORD_SHIFT; w++) {
                    refused[loan][w] |= pages.mask(w);
                }
            }
        }
        batch.clear();
    }
}
