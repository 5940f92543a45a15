package dev.hz3.bench.jmh;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The real machine's addresses, and a kernel that is done before it is asked: what takes and gives back memory costs nothing.
///
/// Purged pages keep their contents, so it is of use only where nobody reads them.
record TirelessMachine(OperatingSystem real) implements OperatingSystem {

    TirelessMachine() {
        this(LinuxSystem.open());
    }

    @Override
    public int pageBytes() {
        return real.pageBytes();
    }

    @Override
    public HugePageMode hugePageMode() {
        return HugePageMode.NEVER;
    }

    @Override
    public long memoryLimitBytes() {
        return real.memoryLimitBytes();
    }

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        return real.reserve(wantedBytes, leastBytes, alignmentBytes);
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        return real.reserveTable(bytes);
    }

    @Override
    public void unreserve(ReservedRange range) {
        real.unreserve(range);
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        real.commit(range, address, bytes);
    }

    @Override
    public MemorySegment view(ReservedRange range, long address, long bytes, Arena arena) {
        return real.view(range, address, bytes, arena);
    }

    @Override
    public int purge(PurgeBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            batch.markPurged(i);
        }
        return 1;
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        return true;
    }

    @Override
    public long residentBytes(ReservedRange range, long address, long bytes) {
        return 0;
    }

    @Override
    public long processResidentBytes() {
        return 0;
    }

    @Override
    public boolean fenceAllThreads() {
        return true;
    }

    @Override
    public void close() {
        real.close();
    }
}
