package dev.hz3.os.testing;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A machine that is not there: its addresses are numbers, its memory is an array of the Java heap.
///
///                reserve            commit            touch, write, POPULATE
///     UNRESERVED ───────▶ RESERVED ───────▶ COMMITTED ──────────────────────▶ RESIDENT
///         ▲                                   ▲                                  │
///         └──────────── unreserve ────────────┴───────────── purge ──────────────┘
///
/// Equal calls give equal addresses, and an address is never given twice. Memory that is written through
/// [ReservedRange#memory()] or a view is not seen to be touched: say so by [#touch(long, long)]. Reading makes nothing
/// resident.
///
/// A range takes its whole length from the Java heap at once, so a test wants to reserve little (16 to 64 MiB).
/// What a real machine answers with a crash, or with silence, is an `AssertionError` here.
///
/// Threads: any. Everything is done under one lock, except that a [PurgeWatcher] is called under none.
public final class SimulatedSystem implements OperatingSystem {

    /// The first address that is given out.
    public static final long FIRST_ADDRESS = 0x10_0000_0000L;

    /// The most that one range may have, in bytes: 256 MiB.
    public static final long MAX_RANGE_BYTES = 1L << 28;

    private static final int DEFAULT_PAGE_BYTES = 1 << 12;
    private static final long DEFAULT_MEMORY_LIMIT_BYTES = 1L << 30;

    /// What is behind an address.
    public enum PageState {
        /// Nothing: never reserved, or given back.
        UNRESERVED,
        /// Addresses alone.
        RESERVED,
        /// Memory that nobody touched yet, or that was purged; it reads as zero.
        COMMITTED,
        /// Memory that counts.
        RESIDENT
    }

    /// A range and the state of each of its pages.
    private static final class Mapping {
        final ReservedRange range;
        final PageState[] pages;

        Mapping(ReservedRange range, int pages) {
            this.range = range;
            this.pages = new PageState[pages];
            Arrays.fill(this.pages, PageState.RESERVED);
        }
    }

    private final int pageBytes;
    private final long memoryLimitBytes;
    private final TreeMap<Long, Mapping> mappings = new TreeMap<>(); // by base; guarded by this, as is all below
    private long nextAddress = FIRST_ADDRESS;
    private long reservedBytes;
    private long residentPages;
    private long addressSpaceBytes = Long.MAX_VALUE;
    private boolean vectored = true;
    private PurgeWatcher watcher = PurgeWatcher.NOBODY;
    private HugePageMode hugePageMode = HugePageMode.NEVER;
    private long hugeFrom; // the part for which huge pages are wished
    private long hugeTo;
    private long @Nullable [] spare;

    /// A machine with pages of 4 KiB and a limit of 1 GiB of memory.
    public SimulatedSystem() {
        this(DEFAULT_PAGE_BYTES, DEFAULT_MEMORY_LIMIT_BYTES);
    }

    /// A machine with pages of `pageBytes`, a power of two of at least 8, that says its limit is `memoryLimitBytes`.
    /// The limit is said, not enforced.
    public SimulatedSystem(int pageBytes, long memoryLimitBytes) {
        if (pageBytes < Long.BYTES || Integer.bitCount(pageBytes) != 1 || memoryLimitBytes <= 0) {
            throw new IllegalArgumentException("no such machine: pageBytes=" + pageBytes + ", memoryLimitBytes=" + memoryLimitBytes);
        }
        this.pageBytes = pageBytes;
        this.memoryLimitBytes = memoryLimitBytes;
    }

    // ---- how the machine is ----------------------------------------------------------------------------------------

    /// Lets all ranges together have at most `bytes`, as `ulimit -v` does; what is reserved already stays.
    public synchronized void limitAddressSpace(long bytes) {
        addressSpaceBytes = bytes;
    }

    /// Whether a batch takes one system call (the default) or one a range.
    public synchronized void vectored(boolean wanted) {
        vectored = wanted;
    }

