package dev.hz3.os;

/// A program for [AddressSpaceLimitIT]: reserves 64 GiB or less, then 64 GiB and no less, and prints what became of it.
final class ReserveUnderLimit {

    private static final long MIB = 1L << 20;
    private static final long WANTED_BYTES = 65_536 * MIB;

    private ReserveUnderLimit() {}

    public static void main(String[] args) {
        try (LinuxSystem os = LinuxSystem.open()) {
            ReservedRange range = os.reserve(WANTED_BYTES, 2 * MIB, 2 * MIB);
            System.out.println("reserved " + range.bytes());
            os.commit(range, range.base(), os.pageBytes());
            os.unreserve(range);
            try {
                os.reserve(WANTED_BYTES, WANTED_BYTES, 2 * MIB);
            } catch (OutOfMemoryError e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }
}
