package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.segment.Geometry;
import dev.hz3.segment.SizeClasses;

/// A request: a number of bytes and an alignment, and the size class whose blocks meet both.
final class Request {

    /// The largest alignment, in bytes: a segment's.
    static final long MAX_ALIGNMENT = SEGMENT_BYTES;

    private Request() {}

    /// Returns if a heap could meet the request.
    ///
    /// @throws IllegalArgumentException if the size is less than 0, or the alignment no power of two up to [#MAX_ALIGNMENT]
    static void check(long byteSize, long byteAlignment) {
        if (byteSize < 0) {
            throw new IllegalArgumentException("allocate(byteSize=" + byteSize + "): less than 0");
        }
        if (byteAlignment <= 0 || (byteAlignment & (byteAlignment - 1)) != 0 || byteAlignment > MAX_ALIGNMENT) {
            throw new IllegalArgumentException("allocate(byteSize=" + byteSize + ", byteAlignment=" + byteAlignment
                    + "): not a power of two up to " + MAX_ALIGNMENT);
        }
    }

    /// The class of the smallest blocks of at least `byteSize` bytes that all lie at multiples of `byteAlignment`, which is at most a page.
    static int sizeClass(long byteSize, long byteAlignment) {
        int sizeClass = SizeClasses.of(Math.max(byteSize, byteAlignment == 1 ? 0 : byteAlignment));
        while (sizeClass < SizeClasses.SUB4K && (SizeClasses.bytes(sizeClass) & (byteAlignment - 1)) != 0) {
            sizeClass++;
        }
        if (sizeClass == SizeClasses.HEADED_PAGE && (SizeClasses.bytes(sizeClass) & (byteAlignment - 1)) != 0) {
            sizeClass = SizeClasses.SUB8K;
        }
        // From here on the next class with more of an alignment than its odd size has is one of whole pages.
        return (SizeClasses.bytes(sizeClass) & (byteAlignment - 1)) == 0
                ? sizeClass
                : SizeClasses.ofPages((int) Geometry.pagesFor(byteSize));
    }

    /// Whether blocks of whole pages alone meet it.
    static boolean isOfPages(long byteSize, long byteAlignment) {
        return byteSize > SizeClasses.MAX_MEDIUM_BYTES || byteAlignment > PAGE_BYTES;
    }

    /// Whether a request of `byteSize` bytes, at any alignment up to a page, is met by blocks of class `sizeClass`.
    static boolean isMetBy(int sizeClass, long byteSize) {
        for (long alignment = 1; alignment <= PAGE_BYTES; alignment *= 2) {
            if (sizeClass(byteSize, alignment) == sizeClass) {
                return true;
            }
        }
        return false;
    }

    /// The number of bytes that a block for `byteSize` bytes has.
    static long goodSize(long byteSize) {
        return byteSize <= SizeClasses.MAX_MEDIUM_BYTES
                ? SizeClasses.bytes(SizeClasses.of(byteSize))
                : Math.max(byteSize, byteSize + PAGE_BYTES - 1 & -PAGE_BYTES); // what overflows can never be met
    }
}
