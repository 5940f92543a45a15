package dev.hz3.segment;

/// The runs of several blocks of one shard that have blocks in stock, by how full they are.
///
///     class c   empty │ up to 1/4 out │ up to 1/2 │ up to 3/4 │ more    a doubly linked list each; runs with nothing in stock are unlisted
///
/// Blocks are taken from the fullest runs that have any, so that survivors gather and the other runs can empty. An empty run
/// is kept for the class until somebody retires it. A run is named by the number of its first page; its links lie with its states.
///
/// Each class remembers the fewest empty runs it has had since it was last asked: its *surplus*.
///
/// Threads: any; one lock a class, held for the blocks of one call.
public final class SmallPages {

    /// No run: the class has no empty one.
    public static final long NO_RUN = 0;

    private static final int UNLISTED = SmallRun.UNLISTED;
    private static final int EMPTY = 0;
    private static final int BUCKETS = 5;
    private static final int NONE = 0; // page 0 of a range is no run's: it is a segment's header, or a medium run

    private final AddressMap map;
    private final PageTable table;
    private final Bin[] bins = new Bin[SizeClasses.FIRST_MEDIUM];

    /// No runs, of segments of `map`.
    public SmallPages(AddressMap map) {
        this.map = map;
        table = map.table();
        for (int c = 0; c < bins.length; c++) {
            bins[c] = new Bin(c);
        }
    }

    /// Takes in a new run, which was entered at `address` and all of whose blocks are in its stock.
    public void add(long address) {
        long word = table.word(address);
        Bin bin = bins[PageWord.sizeClass(word)];
        synchronized (bin) {
            bin.move((int) table.pageNumber(address), table.states(word));
            bin.stock(SizeClasses.objects(bin.sizeClass));
        }
    }

    /// Takes at most `max` blocks of the class out of stock, from the fullest runs first, into `pairs[from]` and behind it: for each its address and the
    /// address of its state.
    ///
    /// @return how many it was
    public int take(int sizeClass, long[] pairs, int from, int max) {
        Bin bin = bins[sizeClass];
        int taken = 0;
        synchronized (bin) {
            for (int b = BUCKETS - 1; b >= EMPTY && taken < max; b--) {
                while (taken < max && bin.heads[b] != NONE) {
                    int run = bin.heads[b];
                    long states = bin.states(run);
                    int more = SmallRun.take(states, sizeClass, table.addressOf(Integer.toUnsignedLong(run)), pairs, from + 2 * taken, max - taken);
                    if (more == 0) { // a call that broke off has lost a block of it, so that it looks as if it had one: it has none
                        bin.list(run, states, UNLISTED);
                    } else {
                        taken += more;
                        bin.move(run, states);
                    }
                }
            }
            bin.out += taken;
            bin.stock(-taken);
        }
        return taken;
    }

