package dev.hz3.os;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The real machine: Linux, through the C library.
///
/// A purge goes to the kernel by `process_madvise` on one's own process, many ranges a call, where the kernel takes it
/// (Linux 6.13; probed once on a page of its own), and by one `madvise` a range otherwise. Where pages are locked (`mlock`, `mlockall`), the kernel refuses the
/// plain advice and takes another (Linux 5.18); from the first such page on that one is used, which takes pages that are not locked too.
///
/// Threads: any; nothing is locked.
@SuppressWarnings("restricted") // the one place where native code is called (I7)
public final class LinuxSystem implements OperatingSystem {

    private static final int RETRIES = 16;
    /// What lies unmapped on either side of a table, in bytes: more than an overflow by one wrong index is likely to cross.
    private static final long TABLE_ROOM_BYTES = 1 << 20;
    /// How much must be left to the virtual machine where addresses or data are limited, in bytes: it ends itself if its own next mapping is refused.
    private static final long HEADROOM_BYTES = 64 << 20;
    /// Of addresses this part of the limit, where that is more: threads and the C library's arenas take them in pieces of 64 MiB. Of data, of which the Java heap
    /// takes some as it grows, not more than this part.
    private static final int ADDRESS_HEADROOM_SHARE = 8;
    private static final int DATA_HEADROOM_SHARE = 4;
    private static final long ZERO_BY_LIBRARY = 64;
    /// A collector waits as long as this takes: some microseconds.
    private static final long ZERO_AT_ONCE = 64 << 10;
    private static final long READ_BYTES = 4096;
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
    private static final long IOVEC_BYTES = 16;
    /// As many ranges as a batch has, or a byte for each of so many pages.
    private static final long SCRATCH_BYTES = PurgeBatch.CAPACITY * IOVEC_BYTES;
    private static final int MEMBARRIER_PRIVATE_EXPEDITED = 8;
    private static final int MEMBARRIER_REGISTER_PRIVATE_EXPEDITED = 16;
    private static final long NO_SUCH_CALL = -1;
    private static final long NO_DESCRIPTOR = Long.MIN_VALUE;

    /// How a purge reaches the kernel.
    enum PurgeWay {
        /// Many ranges a call, on "this process" without a descriptor.
        SELF,
        /// Many ranges a call, on a descriptor of this process.
        DESCRIPTOR,
        /// One range a call.
        ONE_BY_ONE
    }

    private final int pageBytes;
    private final long descriptor; // of this process; PIDFD_SELF, or one that must be closed, or NO_DESCRIPTOR
    private final long membarrier;
    private final long lockOnFault; // the number of the call `mlock2`
    private final boolean takesLocked;
    private volatile long dropAdvice = Libc.MADV_DONTNEED;
    private final AtomicBoolean closed = new AtomicBoolean();
    /// What one call hands to the kernel, for the next call: a heap that gives back, or asks what is resident, needs no Java memory each time.
    private final AtomicReference<@Nullable MemorySegment> spare = new AtomicReference<>(newScratch());
    private final Set<Long> tables = ConcurrentHashMap.newKeySet(); // where the tables begin that have room around them

    private LinuxSystem(PurgeWay best, boolean takesLocked) {
        this.takesLocked = takesLocked;
        pageBytes = Math.toIntExact(Libc.sysconf(Libc.SC_PAGESIZE));
        descriptor = switch (best) {
            case SELF -> takesVectors(Libc.PIDFD_SELF) ? Libc.PIDFD_SELF : openDescriptor();
            case DESCRIPTOR -> openDescriptor();
            case ONE_BY_ONE -> NO_DESCRIPTOR;
        };
        membarrier = registered(switch (System.getProperty("os.arch")) {
            case "amd64" -> 324;
            case "aarch64", "riscv64" -> 283;
            default -> NO_SUCH_CALL;
        });
        lockOnFault = switch (System.getProperty("os.arch")) {
            case "amd64" -> 325;
            case "aarch64", "riscv64" -> 284;
            default -> NO_SUCH_CALL;
        };
        spare.set(scratch()); // once now: the virtual machine needs Java memory for the first exchange of all
    }

