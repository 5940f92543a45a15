package dev.hz3.segment;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// The free runs that one shard keeps in stock, a list for each class of whole pages.
///
/// What lies here is in nobody's hands and in no cache: taking a run out *proves* it free (I4). The lists are
/// arrays of addresses on the Java heap; the runs themselves are not touched.
///
/// Each list remembers the fewest runs it has held since it was last asked: its *surplus*, what the application would not
/// have missed.
///
/// Threads: any; one lock a list, held for a few instructions.
public final class CentralBins {

    /// No run: a list was empty.
    public static final long NONE = 0;

    private final Bin[] bins = new Bin[SizeClasses.COUNT];
    private final AtomicLong pages = new AtomicLong();

    /// Empty lists.
    public CentralBins() {
        for (int c = SizeClasses.FIRST_MEDIUM; c < bins.length; c++) {
            bins[c] = new Bin();
        }
    }

    /// How many pages all lists hold together. A recent value, from 0: what is popped while it is being pushed may be counted first.
    public long pages() {
        return Math.max(0, pages.get());
    }

    /// Puts `count` runs of class `sizeClass` in stock: `addresses[from]` and those behind it.
    public void push(int sizeClass, long[] addresses, int from, int count) {
        bins[sizeClass].push(addresses, from, count);
        pages.addAndGet((long) count * SizeClasses.pages(sizeClass));
    }

    /// Puts one run in stock.
    public void push(int sizeClass, long address) {
        bins[sizeClass].push(address);
        pages.addAndGet(SizeClasses.pages(sizeClass));
    }

    /// Takes at most `max` runs out of stock into `addresses[from]` and behind it, those last put in first.
    ///
    /// @return how many it was
    public int pop(int sizeClass, long[] addresses, int from, int max) {
        int taken = bins[sizeClass].pop(addresses, from, max);
        if (taken != 0) {
            pages.addAndGet(-(long) taken * SizeClasses.pages(sizeClass));
        }
        return taken;
    }

    /// Takes one run out of stock; [#NONE] where there is none.
    public long pop(int sizeClass) {
        long run = bins[sizeClass].pop();
        if (run != NONE) {
            pages.addAndGet(-SizeClasses.pages(sizeClass));
        }
        return run;
    }

    /// How many runs of the class are in stock.
    public int count(int sizeClass) {
        return bins[sizeClass].count();
    }

    /// The fewest runs of the class that were in stock at any moment since this was last called.
    public int surplus(int sizeClass) {
        return bins[sizeClass].surplus();
    }

    private static final class Bin {
        private static final int LEAST = 64;
        private long[] runs = new long[0];
        private int count;
        private int fewest;

        synchronized void push(long run) {
            reserve(1);
            runs[count++] = run;
        }

        synchronized void push(long[] from, int first, int howMany) {
            reserve(howMany);
            System.arraycopy(from, first, runs, count, howMany);
            count += howMany;
        }

        synchronized int pop(long[] into, int first, int max) {
            int taken = Math.min(max, count);
            System.arraycopy(runs, count - taken, into, first, taken);
            shrink(taken);
            return taken;
        }

        synchronized long pop() {
            if (count == 0) {
                fewest = 0;
                return NONE;
            }
            long run = runs[count - 1];
            shrink(1);
            return run;
        }

        synchronized int count() {
            return count;
        }

        synchronized int surplus() {
            int surplus = fewest;
            fewest = count;
            return surplus;
        }

        private void reserve(int more) {
            if (count + more > runs.length) {
                runs = Arrays.copyOf(runs, Math.max(LEAST, Math.max(count + more, runs.length * 2)));
            }
        }

        /// A list that was long once does not keep its array for ever.
        private void shrink(int taken) {
            int left = count - taken;
            if (runs.length > LEAST && left < runs.length >>> 3) {
                runs = Arrays.copyOf(runs, runs.length >>> 1); // before anything is taken: it may find no memory
            }
            count = left;
            fewest = Math.min(fewest, left);
        }
    }
}
