package dev.hz3.os.testing;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A machine that passes every call on to another one. A subclass overrides the calls in which it differs.
///
/// [#backByHugePage(ReservedRange, long, long)] alone is not passed on: it is made of other calls, and a subclass sees those.
///
/// Threads: as the other machine; this class adds no state.
public abstract class ForwardingSystem implements OperatingSystem {

    private final OperatingSystem delegate;

    /// Passes every call on to `delegate`.
    protected ForwardingSystem(OperatingSystem delegate) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
    }

    @Override
    public int pageBytes() {
        return delegate.pageBytes();
    }

    @Override
    public HugePageMode hugePageMode() {
        return delegate.hugePageMode();
    }

    @Override
    public long memoryLimitBytes() {
        return delegate.memoryLimitBytes();
    }

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        return delegate.reserve(wantedBytes, leastBytes, alignmentBytes);
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        return delegate.reserveTable(bytes);
    }

    @Override
    public void unreserve(ReservedRange range) {
        delegate.unreserve(range);
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        delegate.commit(range, address, bytes);
    }

    @Override
    public MemorySegment view(ReservedRange range, long address, long bytes, Arena arena) {
        return delegate.view(range, address, bytes, arena);
    }

    @Override
    public void zero(ReservedRange range, long address, long bytes) {
        delegate.zero(range, address, bytes);
    }

    @Override
    public int purge(PurgeBatch batch) {
        return delegate.purge(batch);
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        return delegate.advise(range, address, bytes, advice);
    }

    @Override
    public long residentBytes(ReservedRange range, long address, long bytes) {
        return delegate.residentBytes(range, address, bytes);
    }

    @Override
    public long processResidentBytes() {
        return delegate.processResidentBytes();
    }

    @Override
    public boolean fenceAllThreads() {
        return delegate.fenceAllThreads();
    }

    @Override
    public long threadNumber() {
        return delegate.threadNumber();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
