/// Netty on hz3: [dev.hz3.netty.Hz3ByteBufAllocator] is all there is to see.
///
/// A direct buffer is an object of its own and a block of the heap. Both are new each time: neither is kept for the next buffer by this package, the heap
/// keeps the blocks. So a buffer that was released stays released, and a stale reference never sees somebody else's bytes through it.
package dev.hz3.netty;
