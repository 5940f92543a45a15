package dev.hz3.bench.peers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads and writes the bytes that an allocator handed out, by address and unchecked: a wrong address ends the process.
public final class RawMemory {

    // 0.5 ns a read: a constant of this length leaves the compiler no bound to check.
    private static final MemorySegment EVERYTHING = everything();

    private RawMemory() {}

    @SuppressWarnings("restricted") // Whatever a peer hands out lies anywhere.
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /// The eight bytes at `address`, which need not be aligned.
    public static long readLong(long address) {
        return EVERYTHING.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    /// Writes eight bytes at `address`, which need not be aligned.
    public static void writeLong(long address, long value) {
        EVERYTHING.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    /// The byte at `address`.
    public static byte readByte(long address) {
        return EVERYTHING.get(ValueLayout.JAVA_BYTE, address);
    }

    /// Writes the byte at `address`.
    public static void writeByte(long address, byte value) {
        EVERYTHING.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /// Writes `value` to each of the `bytes` bytes from `address` on.
    public static void fill(long address, long bytes, byte value) {
        EVERYTHING.asSlice(address, bytes).fill(value);
    }
}
