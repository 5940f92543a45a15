package dev.hz3.os;

import java.lang.foreign.MemorySegment;

/// One stretch of reserved addresses, and the memory that can be seen through it.
///
/// `base` is the first address, `bytes` the length. `memory` spans the whole range; touching a part that was not
/// committed is an error of the program and may end it.
///
/// Threads: immutable; safe for use by any thread.
public record ReservedRange(long base, long bytes, MemorySegment memory) {

    /// A range of at least one byte that does not wrap around.
    public ReservedRange {
        if (base < 0 || bytes < 1 || base + bytes < base || memory.byteSize() != bytes) {
            throw new IllegalArgumentException(
                    "no such range: base=0x" + Long.toHexString(base) + ", bytes=" + bytes + ", memory=" + memory);
        }
    }

    /// The first address behind the range.
    public long end() {
        return base + bytes;
    }

    /// Without the memory, and with the address as every message writes it.
    @Override
    public String toString() {
        return "ReservedRange[base=0x" + Long.toHexString(base) + ", bytes=" + bytes + "]";
    }

    /// Whether all of `[address, address + length)` lies in the range; `length` may be 0.
    public boolean contains(long address, long length) {
        long offset = address - base;
        return offset >= 0 && length >= 0 && offset <= bytes && length <= bytes - offset;
    }
}
