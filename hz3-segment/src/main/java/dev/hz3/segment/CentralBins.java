package dev.hz3.segment;

import dev.hz3.segment.states.BlockStates;

/// The free runs that one shard keeps in stock, a list for each class of whole pages.
///
///     list of class c ──▶ run ──▶ run ──▶ …      each page word says STOCK, and where the next one's word lies
///
/// What lies here is in nobody's hands and in no cache: taking a run out *proves* it free (I4). The links lie in the page table;
/// the runs themselves are not touched, and to keep one needs no memory. A run whose word does not say STOCK is never handed out.
///
/// Each list remembers the fewest runs it has held since it was last asked: its *surplus*, what the application would not
/// have missed.
///
/// Threads: any; one lock a list, held for a few instructions.
public final class CentralBins {

    /// No run: a list was empty.
    public static final long NONE = 0;

    private final PageTable table;
    private final Bin[] bins = new Bin[SizeClasses.COUNT];

    /// Empty lists, for runs of segments of `map`.
    public CentralBins(AddressMap map) {
        table = map.table();
        for (int c = SizeClasses.FIRST_MEDIUM; c < bins.length; c++) {
            bins[c] = new Bin(c);
        }
    }

    /// How many pages all lists hold together. A recent value. It is added up anew, so that an operation that broke off in the middle leaves no
    /// difference for good.
    public long pages() {
        long pages = 0;
        for (int c = SizeClasses.FIRST_MEDIUM; c < bins.length; c++) {
            pages += (long) bins[c].count * SizeClasses.pages(c);
        }
        return pages;
    }

    /// Puts `count` free runs of class `sizeClass` in stock: `pairs[from]` and those behind it, each an address and the address of its state.
    ///
    /// @throws IllegalArgumentException if one of them is not that; those before it are in stock then
    public void push(int sizeClass, long[] pairs, int from, int count) {
        bins[sizeClass].push(pairs, from, count);
    }

    /// Puts one free run in stock.
    ///
    /// @throws IllegalArgumentException if it is not that; nothing has changed then
    public void push(int sizeClass, long address) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            bin.push(address);
        }
    }

    /// Takes at most `max` runs out of stock into `pairs[from]` and behind it, those last put in first.
    ///
    /// @return how many it was
    public int pop(int sizeClass, long[] pairs, int from, int max) {
        return bins[sizeClass].pop(pairs, from, max);
    }

    /// Takes one run out of stock; [#NONE] if there is none.
    public long pop(int sizeClass) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            return bin.pop();
        }
    }

    /// How many runs of the class are in stock.
    public int count(int sizeClass) {
        return bins[sizeClass].count();
    }

    /// Returns the fewest runs of the class that were in stock at any moment since the last call, and begins the next such period.
    public int takeSurplus(int sizeClass) {
        return bins[sizeClass].takeSurplus();
    }

    private final class Bin {
        private final int sizeClass;
        private long first = NONE; // the address of the run that was put in last
        private volatile int count; // changed under the lock, in one go with `first`
        private int fewest;

        Bin(int sizeClass) {
            this.sizeClass = sizeClass;
        }

        /// Under the lock.
        void push(long address) {
            if (!isFreeRun(address)) {
                throw new IllegalArgumentException("push(sizeClass=" + sizeClass + ", address=0x" + Long.toHexString(address)
                        + "): not a free run of this class" + (table.covers(address) ? ": word=0x" + Long.toHexString(table.word(address)) : ""));
            }
            long next = first == NONE ? PageWord.NOBODYS : table.offsetOf(table.wholeState(first));
            table.word(address, PageWord.of(sizeClass, 0, next));
            BlockStates.stock(table.wholeState(address), BlockStates.NO_BLOCK);
            int more = count + 1;
            first = address;
            count = more;
        }

        synchronized void push(long[] pairs, int from, int howMany) {
            for (int i = from; i < from + 2 * howMany; i += 2) {
                push(pairs[i]);
            }
        }

        /// Whether a run of this class begins at `address`, any number, that nobody has and that is in no stock.
        private boolean isFreeRun(long address) {
            return (address & Geometry.PAGE_BYTES - 1) == 0
                    && table.covers(address)
                    && table.word(address) == table.wholeWord(address, sizeClass);
        }

        /// Under the lock.
        long pop() {
            long run = first;
            if (run == NONE) {
                return NONE;
            }
            if (!BlockStates.isInStock(table.wholeState(run))) {
                throw new IllegalStateException("pop(sizeClass=" + sizeClass + "): run 0x" + Long.toHexString(run)
                        + " is not in stock: word=0x" + Long.toHexString(table.word(run)));
            }
            long next = PageWord.statesOffset(table.word(run));
            long second = next == 0 ? NONE : table.addressOfWord(next);
            int fewer = count - 1;
            first = second;
            count = fewer;
            if (fewer < fewest) {
                fewest = fewer;
            }
            table.whole(run, sizeClass); // no call before all of the list is said: if there is no stack left for one, one run is lost
            return run;
        }

        synchronized int pop(long[] pairs, int from, int max) {
            int taken = 0;
            while (taken < max && first != NONE) {
                long run = pop();
                pairs[from + 2 * taken] = run;
                pairs[from + 2 * taken + 1] = table.wholeState(run);
                taken++;
            }
            return taken;
        }

        int count() {
            return count;
        }

        synchronized int takeSurplus() {
            int surplus = fewest;
            fewest = count;
            return surplus;
        }
    }
}
