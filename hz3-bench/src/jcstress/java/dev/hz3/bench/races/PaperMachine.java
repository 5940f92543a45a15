package dev.hz3.bench.races;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_SHIFT;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/// A machine so small that there can be thousands: one range, of which each page is one number. A purge makes it 0.
///
///     0 clean     anything else: what [#write(long, int)] wrote
///
/// All machines have the same addresses and share the memory behind them, in which the heap writes nothing but the headers of small
/// segments: a machine has one shard, and its small segments lie where those of the others do. The fence is the kernel's.
///
/// Threads: any, without a lock.
public final class PaperMachine implements OperatingSystem {

    /// The first address.
    public static final long BASE = 1L << 40;

    private static final int MAX_SEGMENTS = 4;
    private static final MemorySegment MEMORY = MemorySegment.ofArray(new long[(int) (MAX_SEGMENTS * SEGMENT_BYTES / Long.BYTES)]);
    private static final LinuxSystem KERNEL = LinuxSystem.open();
    /// Tables of machines, in a ring: one is used again when so many others were made since that its test has long ended.
    private static final long TABLES_BYTES = 24L << 30;
    private static final ReservedRange TABLES = KERNEL.reserveTable(TABLES_BYTES);
    private static final AtomicLong NEXT_TABLE = new AtomicLong();
    /// How much of a slab a test can have touched.
    private static final long TOUCHED_BYTES = 16 << 10;

    static {
        KERNEL.commit(TABLES, TABLES.base(), TABLES_BYTES);
    }

    private final AtomicIntegerArray pages;
    private final AtomicInteger unreserved = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();

    /// A machine that has addresses for so many segments.
    public PaperMachine(int segments) {
        pages = new AtomicIntegerArray(segments * PAGES_PER_SEGMENT);
    }

    /// Writes a page.
    public void write(long address, int number) {
        pages.set(page(address), number);
    }

    /// Reads a page.
    public int read(long address) {
        return pages.get(page(address));
    }

    /// How many pages are not 0.
    public int writtenPages() {
        int written = 0;
        for (int page = 0; page < pages.length(); page++) {
            written += pages.get(page) == 0 ? 0 : 1;
        }
        return written;
    }

    /// How often the range was given back.
    public int unreserved() {
        return unreserved.get();
    }

    /// How often the machine was closed.
    public int closed() {
        return closed.get();
    }

    /// How often something was asked of a range that had been given back.
    public int late() {
        return late.get();
    }

    private static int page(long address) {
        return (int) ((address - BASE) >>> PAGE_SHIFT);
    }

    private void used() {
        if (unreserved.get() != 0) {
            late.incrementAndGet();
        }
    }

    @Override
    public int pageBytes() {
        return 1 << PAGE_SHIFT;
    }

    @Override
    public HugePageMode hugePageMode() {
        return HugePageMode.NEVER;
    }

    @Override
    public long memoryLimitBytes() {
        return 1L << 30;
    }

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        long bytes = (long) pages.length() << PAGE_SHIFT;
        return new ReservedRange(BASE, bytes, MEMORY.asSlice(0, bytes));
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        long at = NEXT_TABLE.getAndUpdate(next -> next + 2 * bytes > TABLES_BYTES ? 0 : next + bytes);
        MemorySegment table = TABLES.memory().asSlice(at, bytes);
        int segments = pages.length() / PAGES_PER_SEGMENT;
        long words = (long) (segments + 1) << PAGE_SHIFT;
        table.asSlice(0, words).fill((byte) 0);
        long slab = (bytes - words) / segments;
        for (int segment = 0; segment < segments; segment++) {
            table.asSlice(words + segment * slab, TOUCHED_BYTES).fill((byte) 0);
        }
        return new ReservedRange(TABLES.base() + at, bytes, table);
    }

    private static boolean isTable(long address) {
        return TABLES.contains(address, 1);
    }

    @Override
    public void unreserve(ReservedRange range) {
        if (!isTable(range.base())) {
            unreserved.incrementAndGet();
        }
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        used();
    }

    @Override
    public MemorySegment view(ReservedRange range, long address, long bytes, Arena arena) {
        return range.memory().asSlice(address - range.base(), bytes);
    }

    @Override
    public int purge(PurgeBatch batch) {
        used();
        for (int i = 0; i < batch.size(); i++) {
            if (isTable(batch.address(i))) {
                TABLES.memory().asSlice(batch.address(i) - TABLES.base(), batch.bytes(i)).fill((byte) 0);
            } else {
                int end = page(batch.address(i) + batch.bytes(i));
                for (int page = page(batch.address(i)); page < end; page++) {
                    pages.set(page, 0);
                }
            }
            batch.markPurged(i);
        }
        used();
        return 1;
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        used();
        return true;
    }

    @Override
    public long residentBytes(ReservedRange range, long address, long bytes) {
        used();
        return (long) writtenPages() << PAGE_SHIFT;
    }

    @Override
    public long processResidentBytes() {
        return (long) writtenPages() << PAGE_SHIFT;
    }

    @Override
    public boolean fenceAllThreads() {
        return KERNEL.fenceAllThreads();
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
