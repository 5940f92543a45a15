package dev.hz3.heap.supply;

import dev.hz3.segment.AddressMap;
import dev.hz3.segment.CentralBins;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.SmallPages;

/// An owner of segments and stock. Threads are spread over the shards; several may share one.
///
/// @param index its number, from 0
/// @param runs free medium runs in stock
/// @param smallPages runs of small blocks that have some in stock
/// @param mediumPool medium segments with room
/// @param smallPool small segments with room
public record Shard(int index, CentralBins runs, SmallPages smallPages, PackPool mediumPool, PackPool smallPool) {

    /// The most shards that a heap may have.
    public static final int MOST = 64;

    public Shard(int index, AddressMap map) {
        this(index, new CentralBins(map), new SmallPages(map), new PackPool(index), new PackPool(index));
    }
}
