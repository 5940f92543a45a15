package dev.hz3.netty;

import dev.hz3.heap.NativeHeap;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// Gives Netty direct buffers that are blocks of a [NativeHeap], so that their memory goes back to the system after a burst.
///
///     bootstrap.childOption(ChannelOption.ALLOCATOR, new Hz3ByteBufAllocator());
///
/// Direct is the default, also for `buffer()`. A heap buffer is a Java array, as Netty's unpooled ones are: an array is the collector's, and no
/// native memory would be saved by keeping it here. Leaks are found by Netty's own detector.
///
/// Errors. Where the heap has no room, an `OutOfMemoryError` reaches the caller and the allocator goes on. When the heap has been
/// closed, a new buffer and any use of an old one throws `IllegalStateException`; to release an old one does nothing, because its memory left with the heap.
///
/// Threads: any, virtual ones too. One allocator serves a process.
public final class Hz3ByteBufAllocator extends AbstractByteBufAllocator implements ByteBufAllocatorMetricProvider {

    private final NativeHeap heap;
    private final boolean hasMemoryAddress;
    private final LongAdder arrayBytes = new LongAdder();
    private final ByteBufAllocatorMetric metric = new Metric();

    /// With a heap of its own, made with the defaults or what the system properties `dev.hz3.*` make of them. [#heap()] shows it.
    public Hz3ByteBufAllocator() {
        this(NativeHeap.create());
    }

    /// With a heap of the caller's, who may use it for other things as well, and closes it when no buffer is in use any more.
    public Hz3ByteBufAllocator(NativeHeap heap) {
        super(true);
        this.heap = Objects.requireNonNull(heap, "heap");
        hasMemoryAddress = nettyUsesAddresses();
    }

    /// Whether this Netty, in this process, takes the addresses of direct buffers. Some versions that run without `Unsafe` stumble over a buffer that has one.
    private static boolean nettyUsesAddresses() {
        ByteBuf its = UnpooledByteBufAllocator.DEFAULT.directBuffer(1);
        try {
            return its.hasMemoryAddress();
        } finally {
            its.release();
        }
    }

    /// The heap that the buffers' blocks come from: for its statistics, for `trim()`, and for `close()`.
    public NativeHeap heap() {
        return heap;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        ByteBuf buffer = new NativeHeapByteBuf(this, hasMemoryAddress, initialCapacity, maxCapacity);
        try {
            return toLeakAwareBuffer(buffer);
        } catch (Throwable failure) {
            buffer.release();
            throw failure;
        }
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new ArrayByteBuf(this, arrayBytes, initialCapacity, maxCapacity);
    }

    // Netty asks whether it can free direct buffers before it makes them the default. Here it always can.

    @Override
    public ByteBuf buffer() {
        return directBuffer();
    }

    @Override
    public ByteBuf buffer(int initialCapacity) {
        return directBuffer(initialCapacity);
    }

    @Override
    public ByteBuf buffer(int initialCapacity, int maxCapacity) {
        return directBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public CompositeByteBuf compositeBuffer() {
        return compositeDirectBuffer();
    }

    @Override
    public CompositeByteBuf compositeBuffer(int maxNumComponents) {
        return compositeDirectBuffer(maxNumComponents);
    }

    /// Returns true: a direct buffer is cheap here, and channels need not keep one of Netty's for each thread.
    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    @Override
    public ByteBufAllocatorMetric metric() {
        return metric;
    }

    @Override
    public String toString() {
        return "Hz3ByteBufAllocator(usedDirectMemory: " + metric.usedDirectMemory() + "; usedHeapMemory: " + metric.usedHeapMemory() + ')';
    }

    /// What Netty, and whoever watches it, asks an allocator.
    private final class Metric implements ByteBufAllocatorMetric {

        @Override
        public long usedHeapMemory() {
            return arrayBytes.sum();
        }

        /// The bytes in live blocks of the heap, rounded up to their classes; those that others allocated from it are among them.
        @Override
        public long usedDirectMemory() {
            return heap.stats().liveBytes();
        }
    }
}
