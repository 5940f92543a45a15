package dev.hz3.netty;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.hz3.heap.NativeHeap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import org.jspecify.annotations.Nullable;

/// A direct buffer whose bytes are a block of a [NativeHeap].
///
///     block      │ the buffer's bytes                  │ room to grow in place │
///                0                           capacity ─┘   memory.byteSize() ──┘
///
/// It looks at the block through a `MemorySegment`, so that each access is inside the block and while the heap is open, or throws. A
/// released buffer looks at no memory at all.
///
/// Threads: as Netty's buffers. One at a time, or several that only read and use no index of the buffer.
final class NativeHeapByteBuf extends MemorySegmentByteBuf {

    /// A block is kept for so small a part of it; below that a smaller one takes its place.
    private static final int SMALLEST_PART = 2;
    private static final int STREAM_CHUNK_BYTES = 8 << 10;

    private final Hz3ByteBufAllocator alloc;
    private final boolean hasMemoryAddress;
    private int capacity;

    /// The block is the last thing that is made: nothing behind it can fail and lose it.
    NativeHeapByteBuf(Hz3ByteBufAllocator alloc, boolean hasMemoryAddress, int initialCapacity, int maxCapacity) {
        super(maxCapacity);
        this.alloc = alloc;
        this.hasMemoryAddress = hasMemoryAddress;
        capacity = initialCapacity;
        memory = blockOf(alloc.heap(), initialCapacity);
    }

    private static MemorySegment blockOf(NativeHeap heap, int capacity) {
        return heap.allocate(heap.goodSize(capacity));
    }

    @Override
    protected void deallocate() {
        MemorySegment block = memory;
        memory = MemorySegment.NULL;
        giveBack(block);
    }

    private void giveBack(MemorySegment block) {
        try {
            alloc.heap().free(block);
        } catch (IllegalStateException e) {
            if (block.scope().isAlive()) {
                throw e;
            }
            // The heap was closed, and the block has left with it.
        }
    }

