package dev.hz3.os.raw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Reads and writes bookkeeping at bare addresses: the tables of hz3 that lie outside the Java heap.
///
/// Nothing is checked. An address that is not mapped ends the process, and a write to somebody else's memory damages it. So the
/// package is exported to the one box that keeps tables, and to nobody else.
///
/// Threads: each method names the strength of its access; the others are plain. Words are aligned to their size.
public final class RawMemory {

    @SuppressWarnings("restricted") // the one view of everything, for tables that are found by arithmetic
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    // Unaligned layouts for plain access: their check of the alignment would be paid at each operation.
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle SHARED_SHORT = ValueLayout.JAVA_SHORT.varHandle();
    private static final VarHandle SHARED_INT = ValueLayout.JAVA_INT.varHandle();

    static {
        // Now, and not in somebody's free: the virtual machine needs Java memory to link each of these the first time.
        try (Arena arena = Arena.ofConfined()) {
            long scratch = arena.allocate(Long.BYTES, Long.BYTES).address();
            putShort(scratch, (short) (getShort(scratch) + getShortOpaque(scratch)));
            putInt(scratch, getInt(scratch) + getIntVolatile(scratch));
            compareAndSetInt(scratch, 0, 1);
            putLong(scratch, getLong(scratch));
            clear(scratch, Long.BYTES);
        }
    }

    private RawMemory() {}

    /// Does nothing; when it returns, this class is initialized.
    public static void ready() {}

    /// Returns the 16 bits at `address`.
    public static short getShort(long address) {
        return ALL.get(SHORT, address);
    }

    /// Returns the 16 bits at `address`, as [VarHandle#getOpaque].
    public static short getShortOpaque(long address) {
        return (short) SHARED_SHORT.getOpaque(ALL, address);
    }

    /// Writes the 16 bits at `address`.
    public static void putShort(long address, short value) {
        ALL.set(SHORT, address, value);
    }

    /// Returns the 32 bits at `address`.
    public static int getInt(long address) {
        return ALL.get(INT, address);
    }

    /// Returns the 32 bits at `address`, as [VarHandle#getVolatile].
    public static int getIntVolatile(long address) {
        return (int) SHARED_INT.getVolatile(ALL, address);
    }

    /// Writes the 32 bits at `address`.
    public static void putInt(long address, int value) {
        ALL.set(INT, address, value);
    }

    /// Writes `next` at `address` if the 32 bits there are `expected`, as [VarHandle#compareAndSet].
    ///
    /// @return whether it did
    public static boolean compareAndSetInt(long address, int expected, int next) {
        return SHARED_INT.compareAndSet(ALL, address, expected, next);
    }

    /// Returns the 64 bits at `address`.
    public static long getLong(long address) {
        return ALL.get(LONG, address);
    }

    /// Writes the 64 bits at `address`.
    public static void putLong(long address, long value) {
        ALL.set(LONG, address, value);
    }

    /// Fills `[address, address + bytes)`, whole words of 64 bits, with zeroes.
    public static void clear(long address, long bytes) {
        for (long at = address; at < address + bytes; at += Long.BYTES) {
            ALL.set(LONG, at, 0L);
        }
    }
}
