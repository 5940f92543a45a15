/// Retirement: empty runs of small blocks become free pages.
///
/// [RetireScan] takes empty runs out of stock, which proves that nobody holds a block of them, and hands their pages to the
/// release boundary; [RetireBudget] says how much of it.
///
/// By itself:
///
/// ```java
/// AddressMap map = AddressMap.reserve(LinuxSystem.open(), 64L << 20);
/// ReleaseBoundary boundary = new ReleaseBoundary(map, ReleaseSink.KEEP);
/// SmallPages pages = new SmallPages(map);
/// Segment segment = map.open(SegmentKind.SMALL, new PackPool(0));
/// int page = boundary.claim(segment, 1);
/// segment.enter(page, SizeClasses.of(1024));                                    // a run of four blocks, all of them free
/// pages.add(segment.addressOf(page));
/// RetireScan scan = new RetireScan(map, boundary, List.of(pages));
/// System.out.println(scan.tick(RetireBudget.ALL));                              // prints: 1
/// System.out.println(boundary.releases(ReleaseReason.SMALL_PAGE_RETIRE));       // prints: 1
/// map.unreserve();
/// ```
package dev.hz3.retire.scan;