    /// Has huge pages, or none (the default). Where they are wished for a part of a range, the first [Advice#POPULATE] in it makes all of the
    /// part resident.
    public synchronized void hugePages(HugePageMode mode) {
        hugePageMode = mode;
    }

    /// Lends the machine memory for its next range, which must be zero and at least as long, so that many short lives need not be paid
    /// with an array each. It is zero again when that range is given back.
    public synchronized void lendMemory(long[] zeroed) {
        spare = zeroed;
    }

    /// Lets `watcher` be there during every purge, in place of the one before.
    public synchronized void watch(PurgeWatcher watcher) {
        this.watcher = Objects.requireNonNull(watcher, "watcher");
    }

    // ---- what a program does ---------------------------------------------------------------------------------------

    /// Makes every page of which `[address, address + bytes)` has a part resident, as a write would.
    ///
    /// @throws AssertionError where a page is not committed
    public synchronized void touch(long address, long bytes) {
        Mapping mapping = find("touch", address, bytes);
        makeResident("touch", mapping, address, bytes);
    }

    /// Writes one byte; its page is resident then.
    ///
    /// @throws AssertionError where its page is not committed
    public synchronized void write(long address, byte value) {
        Mapping mapping = find("write", address, 1);
        makeResident("write", mapping, address, 1);
        mapping.range.memory().set(ValueLayout.JAVA_BYTE, address - mapping.range.base(), value);
    }

    /// Reads one byte.
    ///
    /// @throws AssertionError where its page is not committed
    public synchronized byte readByte(long address) {
        Mapping mapping = find("readByte", address, 1);
        requireCommitted("readByte", mapping, address, 1);
        return mapping.range.memory().get(ValueLayout.JAVA_BYTE, address - mapping.range.base());
    }

    /// What is behind `address`.
    public synchronized PageState pageState(long address) {
        Entry<Long, Mapping> floor = mappings.floorEntry(address);
        if (floor == null || !floor.getValue().range.contains(address, 1)) {
            return PageState.UNRESERVED;
        }
        return floor.getValue().pages[page(floor.getValue(), address)];
    }

    /// The length of all ranges together, in bytes.
    public synchronized long reservedBytes() {
        return reservedBytes;
    }

    // ---- the machine -----------------------------------------------------------------------------------------------

    @Override
    public int pageBytes() {
        return pageBytes;
    }

    @Override
    public synchronized HugePageMode hugePageMode() {
        return hugePageMode;
    }

    @Override
    public long memoryLimitBytes() {
        return memoryLimitBytes;
    }

