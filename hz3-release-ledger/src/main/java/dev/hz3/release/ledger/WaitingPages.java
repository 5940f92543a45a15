package dev.hz3.release.ledger;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.WORD_SHIFT;

import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.PageSet;
import dev.hz3.segment.Segment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The pages of one slot that wait to be purged, since when each does, and why it is free.
///
/// Joining is a property of the bits: pages that adjoin are one stretch, in whatever order they came. A page that comes again is as
/// young as its last release, and does not inherit the age of its neighbours.
///
/// Threads: its own monitor, for a few instructions.
final class WaitingPages {

    /// After this many refusals in a row an entry rests until pages are released to it, or somebody flushes.
    static final int RETRIES = 8;
    /// Enough for the number of any [ReleaseReason].
    static final int REASON_BITS = 3;
    private static final int REASON_MASK = (1 << REASON_BITS) - 1;
    /// The longest delay, which is what numbers of epochs have room for beside a reason. A page that has waited for longer counts as new once more, and leaves a delay later.
    static final int MOST_EPOCHS = (1 << Short.SIZE - REASON_BITS) - 1;

    private final PageSet waiting = new PageSet();
    /// Of each page the epoch in which it was last told of, and below that why it is free, by [ReleaseReason#number()]; one small number for both, because there are 512
    /// in every slot.
    private final short[] noted = new short[PAGES_PER_SEGMENT];
    private Segment segment = Segment.NOWHERE;
    private int failures;
    private boolean renewed; // pages came since some were last taken
    private boolean queued;
    private volatile int purged; // pages that left a moment ago, and that nobody has wanted since; written under this
    private long purgedNanos; // when the last of them did

    /// The entry behind this one; the [WaitingQueue]'s own, under its lock.
    @Nullable WaitingPages next;

    /// Adds pages. Those that nobody has released keep the reason that they have, if they have one.
    /// Those of a closed segment need not wait, as they are purged with the whole of it; and by the time that somebody says
    /// that they were released, the slot may be another segment's.
    ///
    /// @return how many more pages wait than before, in the high bits, and what is true of it, see [#pages(int)], [#JOINS] and [#ENQUEUE]
    synchronized int add(Segment of, int first, int count, ReleaseReason reason, int epoch) {
        if (of.isClosed()) {
            return 0;
        }
        int end = first + count;
        int forgotten = 0;
        if (segment != of) {
            forgotten = forget();
            segment = of;
            failures = 0;
        }
        boolean joins = first > 0 && waiting.contains(first - 1) || end < PAGES_PER_SEGMENT && waiting.contains(end);
        int fresh = waiting.addRange(first, end);
        if (reason == ReleaseReason.NEVER_RELEASED) {
            for (int page = first; page < end; page++) {
                noted[page] = (short) (epoch << REASON_BITS | noted[page] & REASON_MASK);
            }
        } else {
            Arrays.fill(noted, first, end, (short) (epoch << REASON_BITS | reason.number()));
        }
        boolean enqueue = !queued;
        if (enqueue) {
            failures = 0;
        }
        queued = true;
        renewed = true;
        return fresh - forgotten << FLAGS | (joins ? JOINS : 0) | (enqueue ? ENQUEUE : 0);
    }

    /// In what [#add] answers: the range adjoins pages that were waiting.
    static final int JOINS = 1;
    /// In what [#add] answers: the entry must be put in the queue.
    static final int ENQUEUE = 2;

    private static final int FLAGS = 2;

    /// How many more pages wait than before; a number in place of an object, because a free needs no memory.
    static int pages(int added) {
        return added >> FLAGS;
    }

    synchronized Segment segment() {
        return segment;
    }

