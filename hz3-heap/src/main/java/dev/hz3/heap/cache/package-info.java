/// What threads keep: `ThreadCache` is the fast path, `CacheTable` finds it, `CallerCache` is the way to it off the fast path,
/// `CachePresence` says who may use it, `BlockStacks`, `Inbox`, `Outbox` and `KeptBlocks` are
/// parts of it, `CacheUpkeep` takes back what lies unused.
///
/// It stands on `dev.hz3.heap.supply`, and knows nothing of the heap around it. Exported to nobody.
package dev.hz3.heap.cache;