    /// This machine.
    ///
    /// @throws UnsupportedOperationException naming what is missing, where it is not Linux or lacks what is needed
    /// @throws IllegalCallerException where this module has no native access
    public static LinuxSystem open() {
        return open(PurgeWay.SELF);
    }

    /// This machine; with `vectored` false it purges by one call a range, as on an older kernel.
    static LinuxSystem open(boolean vectored) {
        return open(vectored ? PurgeWay.SELF : PurgeWay.ONE_BY_ONE);
    }

    /// This machine, purging by `best` or, where the kernel does not take it, by the next way.
    static LinuxSystem open(PurgeWay best) {
        return open(best, true);
    }

    /// Does the same; with `takesLocked` false it has no way to purge pages that are locked, as on an older kernel.
    static LinuxSystem open(PurgeWay best, boolean takesLocked) {
        Platform.current(Linker.nativeLinker().defaultLookup()).require(); // before the calls are linked: what fails there is lost to the virtual machine for good
        return new LinuxSystem(best, takesLocked);
    }

    private static long registered(long call) {
        return call != NO_SUCH_CALL && Libc.syscall(call, MEMBARRIER_REGISTER_PRIVATE_EXPEDITED, 0, 0, 0, 0) == 0 ? call : NO_SUCH_CALL;
    }

    /// A descriptor of this process that takes vectored purges; the kernel closes it on `exec`.
    private long openDescriptor() {
        long opened = Libc.syscall(Libc.SYS_PIDFD_OPEN, ProcessHandle.current().pid(), 0, 0, 0, 0);
        if (opened >= 0 && !takesVectors(opened)) {
            Libc.close((int) opened);
            return NO_DESCRIPTOR;
        }
        return opened >= 0 ? opened : NO_DESCRIPTOR;
    }

    /// Tries a vectored purge on a page of its own: taken is not enough, the page must read as zero afterwards.
    private boolean takesVectors(long self) {
        long page = Libc.mmapNone(pageBytes);
        if (page < 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            if (Libc.mprotect(page, pageBytes, Libc.PROT_READ_WRITE) < 0) {
                return false;
            }
            MemorySegment byteOfIt = MemorySegment.ofAddress(page).reinterpret(pageBytes);
            byteOfIt.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            MemorySegment vector = arena.allocate(IOVEC_BYTES, 8);
            vector.setAtIndex(ValueLayout.JAVA_LONG, 0, page); // as a purge does, which must not be the first: that takes Java memory
            vector.setAtIndex(ValueLayout.JAVA_LONG, 1, pageBytes);
            long advised = Libc.syscall(Libc.SYS_PROCESS_MADVISE, self, vector.address(), 1, dropAdvice, 0);
            if (advised == -Libc.EINVAL && takesLocked) { // also said by a kernel that takes no vectors, which will say it again
                advised = Libc.syscall(Libc.SYS_PROCESS_MADVISE, self, vector.address(), 1, Libc.MADV_DONTNEED_LOCKED, 0);
                dropAdvice = advised == pageBytes ? Libc.MADV_DONTNEED_LOCKED : dropAdvice;
            }
            return advised == pageBytes && byteOfIt.get(ValueLayout.JAVA_BYTE, 0) == 0;
        } finally {
            Libc.munmap(page, pageBytes);
        }
    }

    /// Whether purges go by many ranges a call; not any more when closed.
    public boolean isVectored() {
        return descriptor != NO_DESCRIPTOR && !closed.get();
    }

    @Override
    public int pageBytes() {
        return pageBytes;
    }

    @Override
    public HugePageMode hugePageMode() {
        return MachineFacts.hugePageMode(read("/sys/kernel/mm/transparent_hugepage/enabled"));
    }