    @Override
    public synchronized ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        String call = "reserve(wantedBytes=" + wantedBytes + ", leastBytes=" + leastBytes + ", alignmentBytes=" + alignmentBytes + ")";
        if (alignmentBytes < pageBytes || Long.bitCount(alignmentBytes) != 1 || leastBytes <= 0 || leastBytes > wantedBytes
                || ((wantedBytes | leastBytes) & (alignmentBytes - 1)) != 0) {
            throw new IllegalArgumentException(call + ": sizes must be multiples of an alignment that is a power of two of at least "
                    + pageBytes);
        }
        long most = Math.min(MAX_RANGE_BYTES, addressSpaceBytes - reservedBytes);
        long bytes = wantedBytes;
        while (bytes > most && bytes > leastBytes) {
            bytes = Math.max(leastBytes, bytes / 2 & -alignmentBytes);
        }
        if (bytes > most) {
            throw new OutOfMemoryError(call + ": the simulated machine has only " + Math.max(0, most) + " bytes of addresses left");
        }
        long base = nextAddress + alignmentBytes - 1 & -alignmentBytes;
        // Longs rather than bytes, so that aligned words can be read and written.
        int words = (int) (bytes / Long.BYTES);
        long[] lent = spare;
        boolean isLent = lent != null && lent.length >= words;
        MemorySegment memory = MemorySegment.ofArray(isLent ? Objects.requireNonNull(lent) : new long[words]);
        spare = isLent ? null : lent;
        ReservedRange range = new ReservedRange(base, bytes, memory.asSlice(0, bytes));
        mappings.put(base, new Mapping(range, (int) (bytes / pageBytes)));
        nextAddress = range.end() + pageBytes; // a hole behind every range
        reservedBytes += bytes;
        return range;
    }

    /// Native memory, unlike all other ranges: tables are read and written at their addresses.
    @Override
    public synchronized ReservedRange reserveTable(long bytes) {
        if (bytes <= 0 || (bytes & (pageBytes - 1)) != 0 || bytes > addressSpaceBytes - reservedBytes) {
            throw new OutOfMemoryError("reserveTable(bytes=" + bytes + "): the simulated machine has only "
                    + Math.max(0, addressSpaceBytes - reservedBytes) + " bytes of addresses left");
        }
        MemorySegment memory = Arena.ofAuto().allocate(bytes, pageBytes);
        ReservedRange range = new ReservedRange(memory.address(), bytes, memory);
        mappings.put(range.base(), new Mapping(range, (int) (bytes / pageBytes)));
        reservedBytes += bytes;
        return range;
    }

    @Override
    public synchronized void unreserve(ReservedRange range) {
        Mapping mapping = mapping("unreserve", range);
        residentPages -= count(mapping, range.base(), range.bytes());
        for (int page = 0; page < mapping.pages.length; page++) {
            if (mapping.pages[page] != PageState.RESERVED) {
                range.memory().asSlice((long) page * pageBytes, pageBytes).fill((byte) 0);
            }
        }
        reservedBytes -= range.bytes();
        mappings.remove(range.base());
    }

    @Override
    public synchronized void commit(ReservedRange range, long address, long bytes) {
        requireWholePages("commit", range, address, bytes);
        Mapping mapping = mapping("commit", range);
        for (int page = page(mapping, address); page <= page(mapping, address + bytes - 1); page++) {
            if (mapping.pages[page] == PageState.RESERVED) {
                mapping.pages[page] = PageState.COMMITTED;
            }
        }
    }

    /// Part of the range's memory. The life of `arena` is ignored: heap memory has its own.
    @Override
    public MemorySegment view(ReservedRange range, long address, long bytes, Arena arena) {
        if (!range.contains(address, bytes)) {
            throw new IndexOutOfBoundsException("view(address=0x" + Long.toHexString(address) + ", bytes=" + bytes + "): not in " + range);
        }
        return range.memory().asSlice(address - range.base(), bytes);
    }

    /// Refuses with an `AssertionError`, before anything is purged, what is not whole committed pages of one range.
    @Override
    public int purge(PurgeBatch batch) {
        PurgeWatcher present;
        int calls;
        batch.unmarkAll();
        synchronized (this) {
            for (int i = 0; i < batch.size(); i++) {
                purgeable(batch.address(i), batch.bytes(i));
            }
            present = watcher;
            calls = vectored ? Math.min(1, batch.size()) : batch.size();
        }
        for (int i = 0; i < batch.size(); i++) {
            long address = batch.address(i);
            long bytes = batch.bytes(i);
            present.purging(address, bytes);
            synchronized (this) {
                Mapping mapping = purgeable(address, bytes); // once more: it may be gone since
                residentPages -= count(mapping, address, bytes);
                Arrays.fill(mapping.pages, page(mapping, address), page(mapping, address + bytes - 1) + 1, PageState.COMMITTED);
                mapping.range.memory().asSlice(address - mapping.range.base(), bytes).fill((byte) 0);
            }
            batch.markPurged(i);
        }
        return calls;
    }

    /// Takes every advice; [Advice#POPULATE] only where all is committed, and it makes all of it resident.
    @Override
    public synchronized boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        requireWholePages("advise", range, address, bytes);
        Mapping mapping = mapping("advise", range);
        if (advice == Advice.POPULATE) {
            if (!isCommitted(mapping, address, bytes)) {
                return false;
            }
            boolean isHuge = hugeFrom <= address && address < hugeTo && isCommitted(mapping, hugeFrom, hugeTo - hugeFrom)
                    && count(mapping, hugeFrom, hugeTo - hugeFrom) == 0; // as the kernel does: not where a small page is mapped
            makeResident("advise", mapping, address, bytes);
            if (isHuge) {
                makeResident("advise", mapping, hugeFrom, hugeTo - hugeFrom);
            }
        } else if (advice != Advice.SPLIT) {
            boolean isWish = advice == Advice.HUGE_PAGES && hugePageMode != HugePageMode.NEVER;
            hugeFrom = isWish ? address : 0;
            hugeTo = isWish ? address + bytes : 0;
        }
        return true;
    }

    @Override
    public synchronized long residentBytes(ReservedRange range, long address, long bytes) {
        if (bytes == 0) {
            return 0;
        }
        requireWholePages("residentBytes", range, address, bytes);
        return count(mapping("residentBytes", range), address, bytes) * pageBytes;
    }

    /// What is resident of all ranges, in bytes.
    @Override
    public synchronized long processResidentBytes() {
        return residentPages * pageBytes;
    }

    /// Fences the calling thread alone.
    ///
    /// @return `true`
    @Override
    public boolean fenceAllThreads() {
        VarHandle.fullFence();
        return true;
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    // ---- pages -----------------------------------------------------------------------------------------------------

    private void requireWholePages(String verb, ReservedRange range, long address, long bytes) {
        if (!range.contains(address, bytes) || bytes == 0 || ((address | bytes) & (pageBytes - 1)) != 0) {
            throw new IllegalArgumentException(call(verb, address, bytes) + ": not whole pages of " + range);
        }
    }

    private Mapping mapping(String verb, ReservedRange range) {
        Mapping mapping = mappings.get(range.base());
        if (mapping == null || !mapping.range.equals(range)) {
            throw new AssertionError(verb + "(" + range + "): not a range of this machine, or given back already");
        }
        return mapping;
    }

    private Mapping find(String verb, long address, long bytes) {
        Entry<Long, Mapping> floor = mappings.floorEntry(address);
        if (bytes < 1 || floor == null || !floor.getValue().range.contains(address, bytes)) {
            throw new AssertionError(call(verb, address, bytes) + ": not in one range");
        }
        return floor.getValue();
    }

    private Mapping purgeable(long address, long bytes) {
        if (((address | bytes) & (pageBytes - 1)) != 0) {
            throw new AssertionError(call("purge", address, bytes) + ": not whole pages, pageBytes=" + pageBytes);
        }
        Mapping mapping = find("purge", address, bytes);
        requireCommitted("purge", mapping, address, bytes);
        return mapping;
    }

    private void requireCommitted(String verb, Mapping mapping, long address, long bytes) {
        if (!isCommitted(mapping, address, bytes)) {
            throw new AssertionError(call(verb, address, bytes) + ": not all of it is committed");
        }
    }

    private boolean isCommitted(Mapping mapping, long address, long bytes) {
        for (int page = page(mapping, address); page <= page(mapping, address + bytes - 1); page++) {
            if (mapping.pages[page] == PageState.RESERVED) {
                return false;
            }
        }
        return true;
    }

    private void makeResident(String verb, Mapping mapping, long address, long bytes) {
        requireCommitted(verb, mapping, address, bytes);
        for (int page = page(mapping, address); page <= page(mapping, address + bytes - 1); page++) {
            if (mapping.pages[page] == PageState.COMMITTED) {
                mapping.pages[page] = PageState.RESIDENT;
                residentPages++;
            }
        }
    }

    /// How many resident pages there are.
    private long count(Mapping mapping, long address, long bytes) {
        long resident = 0;
        for (int page = page(mapping, address); page <= page(mapping, address + bytes - 1); page++) {
            if (mapping.pages[page] == PageState.RESIDENT) {
                resident++;
            }
        }
        return resident;
    }

    private int page(Mapping mapping, long address) {
        return (int) ((address - mapping.range.base()) / pageBytes);
    }

    private static String call(String verb, long address, long bytes) {
        return verb + "(address=0x" + Long.toHexString(address) + ", bytes=" + bytes + ")";
    }
}