    /// Takes out of the set the pages that have waited `delayEpochs`, as many as lie in kernel pages, of `groupPages` of ours, that have at most
    /// `budgetPages` together, not counting those that are in use again. A kernel page is as young as the youngest page in it.
    ///
    /// @return how many it was; `into` has them
    synchronized int takeRipe(int epoch, int delayEpochs, long budgetPages, int groupPages, PageSet into) {
        int taken = 0;
        long left = budgetPages;
        renewed = false;
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            long ripe = delayEpochs == 0 ? waiting.word(w) : ripe(w, epoch, Math.min(delayEpochs, MOST_EPOCHS));
            ripe &= ~KernelPages.whole(waiting.word(w) & ~ripe, groupPages);
            long free = segment.freeWord(w);
            while (Long.bitCount(KernelPages.whole(ripe, groupPages) & free) > left) {
                ripe &= ~KernelPages.whole(Long.highestOneBit(ripe), groupPages);
            }
            left -= Long.bitCount(KernelPages.whole(ripe, groupPages) & free);
            into.set(w, ripe);
            waiting.remove(w, ripe);
            taken += Long.bitCount(ripe);
        }
        return taken;
    }

    private long ripe(int word, int epoch, int delayEpochs) {
        long ripe = 0;
        for (long rest = waiting.word(word); rest != 0; rest &= rest - 1) {
            int page = (word << WORD_SHIFT) + Long.numberOfTrailingZeros(rest);
            if (age(page, epoch) >= delayEpochs) {
                ripe |= Long.lowestOneBit(rest);
            }
        }
        return ripe;
    }

    /// By subtraction: an epoch counter may wrap, and here it does so sooner.
    private int age(int page, int epoch) {
        return epoch - (noted[page] >> REASON_BITS) & MOST_EPOCHS;
    }

    /// Puts pages that could not be purged back.
    ///
    /// @return how many of them were not waiting meanwhile
    synchronized int putBack(Segment of, int word, long mask) {
        if (segment != of) {
            return 0;
        }
        return waiting.add(word, mask);
    }

    /// Forgets the pages: the slot's segment is closed, or another has taken its place.
    ///
    /// @return how many were waiting
    synchronized int forget() {
        int pages = waiting.count();
        waiting.clear();
        return pages;
    }

    /// Forgets why pages of a word were free.
    synchronized void neverReleased(int word, long mask) {
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            noted[(word << WORD_SHIFT) + Long.numberOfTrailingZeros(rest)] &= ~REASON_MASK;
        }
    }

    /// Counts pages of a word, which have left, by why they were free, and forgets why: nobody has released them since. While they are lent, or their segment is
    /// closed, so that nobody can release them at the same time.
    ///
    /// @param reasons a count for each [ReleaseReason], by its number
    synchronized void left(int word, long mask, long[] reasons) {
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            int page = (word << WORD_SHIFT) + Long.numberOfTrailingZeros(rest);
            reasons[noted[page] & REASON_MASK]++;
        }
        neverReleased(word, mask);
    }

    /// Notes that pages of the slot have left, which somebody may want again within `nanos`. What lies in the slot by then does not matter: pages that were wanted
    /// there would have served it.
    synchronized void purged(int pages, long now, long nanos) {
        int before = now - purgedNanos < nanos ? purged : 0;
        purged = Math.min(before + pages, PAGES_PER_SEGMENT);
        purgedNanos = now;
    }

    /// Whether pages have left of which nobody knows yet whether they were wanted again.
    boolean mayRegret() {
        return purged != 0;
    }

    /// Says that clean pages are wanted.
    ///
    /// @return how many of them have left less than `nanos` ago
    synchronized int wanted(int pages, long now, long nanos) {
        int recent = now - purgedNanos < nanos ? purged : 0;
        int regretted = Math.min(pages, recent);
        purged = recent - regretted;
        return regretted;
    }

    /// Marks the entry as queued again after a loan, if pages are waiting and the kernel has not refused too often in a row. Called by the thread that took the
    /// entry out of the queue.
    ///
    /// @param refused whether the kernel did not take all of the loan
    /// @return whether the caller must put the entry back into the queue
    synchronized boolean tryRequeueAfterLoan(boolean refused) {
        failures = refused && !renewed ? failures + 1 : 0;
        queued = !waiting.isEmpty() && failures < RETRIES;
        return queued;
    }

    /// Marks the entry as queued again, if pages are waiting. Called by the thread that took the entry out of the queue and found nothing ripe.
    ///
    /// @return whether the caller must put the entry back into the queue
    synchronized boolean tryRequeue() {
        queued = !waiting.isEmpty();
        return queued;
    }

    /// Marks an entry that rests after refusals as queued, with no failures.
    ///
    /// @return whether the caller must put the entry into the queue
    synchronized boolean tryRevive() {
        if (queued || waiting.isEmpty()) {
            return false;
        }
        failures = 0;
        queued = true;
        return true;
    }
}
