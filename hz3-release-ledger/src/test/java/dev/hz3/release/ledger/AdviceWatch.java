package dev.hz3.release.ledger;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A machine that notes what it is advised.
record AdviceWatch(OperatingSystem os, List<OperatingSystem.Advice> heard) implements OperatingSystem {

    @Override
    public int pageBytes() {
        return os.pageBytes();
    }

    @Override
    public HugePageMode hugePageMode() {
        return os.hugePageMode();
    }

    @Override
    public long memoryLimitBytes() {
        return os.memoryLimitBytes();
    }

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        return os.reserve(wantedBytes, leastBytes, alignmentBytes);
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        return os.reserveTable(bytes);
    }

    @Override
    public void unreserve(ReservedRange range) {
        os.unreserve(range);
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        os.commit(range, address, bytes);
    }

    @Override
    public MemorySegment view(ReservedRange range, long address, long bytes, Arena arena) {
        return os.view(range, address, bytes, arena);
    }

    @Override
    public int purge(PurgeBatch batch) {
        return os.purge(batch);
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        heard.add(advice);
        return true;
    }

    @Override
    public long residentBytes(ReservedRange range, long address, long bytes) {
        return os.residentBytes(range, address, bytes);
    }

    @Override
    public long processResidentBytes() {
        return os.processResidentBytes();
    }

    @Override
    public boolean fenceAllThreads() {
        return os.fenceAllThreads();
    }

    @Override
    public void close() {
        os.close();
    }
}
