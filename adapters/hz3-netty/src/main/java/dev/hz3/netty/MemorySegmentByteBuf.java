package dev.hz3.netty;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A buffer's single values, read and written in a `MemorySegment`. Netty has checked index and reference count before, unless it was told not to; the
/// segment checks that the bytes are its own in any case.
abstract class MemorySegmentByteBuf extends AbstractReferenceCountedByteBuf {

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT_LE = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_LE = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_LE = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// The buffer's bytes, and perhaps more behind them.
    MemorySegment memory = MemorySegment.NULL; // which has no bytes

    MemorySegmentByteBuf(int maxCapacity) {
        super(maxCapacity);
    }

    @Override
    protected byte _getByte(int index) {
        return memory.get(JAVA_BYTE, index);
    }

    @Override
    protected short _getShort(int index) {
        return memory.get(SHORT, index);
    }

    @Override
    protected short _getShortLE(int index) {
        return memory.get(SHORT_LE, index);
    }

    @Override
    protected int _getUnsignedMedium(int index) {
        return Byte.toUnsignedInt(_getByte(index)) << Short.SIZE | Short.toUnsignedInt(_getShort(index + 1));
    }

    @Override
    protected int _getUnsignedMediumLE(int index) {
        return Short.toUnsignedInt(_getShortLE(index)) | Byte.toUnsignedInt(_getByte(index + 2)) << Short.SIZE;
    }

    @Override
    protected int _getInt(int index) {
        return memory.get(INT, index);
    }

    @Override
    protected int _getIntLE(int index) {
        return memory.get(INT_LE, index);
    }

    @Override
    protected long _getLong(int index) {
        return memory.get(LONG, index);
    }

    @Override
    protected long _getLongLE(int index) {
        return memory.get(LONG_LE, index);
    }

    @Override
    protected void _setByte(int index, int value) {
        memory.set(JAVA_BYTE, index, (byte) value);
    }

    @Override
    protected void _setShort(int index, int value) {
        memory.set(SHORT, index, (short) value);
    }

    @Override
    protected void _setShortLE(int index, int value) {
        memory.set(SHORT_LE, index, (short) value);
    }

    @Override
    protected void _setMedium(int index, int value) {
        _setByte(index, value >>> Short.SIZE);
        _setShort(index + 1, value);
    }

    @Override
    protected void _setMediumLE(int index, int value) {
        _setShortLE(index, value);
        _setByte(index + 2, value >>> Short.SIZE);
    }

    @Override
    protected void _setInt(int index, int value) {
        memory.set(INT, index, value);
    }

    @Override
    protected void _setIntLE(int index, int value) {
        memory.set(INT_LE, index, value);
    }

    @Override
    protected void _setLong(int index, long value) {
        memory.set(LONG, index, value);
    }

    @Override
    protected void _setLongLE(int index, long value) {
        memory.set(LONG_LE, index, value);
    }
}
