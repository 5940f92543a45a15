package dev.hz3.segment;

import java.util.concurrent.atomic.AtomicLongArray;

/// A count that many threads add to: a few cells in lines of their own, one for each thread by its number, so that two threads seldom meet.
///
/// It needs no memory once it is there, so a free can count when the Java heap is full. `LongAdder` makes its cells when threads meet.
///
/// Threads: any. A sum that is read while somebody adds is one of the sums of that while.
public final class Tally {

    private static final int CELLS = 8;
    private static final int LINE = 64 / Long.BYTES;

    // One line more than there are cells, before the first.
    private final AtomicLongArray cells = new AtomicLongArray((CELLS + 1) * LINE);

    /// A count of 0.
    public Tally() {
        add(sum()); // the virtual machine needs memory for the first time that it is done, and has some now
    }

    /// Adds `n`, which may be negative.
    public void add(long n) {
        int cell = (int) Thread.currentThread().threadId() & CELLS - 1;
        cells.getAndAdd((cell + 1) * LINE, n);
    }

    /// Adds 1.
    public void increment() {
        add(1);
    }

    /// Returns what was added.
    public long sum() {
        long sum = 0;
        for (int i = LINE; i < cells.length(); i += LINE) {
            sum += cells.get(i);
        }
        return sum;
    }
}