    /// Puts `count` blocks of the class back in the stock of their runs, which are all listed here: `pairs[from]` and those behind it.
    public void give(int sizeClass, long[] pairs, int from, int count) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            int end = from + 2 * count;
            for (int i = from; i < end; ) {
                long page = pairs[i] >>> Geometry.PAGE_SHIFT;
                long word = table.word(pairs[i]);
                assert PageWord.sizeClass(word) == sizeClass;
                long states = table.states(word);
                int run = (int) table.pageNumber(pairs[i]) - PageWord.page(word);
                do { // neighbours often lie on one page: their run is listed once
                    SmallRun.give(states, pairs[i + 1]);
                    i += 2;
                } while (i < end && pairs[i] >>> Geometry.PAGE_SHIFT == page);
                bin.move(run, states);
            }
            bin.out -= count;
            bin.stock(count);
        }
    }

    /// Takes an empty run out for good, so that it can be retired: no block of it can be taken any more. Its pages know it no more.
    ///
    /// @return the address of its first page, or [#NO_RUN] if the class has no empty one
    public long takeEmpty(int sizeClass) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            int run = bin.heads[EMPTY];
            if (run == NONE) {
                return NO_RUN;
            }
            long states = bin.states(run);
            if (SmallRun.out(states) != 0) { // a call that took blocks broke off before it listed the run anew
                bin.move(run, states);
                return NO_RUN;
            }
            bin.list(run, states, UNLISTED);
            bin.stock(-SizeClasses.objects(sizeClass));
            long address = table.addressOf(Integer.toUnsignedLong(run));
            map.find(address).forget(Segment.pageOf(address), sizeClass);
            return address;
        }
    }

    /// How many bytes the blocks of the class that are in stock have. A recent value.
    public long stockedBytes(int sizeClass) {
        return (long) bins[sizeClass].stocked * SizeClasses.bytes(sizeClass);
    }

    /// How many runs of the class are empty.
    public int empty(int sizeClass) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            return bin.empty;
        }
    }

    /// How many pages the empty runs of all classes have. A recent value.
    public long emptyPages() {
        long pages = 0;
        for (int c = 0; c < bins.length; c++) {
            pages += (long) bins[c].empty * SizeClasses.pages(c);
        }
        return pages;
    }

    /// Returns the fewest runs of the class that were empty at any moment since the last call, and begins the next such period.
    public int takeSurplus(int sizeClass) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            int surplus = bin.fewestEmpty;
            bin.fewestEmpty = bin.empty;
            return surplus;
        }
    }

    /// How many blocks of the class are not in the stock of their runs: in caches, on their way, or in users' hands.
    public long out(int sizeClass) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            return bin.out;
        }
    }

    /// Whether any class has an empty run. A recent value.
    public boolean hasEmpty() {
        for (Bin bin : bins) {
            if (bin.empty != 0) {
                return true;
            }
        }
        return false;
    }

    private final class Bin {
        private final int sizeClass;
        private final int[] heads = new int[BUCKETS]; // the number of a run's first page, or NONE
        private volatile int empty; // written under the lock, read by anybody
        private int fewestEmpty;
        private long out;
        private volatile int stocked; // written under the lock, read by anybody

        Bin(int sizeClass) {
            this.sizeClass = sizeClass;
        }

        long states(int run) {
            return table.states(table.word(table.addressOf(Integer.toUnsignedLong(run))));
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
        void stock(int blocks) {
            stocked += blocks;
        }

        /// Lists a run where it belongs now. Under the lock.
        void move(int run, long states) {
            int runOut = SmallRun.out(states);
            int blocks = SizeClasses.objects(sizeClass);
            if (runOut == blocks) {
                list(run, states, UNLISTED);
            } else {
                list(run, states, runOut == 0 ? EMPTY : 1 + (runOut * (BUCKETS - 1) - 1) / blocks);
            }
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
        void list(int run, long states, int bucket) {
            int before = SmallRun.bucket(states);
            if (before == bucket) {
                return;
            }
            if (before != UNLISTED) {
                unlink(states, before);
                if (before == EMPTY) {
                    empty = empty - 1;
                    fewestEmpty = Math.min(fewestEmpty, empty);
                }
            }
            SmallRun.bucket(states, bucket);
            if (bucket != UNLISTED) {
                link(run, states, bucket);
                if (bucket == EMPTY) {
                    empty = empty + 1;
                }
            }
        }

        private void unlink(long states, int bucket) {
            int next = SmallRun.next(states);
            int previous = SmallRun.previous(states);
            if (next != NONE) {
                SmallRun.previous(states(next), previous);
            }
            if (previous != NONE) {
                SmallRun.next(states(previous), next);
            } else {
                heads[bucket] = next;
            }
        }

        private void link(int run, long states, int bucket) {
            int next = heads[bucket];
            SmallRun.next(states, next);
            SmallRun.previous(states, NONE);
            if (next != NONE) {
                SmallRun.previous(states(next), run);
            }
            heads[bucket] = run;
        }
    }
}
