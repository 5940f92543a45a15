package dev.hz3.bench.peers;

import dev.hz3.heap.HeapStats;
import dev.hz3.heap.NativeHeap;
import java.util.Optional;

/// This project's heap, used by address like its peers, and a record like them: see [NativePeer].
///
/// @param heap which ends when this is closed
public record Hz3Allocator(NativeHeap heap) implements BenchAllocator {

    /// A heap of its own, with the options that the system properties name.
    public Hz3Allocator() {
        this(NativeHeap.create());
    }

    @Override
    public String name() {
        return "hz3";
    }

    @Override
    public long allocate(long bytes) {
        return heap.allocateAddress(bytes);
    }

    @Override
    public void free(long address) {
        heap.freeAddress(address);
    }

    @Override
    public void tick() {
        heap.tick();
    }

    @Override
    public void trim() {
        heap.trim();
    }

    @Override
    public Optional<ReleaseCounters> counters() {
        HeapStats stats = heap.stats();
        return Optional.of(new ReleaseCounters(
                stats.liveBytes(),
                stats.mappedBytes(),
                stats.epochs(),
                stats.retiredPages(),
                stats.reclaimedRuns(),
                stats.reclaimedPages(),
                stats.boundaryCalls(),
                stats.enqueuedRanges(),
                stats.joinedRanges(),
                stats.purgedPages(),
                stats.purgeCalls(),
                stats.waitingPages(),
                stats.reusedPages(),
                stats.idleTicks(),
                stats.busyTicks(),
                stats.violations(),
                stats.purgeFailures()));
    }

    @Override
    public void close() {
        heap.close();
    }
}
