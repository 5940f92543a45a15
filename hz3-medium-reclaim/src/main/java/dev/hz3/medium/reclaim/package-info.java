/// Reclaim: free medium runs in stock become free pages.
///
/// [MediumReclaim] pops runs from the central lists, which proves them free (I4), and hands their pages to the release boundary.
///
/// By itself:
///
/// ```java
/// AddressMap map = AddressMap.reserve(LinuxSystem.open(), 64L << 20);
/// ReleaseBoundary boundary = new ReleaseBoundary(map, ReleaseSink.KEEP);
/// CentralBins stock = new CentralBins(map);
/// Segment segment = map.open(SegmentKind.MEDIUM, new PackPool(0));
/// int first = boundary.claim(segment, 8);
/// segment.tag(new PageRange(first, 8), SizeClasses.ofPages(8));
/// stock.push(SizeClasses.ofPages(8), segment.addressOf(first));                // a free run that waits for its next user
/// MediumReclaim reclaim = new MediumReclaim(map, boundary, List.of(stock));
/// System.out.println(reclaim.tick() + " " + reclaim.reclaimedPages());         // prints: 1 8
/// System.out.println(segment.freePages());                                     // prints: 512
/// map.unreserve();
/// ```
package dev.hz3.medium.reclaim;