    // ---- capacity ------------------------------------------------------------------------------------------------

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        ensureAccessible();
        if (newCapacity > memory.byteSize() || newCapacity < capacity && newCapacity < memory.byteSize() / SMALLEST_PART) {
            move(newCapacity);
        }
        int oldCapacity = capacity;
        capacity = newCapacity;
        if (newCapacity < oldCapacity) {
            trimIndicesToCapacity(newCapacity);
        }
        return this;
    }

    /// Goes on in a block for `newCapacity` bytes; where there is none, nothing has changed.
    private void move(int newCapacity) {
        MemorySegment block = memory;
        NativeHeap heap = alloc.heap();
        long blockBytes = heap.goodSize(newCapacity);
        if (blockBytes == block.byteSize()) {
            return;
        }
        MemorySegment next = heap.allocate(blockBytes);
        MemorySegment.copy(block, 0, next, 0, Math.min(capacity, newCapacity));
        memory = next;
        giveBack(block);
    }

    // ---- what it is ----------------------------------------------------------------------------------------------

    @Override
    public ByteBufAllocator alloc() {
        return alloc;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // the deprecation is inherited
    public ByteOrder order() {
        return ByteOrder.BIG_ENDIAN;
    }

    @Override
    public @Nullable ByteBuf unwrap() {
        return null;
    }

    @Override
    public boolean isDirect() {
        return true;
    }

    @Override
    public boolean isContiguous() {
        return true;
    }

    @Override
    public boolean hasArray() {
        return false;
    }

    @Override
    public byte[] array() {
        throw new UnsupportedOperationException("direct buffer");
    }

    @Override
    public int arrayOffset() {
        throw new UnsupportedOperationException("direct buffer");
    }

    @Override
    public boolean hasMemoryAddress() {
        return hasMemoryAddress;
    }

    /// Where the first byte lies. Whoever goes there goes without any check.
    @Override
    public long memoryAddress() {
        ensureAccessible();
        if (!hasMemoryAddress) {
            throw new UnsupportedOperationException("Netty runs without addresses here");
        }
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("the heap is closed");
        }
        return memory.address();
    }

    // ---- many bytes ----------------------------------------------------------------------------------------------

    @Override
    public ByteBuf getBytes(int index, ByteBuf dst, int dstIndex, int length) {
        checkDstIndex(index, length, dstIndex, dst.capacity());
        if (dst instanceof NativeHeapByteBuf other) {
            other.ensureAccessible();
            MemorySegment.copy(memory, index, other.memory, dstIndex, length);
        } else if (dst.hasArray()) {
            MemorySegment.copy(memory, JAVA_BYTE, index, dst.array(), dst.arrayOffset() + dstIndex, length);
        } else {
            dst.setBytes(dstIndex, view(index, length));
        }
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, byte[] dst, int dstIndex, int length) {
        checkDstIndex(index, length, dstIndex, dst.length);
        MemorySegment.copy(memory, JAVA_BYTE, index, dst, dstIndex, length);
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, ByteBuffer dst) {
        checkIndex(index, dst.remaining());
        dst.put(view(index, dst.remaining()));
        return this;
    }

    @Override
    public ByteBuf getBytes(int index, OutputStream out, int length) throws IOException {
        checkIndex(index, length);
        byte[] chunk = new byte[Math.min(length, STREAM_CHUNK_BYTES)];
        for (int done = 0; done < length; done += chunk.length) {
            int bytes = Math.min(chunk.length, length - done);
            MemorySegment.copy(memory, JAVA_BYTE, (long) index + done, chunk, 0, bytes);
            out.write(chunk, 0, bytes);
        }
        return this;
    }

    @Override
    public int getBytes(int index, GatheringByteChannel out, int length) throws IOException {
        checkIndex(index, length);
        return out.write(view(index, length));
    }

    @Override
    public int getBytes(int index, FileChannel out, long position, int length) throws IOException {
        checkIndex(index, length);
        return out.write(view(index, length), position);
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuf src, int srcIndex, int length) {
        checkSrcIndex(index, length, srcIndex, src.capacity());
        if (src instanceof NativeHeapByteBuf other) {
            other.ensureAccessible();
            MemorySegment.copy(other.memory, srcIndex, memory, index, length);
        } else if (src.hasArray()) {
            MemorySegment.copy(src.array(), src.arrayOffset() + srcIndex, memory, JAVA_BYTE, index, length);
        } else {
            src.getBytes(srcIndex, view(index, length));
        }
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, byte[] src, int srcIndex, int length) {
        checkSrcIndex(index, length, srcIndex, src.length);
        MemorySegment.copy(src, srcIndex, memory, JAVA_BYTE, index, length);
        return this;
    }

    @Override
    public ByteBuf setBytes(int index, ByteBuffer src) {
        checkIndex(index, src.remaining());
        view(index, src.remaining()).put(src);
        return this;
    }

    /// Reads until `length` bytes are there, the stream ends, or it gives less than it was asked for.
    @Override
    public int setBytes(int index, InputStream in, int length) throws IOException {
        checkIndex(index, length);
        byte[] chunk = new byte[Math.min(length, STREAM_CHUNK_BYTES)];
        int done = 0;
        do {
            int wanted = Math.min(chunk.length, length - done);
            int bytes = in.read(chunk, 0, wanted);
            if (bytes < 0) {
                return done == 0 ? -1 : done;
            }
            MemorySegment.copy(chunk, 0, memory, JAVA_BYTE, (long) index + done, bytes);
            done += bytes;
            if (bytes < wanted) {
                return done;
            }
        } while (done < length);
        return done;
    }

    @Override
    public int setBytes(int index, ScatteringByteChannel in, int length) throws IOException {
        checkIndex(index, length);
        try {
            return in.read(view(index, length));
        } catch (ClosedChannelException e) {
            return -1; // as Netty's buffers do: the end of what can be read
        }
    }

    @Override
    public int setBytes(int index, FileChannel in, long position, int length) throws IOException {
        checkIndex(index, length);
        try {
            return in.read(view(index, length), position);
        } catch (ClosedChannelException e) {
            return -1;
        }
    }

    @Override
    public ByteBuf setZero(int index, int length) {
        checkIndex(index, length);
        memory.asSlice(index, length).fill((byte) 0);
        return this;
    }

    @Override
    public ByteBuf copy(int index, int length) {
        checkIndex(index, length);
        return alloc.directBuffer(length, maxCapacity()).writeBytes(this, index, length);
    }

    // ---- views ---------------------------------------------------------------------------------------------------

    @Override
    public int nioBufferCount() {
        return 1;
    }

    @Override
    public ByteBuffer nioBuffer(int index, int length) {
        checkIndex(index, length);
        return view(index, length);
    }

    /// A new view like every other: it is garbage sooner than it would be wrong.
    @Override
    public ByteBuffer internalNioBuffer(int index, int length) {
        return nioBuffer(index, length);
    }

    @Override
    public ByteBuffer[] nioBuffers(int index, int length) {
        return new ByteBuffer[] {nioBuffer(index, length)};
    }

    private ByteBuffer view(int index, int length) {
        return memory.asSlice(index, length).asByteBuffer();
    }
}
