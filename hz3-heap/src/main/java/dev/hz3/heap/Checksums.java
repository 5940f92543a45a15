package dev.hz3.heap;

/// The CRC-32 of two things in a row, from those of each: the first one's is moved on over the length of the second, which is a multiplication by
/// x^(8 · length) modulo the polynomial. The method is zlib's `crc32_combine`.
final class Checksums {

    private static final int POLYNOMIAL = 0xEDB8_8320; // bit 31 is that of x^0
    private static final int ONE = 1 << 31;
    private static final int X_TO_THE_8TH = ONE >>> 8;

    private Checksums() {}

    /// Returns the checksum of both.
    ///
    /// @param first of what comes first
    /// @param second of what comes then
    /// @param secondBytes its length, in bytes
    static long joined(long first, long second, long secondBytes) {
        int shift = ONE;
        int power = X_TO_THE_8TH;
        for (long left = secondBytes; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                shift = product(shift, power);
            }
            power = product(power, power);
        }
        return Integer.toUnsignedLong(product(shift, (int) first)) ^ second;
    }

    private static int product(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ POLYNOMIAL : shifted >>> 1;
        }
        return product;
    }
}
