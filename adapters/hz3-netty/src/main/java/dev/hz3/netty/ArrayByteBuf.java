package dev.hz3.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.concurrent.atomic.LongAdder;

/// Netty's buffer in a Java array, counted.
final class ArrayByteBuf extends UnpooledHeapByteBuf {

    private final LongAdder arrayBytes;

    ArrayByteBuf(ByteBufAllocator alloc, LongAdder arrayBytes, int initialCapacity, int maxCapacity) {
        super(alloc, new byte[initialCapacity], maxCapacity);
        setIndex(0, 0);
        this.arrayBytes = arrayBytes;
        arrayBytes.add(initialCapacity);
    }

    @Override
    protected byte[] allocateArray(int initialCapacity) {
        byte[] array = super.allocateArray(initialCapacity);
        arrayBytes.add(array.length);
        return array;
    }

    @Override
    protected void freeArray(byte[] array) {
        arrayBytes.add(-array.length);
        super.freeArray(array);
    }
}
