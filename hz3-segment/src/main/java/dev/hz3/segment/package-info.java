/// The anatomy: what memory is made of, and what is in stock.
///
/// Read in this order: [Geometry] has the roots that every number descends from, [PageRange], [PageSet] and [SegmentKind] the words,
/// [SizeClasses] what a request is rounded to, [PageWord] and [PageTable] how an address finds its block, [Segment] the bookkeeping of 2 MiB,
/// [AddressMap] how an address finds its segment; then the stock: [CentralBins] for free runs, [PackPool] for
/// segments with room.
///
/// Nothing here writes `free_bits`: that pen lies in `dev.hz3.segment.bits`, exported to the release boundary alone (I1).
/// Nor does anybody but the front door write who holds a block: that pen lies in `dev.hz3.segment.states`.
/// What is per page or per block lies in tables outside the Java heap, away from the memory that users write.
///
/// By itself:
///
/// ```java
/// OperatingSystem os = LinuxSystem.open();
/// AddressMap map = AddressMap.reserve(os, 64L << 20);
/// Segment segment = map.open(SegmentKind.MEDIUM, new PackPool(0));
/// long address = segment.addressOf(7) + 100;
/// System.out.println(map.find(address) == segment);                                         // prints: true
/// System.out.println(Segment.pageOf(address) + " " + segment.freePages());                  // prints: 7 512
/// System.out.println(SizeClasses.bytes(SizeClasses.of(1100)));                              // prints: 1152
/// map.unreserve();
/// ```
package dev.hz3.segment;
