package dev.hz3.segment;

/// The runs of small and sub-4K blocks of one shard that have blocks in stock, by how full they are.
///
///     class c   empty │ up to 1/4 out │ up to 1/2 │ up to 3/4 │ more    a doubly linked list each; runs with nothing in stock are unlisted
///
/// Blocks are taken from the fullest runs that have any, so that survivors gather and the other runs can empty. An empty run
/// is kept for the class until somebody retires it.
///
/// Each class remembers the fewest empty runs it has had since it was last asked: its *surplus*.
///
/// Threads: any; one lock a class, held for the blocks of one call.
public final class SmallPages {

    static final int UNLISTED = -1;
    private static final int EMPTY = 0;
    private static final int BUCKETS = 5;

    private final Bin[] bins = new Bin[SizeClasses.FIRST_MEDIUM];

    /// No runs.
    public SmallPages() {
        for (int c = 0; c < bins.length; c++) {
            bins[c] = new Bin();
        }
    }

    /// Takes in a new run, all of whose blocks are in its stock.
    public void add(SmallRun run) {
        Bin bin = bins[run.sizeClass()];
        synchronized (bin) {
            bin.move(run);
        }
    }

    /// Takes at most `max` blocks of the class out of stock into `addresses[from]` and behind it, from the fullest runs first.
    ///
    /// @return how many it was
    public int take(int sizeClass, long[] addresses, int from, int max) {
        Bin bin = bins[sizeClass];
        int taken = 0;
        synchronized (bin) {
            for (int b = BUCKETS - 1; b >= EMPTY && taken < max; b--) {
                SmallRun head = bin.heads[b];
                while (taken < max && head.next != head) {
                    SmallRun run = head.next;
                    taken += run.take(addresses, from + taken, max - taken);
                    bin.move(run);
                }
            }
            bin.out += taken;
        }
        return taken;
    }

    /// Puts `count` blocks of the class back in the stock of their runs, which are all listed here: `addresses[from]` and those behind it.
    public void give(AddressMap map, int sizeClass, long[] addresses, int from, int count) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            for (int i = from; i < from + count; i++) {
                SmallRun run = map.find(addresses[i]).smallRun(Segment.pageOf(addresses[i]));
                run.give(run.blockOf(addresses[i]));
                bin.move(run);
            }
            bin.out -= count;
        }
    }

    /// Takes an empty run out for good, so that it can be retired: no block of it can be taken any more. Its pages know it no more.
    ///
    /// @return the run, or [SmallRun#NONE] where the class has no empty one
    public SmallRun takeEmpty(int sizeClass) {
        Bin bin = bins[sizeClass];
        synchronized (bin) {
            SmallRun head = bin.heads[EMPTY];
            SmallRun run = head.next;
            if (run == head) {
                return SmallRun.NONE;
            }
            if (run.out() != 0) { // a call that took blocks broke off before it listed the run anew
                bin.move(run);
                return SmallRun.NONE;
            }
            bin.list(run, UNLISTED);
            run.segment().forget(run);
            return run;
        }
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

    /// The fewest runs of the class that were empty at any moment since this was last called.
    public int surplus(int sizeClass) {
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

    private static final class Bin {
        private final SmallRun[] heads = new SmallRun[BUCKETS];
        private volatile int empty; // written under the lock, read by anybody
        private int fewestEmpty;
        private long out;

        Bin() {
            for (int b = 0; b < BUCKETS; b++) {
                heads[b] = SmallRun.head();
            }
        }

        /// Lists a run where it belongs now. Under the lock.
        void move(SmallRun run) {
            int out = run.out();
            if (out == run.blocks()) {
                list(run, UNLISTED);
            } else {
                list(run, out == 0 ? EMPTY : 1 + (out * (BUCKETS - 1) - 1) / run.blocks());
            }
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
        void list(SmallRun run, int bucket) {
            if (run.bucket == bucket) {
                return;
            }
            if (run.bucket != UNLISTED) {
                run.unlink();
                if (run.bucket == EMPTY) {
                    empty = empty - 1;
                    fewestEmpty = Math.min(fewestEmpty, empty);
                }
            }
            run.bucket = bucket;
            if (bucket != UNLISTED) {
                run.linkBehind(heads[bucket]);
                if (bucket == EMPTY) {
                    empty = empty + 1;
                }
            }
        }
    }
}
