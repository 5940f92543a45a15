package dev.hz3.heap.cache;

import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.heap.supply.HugePagePolicy;
import dev.hz3.heap.supply.RunSupply;
import dev.hz3.heap.supply.SegmentWatch;
import dev.hz3.heap.supply.Shard;
import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.AddressMap;
import java.util.List;

/// Caches on a machine that is not there, without a heap around them.
final class CacheFixture implements AutoCloseable {

    private static final long MAX_BYTES = 16 * SEGMENT_BYTES;

    final AddressMap map;
    final CacheTable caches;
    final CacheUpkeep upkeep;

    CacheFixture(int sharedCaches) {
        OperatingSystem os = new SimulatedSystem();
        map = AddressMap.reserve(os, MAX_BYTES);
        ReleaseLedger ledger = new ReleaseLedger(os, map);
        ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
        Shard shard = new Shard(0, map);
        MediumReclaim reclaim = new MediumReclaim(map, boundary, List.of(shard.runs()));
        RetireScan retire = new RetireScan(map, boundary, List.of(shard.smallPages()));
        RunSupply supply = new RunSupply(os, map, boundary, ledger, reclaim, retire, List.of(shard), new HugePagePolicy(false, 0, () -> 0), () -> 0,
                new SegmentWatch() {});
        caches = new CacheTable(os, map, supply, 1, sharedCaches, new CacheLimits(256 << 10, 1 << 20, 0, true), _ -> {});
        upkeep = new CacheUpkeep(os, caches);
    }

    @Override
    public void close() {
        caches.close();
        map.unreserve();
    }
}
