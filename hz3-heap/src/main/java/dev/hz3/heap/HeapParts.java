package dev.hz3.heap;

import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.heap.cache.CacheTable;
import dev.hz3.heap.cache.CacheUpkeep;
import dev.hz3.heap.supply.FirstTouch;
import dev.hz3.heap.supply.HugePagePolicy;
import dev.hz3.heap.supply.RunSupply;
import dev.hz3.heap.supply.Shard;
import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.os.HugePageMode;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.ReservedRange;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PageTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// The boxes of one heap, wired once, from the machine up.
///
///     machine ◀── map ◀── boundary ──▶ ledger
///                  ▲         ▲
///               shards ◀── supply ──▶ reclaim, retire
///                            ▲
///                          caches ◀── upkeep of the caches
///
/// @param nanoTime the clock that everything is measured by
/// @param firstTouch makes claimed pages resident, and knows what a page costs
/// @param hugePages which segments ask for a huge page
/// @param cacheUpkeep takes back what lies unused in caches
/// @param observers who hear of what the heap does
record HeapParts(
        HeapOptions options,
        OperatingSystem os,
        LongSupplier nanoTime,
        AddressMap map,
        HeapLimit limit,
        ReleaseLedger ledger,
        ReleaseBoundary boundary,
        FirstTouch firstTouch,
        HugePagePolicy hugePages,
        List<Shard> shards,
        MediumReclaim reclaim,
        RetireScan retire,
        RunSupply supply,
        CacheTable caches,
        CacheUpkeep cacheUpkeep,
        HeapObservers observers) {

    /// Several, so that threads that run at the same time are seldom of one shard.
    private static final int SHARDS_PER_PROCESSOR = 4;
    private static final int MOST_SHARED_CACHES = 64;

    /// Reserves the addresses of a heap and puts its boxes together. If that fails, the addresses are given back.
    ///
    /// @param onSlowPath told after each slow path of a cache
    /// @throws OutOfMemoryError if the system refuses the addresses
    static HeapParts wire(
            HeapOptions options, OperatingSystem os, int processors, LongSupplier nanoTime, CacheTable.BooleanConsumer onSlowPath) {
        AddressMap map = AddressMap.reserve(os, options.reservedBytes());
        HeapParts parts = null;
        try {
            parts = wire(options, os, processors, nanoTime, onSlowPath, map);
            return parts;
        } finally {
            if (parts == null) {
                map.unreserve();
            }
        }
    }

    private static HeapParts wire(
            HeapOptions options, OperatingSystem os, int processors, LongSupplier nanoTime, CacheTable.BooleanConsumer onSlowPath,
            AddressMap map) {
        os.advise(map.range(), map.range().base(), map.range().bytes(), OperatingSystem.Advice.SMALL_PAGES); // huge ones come when asked for
        HeapLimit limit = new HeapLimit(options, os, map);
        ReleaseLedger ledger = new ReleaseLedger(os, map, nanoTime);
        FirstTouch firstTouch = new FirstTouch(os, map, ledger, nanoTime);
        ReleaseBoundary boundary = new ReleaseBoundary(map, firstTouch);
        int shardCount = options.shards() == 0 ? Math.min(Shard.MOST, SHARDS_PER_PROCESSOR * processors) : options.shards();
        List<Shard> all = new ArrayList<>();
        for (int i = 0; i < shardCount; i++) {
            all.add(new Shard(i, map));
        }
        List<Shard> shards = List.copyOf(all);
        MediumReclaim reclaim = new MediumReclaim(map, boundary, shards.stream().map(Shard::runs).toList());
        RetireScan retire = new RetireScan(map, boundary, shards.stream().map(Shard::smallPages).toList());
        HugePagePolicy hugePages = new HugePagePolicy(
                options.hugePages() && os.hugePageMode() != HugePageMode.NEVER,
                (int) Math.min(Integer.MAX_VALUE, options.hugeAfterBytes() >>> SEGMENT_SHIFT),
                firstTouch::segmentNanos);
        HeapObservers observers = new HeapObservers(map, ledger, nanoTime);
        RunSupply supply = new RunSupply(os, map, boundary, ledger, reclaim, retire, shards, hugePages, nanoTime, observers);
        CacheTable caches = new CacheTable(os, map, supply, shardCount, Math.min(MOST_SHARED_CACHES, processors),
                options.cacheLimits(limit.softBytes()), onSlowPath);
        return new HeapParts(options, os, nanoTime, map, limit, ledger, boundary, firstTouch, hugePages, shards, reclaim, retire, supply, caches,
                new CacheUpkeep(os, caches), observers);
    }

    ReservedRange range() {
        return map.range();
    }

    PageTable table() {
        return map.table();
    }

    /// The bytes of the segments that are open.
    long mappedBytes() {
        return (long) map.open() << SEGMENT_SHIFT;
    }
}
