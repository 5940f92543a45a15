/// The door: the one writer of `free_bits`, in both directions.
///
/// Read in this order: [ReleaseBoundary] is the door, [ReleaseReason] why pages come back, [ReleaseSink] who hears of it, [Loan]
/// and [Borrower] how free pages are lent while they are purged, [BoundaryViolation] what is thrown when somebody is wrong.
///
/// Holds I1 (one writer), I2 (the count equals the bits), I3 (pages cross from the opposite state only; a header never
/// crosses) and the lending half of I5. Every class is safe for use by any thread unless its comment says otherwise.
///
/// By itself:
///
/// ```java
/// AddressMap map = AddressMap.reserve(LinuxSystem.open(), 64L << 20);
/// ReleaseBoundary boundary = new ReleaseBoundary(map, ReleaseSink.KEEP);
/// Segment segment = map.open(SegmentKind.MEDIUM, new PackPool(0));
/// int first = boundary.claim(segment, 10);
/// boundary.release(segment, new PageRange(first, 10), ReleaseReason.LARGE_FREE);
/// try {
///     boundary.release(segment, new PageRange(first, 10), ReleaseReason.LARGE_FREE);
/// } catch (BoundaryViolation twice) {
///     System.out.println(twice.check() + " " + segment.freePages()); // prints: STATE 512
/// }
/// map.unreserve();
/// ```
package dev.hz3.release.boundary;
