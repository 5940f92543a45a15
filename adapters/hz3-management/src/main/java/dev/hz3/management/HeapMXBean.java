package dev.hz3.management;

import dev.hz3.heap.HeapStats;

/// What a heap holds, in bytes, and what it has done, as JMX shows it.
///
/// Free memory of a heap lies in one of four places, which do not overlap: in thread caches, in pages that are half used, in stock, and waiting for its purge. With what is live they are what is
/// resident, but for pages that were never written.
///
/// Threads: any. A heap that was closed goes on answering with what it did until then, but for [#getResidentBytes()], which is 0.
public interface HeapMXBean {

    /// Bytes of the blocks in the application's hands, each at the size of its block.
    long getLiveBytes();

    /// Bytes of free blocks in thread caches.
    long getCachedBytes();

    /// Bytes of free blocks in pages of small blocks, which leave when the whole page is free.
    long getHalfUsedBytes();

    /// Bytes of free pages in the central lists.
    long getStockBytes();

    /// Bytes of free pages that wait to be given back to the operating system.
    long getWaitingBytes();

    /// Bytes of the segments in use, with the free pages in them.
    long getMappedBytes();

    /// Bytes of the heap that are resident now. Asks the kernel, which takes some microseconds for each MiB in use.
    long getResidentBytes();

    /// Resident bytes of the heap's own tables.
    long getBookkeepingBytes();

    /// Bytes given back to the operating system since the heap was created.
    long getPurgedBytes();

    /// System calls that giving back has taken.
    long getPurgeCalls();

    /// Frees that were refused because the application was wrong.
    long getInvalidFrees();

    /// What the allocator found wrong in itself. Always 0.
    long getViolations();

    /// Everything that the heap counts.
    HeapStats getStats();

    /// Where the blocks were allocated that are live now, those that hold most first, in words; empty where the heap was made without `sampleBytes`.
    ///
    /// @param most stacks
    String liveStacks(int most);

    /// Gives back everything that is free, now.
    ///
    /// @return the bytes given back
    /// @throws IllegalStateException if the heap is closed
    long trim();
}