    @Override
    public long memoryLimitBytes() {
        return MachineFacts.memoryLimitBytes(read("/proc/self/cgroup"), LinuxSystem::read, read("/proc/meminfo"), read("/proc/self/limits"));
    }

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        String call = "reserve(wantedBytes=" + wantedBytes + ", leastBytes=" + leastBytes + ", alignmentBytes=" + alignmentBytes + ")";
        if (alignmentBytes < pageBytes || Long.bitCount(alignmentBytes) != 1 || leastBytes <= 0 || leastBytes > wantedBytes
                || ((wantedBytes | leastBytes) & (alignmentBytes - 1)) != 0) {
            throw new IllegalArgumentException(call + ": sizes must be multiples of an alignment that is a power of two of at least "
                    + pageBytes);
        }
        long errno = 0;
        long left = addressesLeft();
        for (long bytes = wantedBytes; bytes >= leastBytes; bytes = smaller(bytes, leastBytes, alignmentBytes)) {
            long slack = alignmentBytes - pageBytes; // what comes is aligned to a page by itself
            long mapped = bytes > left - slack ? -Libc.ENOMEM : Libc.mmapNone(bytes + slack);
            if (mapped > 0) {
                long base = mapped + slack & -alignmentBytes;
                unmapSlack(mapped, base);
                unmapSlack(base + bytes, mapped + bytes + slack);
                return new ReservedRange(base, bytes, MemorySegment.ofAddress(base).reinterpret(bytes));
            }
            errno = -mapped;
        }
        throw new OutOfMemoryError(call + ": the kernel refused every size down to the least, the last with " + Libc.describe(errno)
                + "; does a limit on address space (ulimit -v) forbid it?");
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        if (bytes <= 0 || (bytes & (pageBytes - 1)) != 0) {
            throw new IllegalArgumentException("reserveTable(bytes=" + bytes + "): not whole pages of " + pageBytes);
        }
        long room = TABLE_ROOM_BYTES;
        long mapped = bytes > addressesLeft() - 2 * room ? -Libc.ENOMEM : Libc.mmapNone(bytes + 2 * room);
        // Readable, and not writable before it is committed: the kernel accounts for what may be written.
        long answer = mapped < 0 ? mapped : Libc.mprotect(mapped + room, bytes, Libc.PROT_READ);
        if (answer >= 0) {
            // Tables are the last that a heap reserves. Addresses may be short without a limit of the process.
            answer = Libc.mmapNone(HEADROOM_BYTES);
            if (answer > 0) {
                Libc.munmap(answer, HEADROOM_BYTES);
            }
        }
        if (answer < 0) {
            if (mapped > 0) {
                Libc.munmap(mapped, bytes + 2 * room);
            }
            throw new OutOfMemoryError("reserveTable(bytes=" + bytes + "): the kernel refused: " + Libc.describe(-answer)
                    + "; does a limit on address space (ulimit -v) forbid it?");
        }
        long base = mapped + room;
        tables.add(base);
        Libc.madvise(base, bytes, Libc.MADV_NOHUGEPAGE); // they are touched here and there
        return new ReservedRange(base, bytes, MemorySegment.ofAddress(base).reinterpret(bytes));
    }

    /// How many bytes of addresses may be taken, if those that the virtual machine needs are to be left.
    private static long addressesLeft() {
        long most = MachineFacts.addressLimitBytes(read("/proc/self/limits"));
        return MachineFacts.isLimited(most)
                ? most - Math.max(HEADROOM_BYTES, most / ADDRESS_HEADROOM_SHARE) - MachineFacts.addressBytes(read("/proc/self/status"))
                : Long.MAX_VALUE;
    }

    /// Half of `bytes`, but the least once before giving up.
    private static long smaller(long bytes, long leastBytes, long alignmentBytes) {
        return bytes == leastBytes ? -1 : Math.max(leastBytes, bytes / 2 & -alignmentBytes);
    }

    private static void unmapSlack(long from, long to) {
        if (to > from) {
            Libc.munmap(from, to - from);
        }
    }

    @Override
    public void unreserve(ReservedRange range) {
        long room = tables.remove(range.base()) ? TABLE_ROOM_BYTES : 0;
        long answer = Libc.munmap(range.base() - room, range.bytes() + 2 * room);
        if (answer < 0) {
            throw new IllegalStateException("unreserve(" + range + "): " + Libc.describe(-answer));
        }
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        check("commit", range, address, bytes);
        leaveHeadroom(address, bytes);
        stayUntouched(range, address, bytes);
        long answer = Libc.mprotect(address, bytes, Libc.PROT_READ_WRITE);
        if (answer < 0) {
            throw new OutOfMemoryError("commit(address=0x" + Long.toHexString(address) + ", bytes=" + bytes + "): the kernel refused: "
                    + Libc.describe(-answer));
        }
    }

    private static void leaveHeadroom(long address, long bytes) {
        long most = MachineFacts.dataLimitBytes(read("/proc/self/limits"));
        if (!MachineFacts.isLimited(most)) {
            return;
        }
        long data = MachineFacts.dataBytes(read("/proc/self/status"));
        Runtime java = Runtime.getRuntime();
        long headroom = Math.min(most / DATA_HEADROOM_SHARE, HEADROOM_BYTES + java.maxMemory() - java.totalMemory());
        if (bytes > most - headroom - data) {
            throw new OutOfMemoryError("commit(address=0x" + Long.toHexString(address) + ", bytes=" + bytes + "): the limit on data (ulimit -d) is near: dataBytes="
                    + data + ", limitBytes=" + most + ", headroomBytes=" + headroom);
        }
    }

    /// In a process that has all of its memory locked (`mlockall`), what becomes usable becomes resident at the same moment, touched or not. Where that is so, pages
    /// are locked from now on when they are touched first.
    private void stayUntouched(ReservedRange range, long address, long bytes) {
        // The advice changes nothing that can be seen, and is refused for locked memory. An older kernel refuses it too: only one that counts as much locked
        // memory as the range has is believed.
        if (lockOnFault != NO_SUCH_CALL && Libc.madvise(address, pageBytes, Libc.MADV_COLD) == -Libc.EINVAL
                && MachineFacts.lockedBytes(read("/proc/self/status")) >= range.bytes()) {
            Libc.syscall(lockOnFault, address, bytes, Libc.MLOCK_ONFAULT, 0, 0);
        }
    }

    @Override
    public MemorySegment view(ReservedRange range, long address, long bytes, Arena arena) {
        checkInside("view", range, address, bytes);
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    }

    /// The C library's way takes a third of the time of a segment's `fill`, but not for a few bytes, and the longest for none.
    @Override
    public void zero(ReservedRange range, long address, long bytes) {
        checkInside("zero", range, address, bytes);
        if (bytes < ZERO_BY_LIBRARY) {
            MemorySegment.ofAddress(address).reinterpret(bytes).fill((byte) 0);
            return;
        }
        long done = 0;
        for (; bytes - done > ZERO_AT_ONCE; done += ZERO_AT_ONCE) {
            Libc.memset(address + done, 0, ZERO_AT_ONCE);
        }
        Libc.memset(address + done, 0, bytes - done);
    }

    private static void checkInside(String verb, ReservedRange range, long address, long bytes) {
        if (!range.contains(address, bytes)) {
            throw new IndexOutOfBoundsException(verb + "(address=0x" + Long.toHexString(address) + ", bytes=" + bytes + "): not in " + range);
        }
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        check("advise", range, address, bytes);
        int number = switch (advice) {
            case HUGE_PAGES -> Libc.MADV_HUGEPAGE;
            case SMALL_PAGES -> Libc.MADV_NOHUGEPAGE;
            case POPULATE -> Libc.MADV_POPULATE_WRITE;
            case SPLIT -> Libc.MADV_COLD; // on a part of a huge page it splits first (mm/madvise.c)
        };
        return Libc.isAdvised(address, bytes, number);
    }

    private void check(String verb, ReservedRange range, long address, long bytes) {
        if (!range.contains(address, bytes) || bytes == 0 || ((address | bytes) & (pageBytes - 1)) != 0) {
            throw new IllegalArgumentException(verb + "(address=0x" + Long.toHexString(address) + ", bytes=" + bytes
                    + "): not whole pages of " + range);
        }
    }

    // ---- purge ---------------------------------------------------------------------------------------------------

    @Override
    public int purge(PurgeBatch batch) {
        batch.unmarkAll();
        for (int i = 0; i < batch.size(); i++) {
            // The kernel rounds a length up: half a page asked for would be a whole page lost.
            if (((batch.address(i) | batch.bytes(i)) & (pageBytes - 1)) != 0) {
                throw new IllegalArgumentException("purge(address=0x" + Long.toHexString(batch.address(i)) + ", bytes="
                        + batch.bytes(i) + "): not whole pages: index=" + i + ", pageBytes=" + pageBytes);
            }
        }
        // A purge that meets close() may use a number that became another file's: the kernel lets no process drop
        // another one's pages, so that it either means this process or is refused, and then goes one by one.
        return isVectored() && batch.size() > 1 ? purgeVectored(batch) : purgeOneByOne(batch);
    }

    private int purgeOneByOne(PurgeBatch batch) {
        int calls = 0;
        for (int i = 0; i < batch.size(); i++) {
            calls += purgeOne(batch, i);
        }
        return calls;
    }

    private int purgeOne(PurgeBatch batch, int index) {
        for (int calls = 1; ; calls++) {
            long advice = dropAdvice;
            long answer = Libc.madvise(batch.address(index), batch.bytes(index), (int) advice);
            if (answer == -Libc.EINVAL) {
                return calls + purgeLocked(batch, index, advice);
            }
            if (answer == 0) {
                batch.markPurged(index);
                return calls;
            }
            if (answer != -Libc.EAGAIN && answer != -Libc.EINTR || calls == RETRIES) {
                return calls;
            }
        }
    }

    /// Purges a range that was refused as locked memory is, and remembers the way if that was it.
    ///
    /// @return the number of system calls that this took
    private int purgeLocked(PurgeBatch batch, int index, long refused) {
        boolean isTried = refused == Libc.MADV_DONTNEED && takesLocked;
        if (isTried && Libc.madvise(batch.address(index), batch.bytes(index), Libc.MADV_DONTNEED_LOCKED) == 0) {
            dropAdvice = Libc.MADV_DONTNEED_LOCKED;
            batch.markPurged(index);
        } else {
            batch.markLocked(index);
        }
        return isTried ? 1 : 0;
    }

    private int purgeVectored(PurgeBatch batch) {
        int calls = 0;
        MemorySegment vectors = scratch();
        for (int i = 0; i < batch.size(); i++) {
            vectors.setAtIndex(ValueLayout.JAVA_LONG, 2L * i, batch.address(i));
            vectors.setAtIndex(ValueLayout.JAVA_LONG, 2L * i + 1, batch.bytes(i));
        }
        int next = 0;
        while (next < batch.size()) {
            long advised = Libc.syscall(Libc.SYS_PROCESS_MADVISE, descriptor, vectors.address() + next * IOVEC_BYTES, batch.size() - next,
                    dropAdvice, 0);
            calls++;
            while (next < batch.size() && advised >= batch.bytes(next)) {
                advised -= batch.bytes(next);
                batch.markPurged(next++);
            }
            if (next < batch.size()) {
                // It stopped at this range: by itself it either goes or is refused for good, and the rest is tried.
                calls += purgeOne(batch, next++);
            }
        }
        spare.set(vectors);
        return calls;
    }

    /// Memory that nobody else uses, to be given back to [#spare]: what is kept there, or new for a call that meets another. Who does not give it back leaves it to the
    /// collector.
    private MemorySegment scratch() {
        MemorySegment kept = spare.getAndSet(null);
        return kept == null ? newScratch() : kept;
    }

    private static MemorySegment newScratch() {
        return Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES);
    }

    // ---- measure -------------------------------------------------------------------------------------------------

    @Override
    public long residentBytes(ReservedRange range, long address, long bytes) {
        if (bytes == 0) {
            return 0;
        }
        check("residentBytes", range, address, bytes);
        long resident = 0;
        MemorySegment vector = scratch();
        long chunk = SCRATCH_BYTES * pageBytes;
        for (long at = address; at < address + bytes; at += chunk) {
            long length = Math.min(chunk, address + bytes - at);
            mincore(at, length, vector);
            resident += residentPages(vector, length / pageBytes) * pageBytes;
        }
        spare.set(vector);
        return resident;
    }

    private static void mincore(long address, long bytes, MemorySegment vector) {
        long answer = Libc.mincore(address, bytes, vector.address());
        for (int calls = 1; answer == -Libc.EAGAIN && calls < RETRIES; calls++) {
            answer = Libc.mincore(address, bytes, vector.address());
        }
        if (answer < 0) {
            throw new IllegalStateException("residentBytes(address=0x" + Long.toHexString(address) + ", bytes=" + bytes
                    + "): the kernel does not say: " + Libc.describe(-answer));
        }
    }

    /// How many of the first `pages` bytes of `vector` have their lowest bit set, eight at a time; the kernel leaves the
    /// other bits undefined.
    private static long residentPages(MemorySegment vector, long pages) {
        long resident = 0;
        long page = 0;
        for (; page + Long.BYTES <= pages; page += Long.BYTES) {
            resident += Long.bitCount(vector.get(ValueLayout.JAVA_LONG_UNALIGNED, page) & LOWEST_BITS);
        }
        for (; page < pages; page++) {
            resident += vector.get(ValueLayout.JAVA_BYTE, page) & 1;
        }
        return resident;
    }

    @Override
    public long processResidentBytes() {
        return MachineFacts.residentBytes(read("/proc/self/smaps_rollup"), read("/proc/self/statm"), pageBytes);
    }

    /// The contents of a file, a character a byte, as the name is one: the kernel knows no character sets. Empty where there is none to be read.
    static String read(String file) {
        byte[] name = file.getBytes(StandardCharsets.ISO_8859_1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocate(name.length + 1L);
            MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
            long opened = Libc.open(path.address(), Libc.O_RDONLY_CLOEXEC);
            if (opened < 0) {
                return "";
            }
            try {
                return read(opened, arena.allocate(READ_BYTES));
            } finally {
                Libc.close((int) opened);
            }
        }
    }

    private static String read(long opened, MemorySegment buffer) {
        StringBuilder text = new StringBuilder();
        long count = Libc.read((int) opened, buffer.address(), buffer.byteSize());
        for (int refusals = 0; count != 0; count = Libc.read((int) opened, buffer.address(), buffer.byteSize())) {
            if (count > 0) {
                text.append(new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1));
            } else if (count != -Libc.EINTR || ++refusals == RETRIES) {
                return ""; // half of it says something else
            }
        }
        return text.toString();
    }

    // ---- fence ---------------------------------------------------------------------------------------------------

    @Override
    public boolean fenceAllThreads() {
        return membarrier != NO_SUCH_CALL && Libc.syscall(membarrier, MEMBARRIER_PRIVATE_EXPEDITED, 0, 0, 0, 0) == 0;
    }

    @Override
    public long threadNumber() {
        return Libc.pthreadSelf();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && descriptor >= 0) {
            Libc.close((int) descriptor);
        }
    }
}
