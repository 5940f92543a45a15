package dev.hz3.heap;

import dev.hz3.segment.CentralBins;
import dev.hz3.segment.PackPool;

/// An owner of segments and stock. Threads are spread over the shards; several may share one.
///
/// @param central free runs in stock
/// @param pool segments with room
record Shard(CentralBins central, PackPool pool) {

    Shard(int index) {
        this(new CentralBins(), new PackPool(index));
    }
}
