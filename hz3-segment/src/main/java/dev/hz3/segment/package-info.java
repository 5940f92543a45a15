/// The anatomy: what memory is made of, and what is in stock.
///
/// Read in this order: [Geometry] has the roots that every number descends from, [PageRange] and [SegmentKind] the words,
/// [SizeClasses] what a request is rounded to, [Segment] the bookkeeping of 2 MiB, [BlockStates] who holds a block,
/// [AddressMap] how an address finds its segment; then the stock: [CentralBins] for free runs, [PackPool] for
/// segments with room.
///
/// Nothing here writes `free_bits`: that pen lies in `dev.hz3.segment.bits`, exported to the release boundary alone (I1).
/// Bookkeeping is kept on the Java heap, away from the memory that users write.
package dev.hz3.segment;
