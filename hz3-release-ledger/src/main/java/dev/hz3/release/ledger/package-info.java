/// The memory of freed pages: they rest here, join, and are purged.
///
/// Read in this order: [ReleaseLedger] is the book, [PurgePlan] how much it may
/// do in one tick.
///
/// Holds I5 together with the boundary: pages are purged only while lent, and only here. No lock is held over a system call.
///
/// By itself:
///
/// ```java
/// OperatingSystem os = LinuxSystem.open();
/// AddressMap map = AddressMap.reserve(os, 64L << 20);
/// ReleaseLedger ledger = new ReleaseLedger(os, map);
/// ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
/// Segment segment = map.open(SegmentKind.MEDIUM, new PackPool(0));
/// int first = boundary.claim(segment, 10);
/// boundary.release(segment, new PageRange(first, 4), ReleaseReason.LARGE_FREE);
/// boundary.release(segment, new PageRange(first + 4, 6), ReleaseReason.LARGE_FREE);
/// System.out.println(ledger.waitingPages());                      // prints: 10
/// System.out.println(ledger.tick(boundary, PurgePlan.FLUSH));     // prints: 10
/// System.out.println(ledger.purgeCalls());                        // prints: 1
/// map.unreserve();
/// ```
package dev.hz3.release.ledger;
