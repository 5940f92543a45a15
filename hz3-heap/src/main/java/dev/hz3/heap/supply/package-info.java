/// Where blocks come from: `RunSupply` fills caches and takes back what they have too much, `LargeRuns` claims and releases what large blocks are made of,
/// `StockReclaim` turns stock into pages before the heap grows, `SegmentSupply` opens and closes segments, `Shard` is an owner of stock, `HugePagePolicy`
/// says which segments ask for a huge page, `StackRoom` that there is stack for what must not break off.
///
/// It knows neither the caches above it nor the heap. Exported to nobody.
package dev.hz3.heap.supply;
