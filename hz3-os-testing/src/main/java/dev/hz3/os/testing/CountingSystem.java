package dev.hz3.os.testing;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.util.concurrent.atomic.LongAdder;

/// A machine that counts what is asked of another one. A call that fails counts as a call.
///
/// What is counted is called from outside; how many system calls a purge took is what the other machine said.
///
/// Threads: any. A count read while others call is exact for the calls that returned before.
public final class CountingSystem extends ForwardingSystem {

    private final LongAdder reserves = new LongAdder();
    private final LongAdder unreserves = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final LongAdder purges = new LongAdder();
    private final LongAdder purgeCalls = new LongAdder();
    private final LongAdder purgedRanges = new LongAdder();
    private final LongAdder purgedBytes = new LongAdder();
    private final LongAdder advises = new LongAdder();
    private final LongAdder fences = new LongAdder();
    private final LongAdder closes = new LongAdder();

    /// Counts what is asked of `delegate`.
    public CountingSystem(OperatingSystem delegate) {
        super(delegate);
    }

    /// How often addresses were asked for.
    public long reserves() {
        return reserves.sum();
    }

    /// How often a range was given back.
    public long unreserves() {
        return unreserves.sum();
    }

    /// How often memory was asked for.
    public long commits() {
        return commits.sum();
    }

    /// How many batches were to be purged.
    public long purges() {
        return purges.sum();
    }

    /// How many system calls those batches took.
    public long purgeCalls() {
        return purgeCalls.sum();
    }

    /// How many ranges were marked as purged when their batch came back.
    public long purgedRanges() {
        return purgedRanges.sum();
    }

    /// The length of all ranges marked as purged, in bytes.
    public long purgedBytes() {
        return purgedBytes.sum();
    }

    /// How often advice was given.
    public long advises() {
        return advises.sum();
    }

    /// How often all threads were to be fenced.
    public long fences() {
        return fences.sum();
    }

    /// How often the machine was closed.
    public long closes() {
        return closes.sum();
    }

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        reserves.increment();
        return super.reserve(wantedBytes, leastBytes, alignmentBytes);
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        reserves.increment();
        return super.reserveTable(bytes);
    }

    @Override
    public void unreserve(ReservedRange range) {
        unreserves.increment();
        super.unreserve(range);
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        commits.increment();
        super.commit(range, address, bytes);
    }

    @Override
    public int purge(PurgeBatch batch) {
        purges.increment();
        int calls = super.purge(batch);
        purgeCalls.add(calls);
        for (int i = 0; i < batch.size(); i++) {
            if (batch.isPurged(i)) {
                purgedRanges.increment();
                purgedBytes.add(batch.bytes(i));
            }
        }
        return calls;
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        advises.increment();
        return super.advise(range, address, bytes, advice);
    }

    @Override
    public boolean fenceAllThreads() {
        fences.increment();
        return super.fenceAllThreads();
    }

    @Override
    public void close() {
        closes.increment();
        super.close();
    }
}
