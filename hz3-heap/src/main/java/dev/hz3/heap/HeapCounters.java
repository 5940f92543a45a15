package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;

import dev.hz3.epoch.Epoch;
import dev.hz3.heap.cache.ThreadCache;
import dev.hz3.heap.supply.Shard;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import org.jspecify.annotations.Nullable;

/// What can be seen of a heap, and what is said when it refuses an allocation.
///
///     live = what has left the stock − what is in a cache or on its way home
///
/// Threads: any; what is counted while others are at work is recent, not exact.
final class HeapCounters {

    private final HeapParts parts;
    private final BlockLookup lookup;
    private final HeapUpkeep upkeep;
    private final @Nullable BlockGuard guard; // of a hardened heap
    private final HeapObservers observers;

    HeapCounters(HeapParts parts, BlockLookup lookup, HeapUpkeep upkeep, @Nullable BlockGuard guard) {
        this.parts = parts;
        this.lookup = lookup;
        this.upkeep = upkeep;
        this.guard = guard;
        observers = parts.observers();
    }

    HeapStats stats() {
        long cached = guard == null ? 0 : guard.quarantinedBytes();
        long violations = parts.boundary().violations() + parts.reclaim().quarantinedRuns() + parts.retire().quarantinedRuns()
                + (guard == null ? 0 : guard.damaged());
        for (ThreadCache cache : parts.caches().all()) {
            violations += cache.violations();
            cached += cache.largeBytes();
            for (int c = 0; c < SizeClasses.COUNT; c++) {
                cached += (cache.count(c) + cache.onTheWay(c)) * SizeClasses.bytes(c);
            }
        }
        Epoch epoch = upkeep.epoch();
        Pages pages = pages();
        return new HeapStats(
                liveBytes(),
                parts.mappedBytes(),
                pages.waiting(),
                parts.supply().stockedPages(),
                cached,
                Math.max(0, (pages.small() << PAGE_SHIFT) - smallBytesOut()),
                epoch.epochs(),
                epoch.idleTicks(),
                epoch.busyTicks(),
                epoch.failures(),
                parts.retire().retiredPages(),
                parts.reclaim().reclaimedRuns(),
                parts.reclaim().reclaimedPages(),
                parts.boundary().releases(),
                parts.ledger().enqueuedRanges(),
                parts.ledger().joinedRanges(),
                parts.ledger().purgedPages(),
                parts.ledger().purgeCalls(),
                parts.ledger().reusedPages(),
                parts.ledger().regrettedPages(),
                parts.ledger().purgeFailures(),
                parts.ledger().lockedRanges(),
                violations,
                lookup.invalidFrees(),
                parts.table().bookkeepingBytes(),
                upkeep.wakeUps(),
                parts.firstTouch().pageNanos(),
                parts.hugePages().hugeNanos());
    }

    /// @param small pages in use in small segments, their headers among them
    /// @param waiting free pages that may be resident
    private record Pages(long small, long waiting) {}

    private Pages pages() {
        long used = 0;
        long small = 0;
        int slots = parts.map().usedSlots(); // once: it takes the map's lock
        for (int slot = 0; slot < slots; slot++) {
            Segment segment = parts.map().at(slot);
            int here = segment == Segment.NOWHERE ? 0 : PAGES_PER_SEGMENT - segment.freePages();
            used += here;
            small += segment.kind() == SegmentKind.SMALL ? here : 0;
        }
        return new Pages(small, Math.max(0, parts.map().residentPages() - used));
    }

    /// Bytes of the blocks that are out of their small runs: live, cached or on their way.
    private long smallBytesOut() {
        long bytes = 0;
        for (int c = 0; c < SizeClasses.FIRST_MEDIUM; c++) {
            for (Shard shard : parts.shards()) {
                bytes += shard.smallPages().out(c) * SizeClasses.bytes(c);
            }
        }
        return bytes;
    }

    private long liveBytes() {
        ThreadCache[] all = parts.caches().all();
        long large = parts.supply().large().bytes();
        for (ThreadCache cache : all) {
            large -= cache.largeBytes();
        }
        long live = Math.max(0, large);
        for (int c = 0; c < SizeClasses.COUNT; c++) {
            boolean isMedium = SizeClasses.isMedium(c);
            long blocks = isMedium ? parts.supply().claimedRuns(c) - parts.reclaim().reclaimedRuns(c) : 0;
            for (Shard shard : parts.shards()) {
                blocks += isMedium ? -shard.runs().count(c) : shard.smallPages().out(c);
            }
            for (ThreadCache cache : all) {
                blocks -= cache.count(c) + cache.onTheWay(c);
            }
            live += Math.max(0, blocks) * SizeClasses.bytes(c);
        }
        return guard == null ? live : Math.max(0, live - guard.quarantinedBytes());
    }

    /// What an allocation that cannot be met throws.
    ///
    /// @param cause what stood in the way, if anything was tried
    OutOfMemoryError refusal(long byteSize, long byteAlignment, @Nullable Throwable cause) {
        long live = liveBytes();
        if (!observers.isEmpty()) {
            observers.tell(observer -> observer.limitReached(byteSize, live, parts.limit().bytes()));
        }
        OutOfMemoryError refusal = new OutOfMemoryError("allocate(byteSize=" + byteSize
                + (byteAlignment > 1 ? ", byteAlignment=" + byteAlignment : "") + "): liveBytes=" + live + ", mappedBytes="
                + parts.mappedBytes() + ", limitBytes=" + parts.limit().bytes() + (cause == null ? "" : ": " + cause.getMessage()));
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }

    /// The first failure of a tick's step that was not looked at elsewhere, in words; empty if there was none.
    String lastFailure() {
        return upkeep.epoch().lastFailure().map(Throwable::toString)
                .or(parts.reclaim()::lastQuarantined)
                .or(parts.retire()::lastQuarantined)
                .orElse("");
    }
}
