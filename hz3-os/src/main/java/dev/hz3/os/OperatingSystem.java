package dev.hz3.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What hz3 asks of the machine: addresses, memory behind them, and the way back.
///
///             reserve            commit             (first touch)
///     nothing ───────▶ RESERVED ───────▶ COMMITTED ─────────────▶ RESIDENT
///        ▲                                   ▲                       │
///        └───────────── unreserve ───────────┴───────── purge ───────┘
///
/// Lengths are bytes, addresses are absolute. Every method may be called from any thread at any time before
/// [#close()]; none holds a lock over a system call. Errors of the kernel keep their `errno` in the message.
public interface OperatingSystem extends AutoCloseable {

    /// The size of the kernel's pages in bytes, a power of two: 4, 16 or 64 KiB.
    int pageBytes();

    /// What the kernel does about transparent huge pages.
    HugePageMode hugePageMode();

    /// The memory that this process may use, in bytes: the least of its container's limits, its own and what the machine has. It may change.
    long memoryLimitBytes();

    /// Reserves addresses without memory behind them.
    ///
    /// Tries `wantedBytes` first and then halves down to `leastBytes`, because the limit of a process
    /// (`RLIMIT_AS`) may forbid what the machine could give.
    ///
    /// @param wantedBytes how much address space is wished for, a multiple of `alignmentBytes`
    /// @param leastBytes the least that is of use, a multiple of `alignmentBytes`, not above `wantedBytes`
    /// @param alignmentBytes a power of two, at least [#pageBytes()]
    /// @return the range; its `bytes()` says how much it became
    /// @throws OutOfMemoryError where not even `leastBytes` fits, naming the sizes tried and the kernel's error
    ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes);

    /// Reserves addresses for bookkeeping: real memory at these addresses on every machine, also on one that is simulated. It reads as zero at
    /// once, may be written where it was committed, and has unmapped room on both sides, so that no overflow runs into it.
    ///
    /// @param bytes how much, a multiple of [#pageBytes()]
    /// @throws OutOfMemoryError if the kernel refuses
    ReservedRange reserveTable(long bytes);

    /// Gives a range back; its memory and its addresses are gone. Views of it must not be in use.
    void unreserve(ReservedRange range);

    /// Makes part of a range usable: it reads as zero and becomes resident when it is first touched. Harmless to repeat.
    ///
    /// @throws OutOfMemoryError where the kernel refuses; the part is then as before
    void commit(ReservedRange range, long address, long bytes);

    /// Part of a range as memory whose life is that of `arena`. Touches nothing.
    ///
    /// @throws IndexOutOfBoundsException where the part is not wholly in the range
    MemorySegment view(ReservedRange range, long address, long bytes, Arena arena);

    /// Fills part of a range, any bytes, with zeroes. The caller owns it.
    ///
    /// @throws IndexOutOfBoundsException where the part is not wholly in the range
    default void zero(ReservedRange range, long address, long bytes) {
        view(range, address, bytes, Arena.global()).fill((byte) 0);
    }

    /// Gives the memory behind every range of the batch back and keeps the addresses. A range that the batch marks
    /// as purged afterwards reads as zero; of one that it does not, the contents are unknown: neither kept nor zero.
    ///
    /// Every range must consist of whole kernel pages. A refusal of one range does not keep the others from being tried.
    /// Marks that the batch had before are taken off first.
    ///
    /// @return the number of system calls that this took
    int purge(PurgeBatch batch);

    /// Tells the kernel what is wanted of part of a range.
    ///
    /// @return whether the kernel took the advice; a refusal changes no contents (but some of it may have become resident)
    boolean advise(ReservedRange range, long address, long bytes, Advice advice);

    /// Backs part of a range, as long as a huge page and aligned to it, by one huge page now, if the kernel has one at hand. The part must be
    /// committed and untouched; it reads as zero afterwards.
    ///
    /// The wish lasts for this call only. Left standing, the kernel's collapse thread could fill a part with a huge page again
    /// after it was purged.
    ///
    /// @return whether the whole part is resident now, or may be where the kernel does not say; if not, it is as it was, but for its first page
    default boolean backByHugePage(ReservedRange range, long address, long bytes) {
        if (!advise(range, address, bytes, Advice.HUGE_PAGES)) {
            return false;
        }
        boolean populated = advise(range, address, pageBytes(), Advice.POPULATE);
        advise(range, address, bytes, Advice.SMALL_PAGES);
        return populated && mayBeResident(range, address + bytes - pageBytes());
    }

    private boolean mayBeResident(ReservedRange range, long page) {
        try {
            return residentBytes(range, page, pageBytes()) != 0;
        } catch (IllegalStateException unknown) {
            return true; // what is taken for resident is given back, whether it is or not
        }
    }

    /// How much of `[address, address + bytes)`, whole kernel pages or nothing, is resident, in bytes.
    ///
    /// @throws IllegalStateException where the kernel does not say, as of a range that was given back
    long residentBytes(ReservedRange range, long address, long bytes);

    /// How much memory of the whole process is resident, in bytes; -1 where the kernel does not say.
    long processResidentBytes();

    /// Runs a full memory barrier on every thread of this process that is running right now, so that a thread which
    /// is *not* asked to fence on its fast path can still be agreed with.
    ///
    /// @return whether it did; `false` where the kernel knows no such call
    boolean fenceAllThreads();

    /// A number that the thread of the system on which this is called has to itself for as long as it lives: for a virtual thread, its carrier's. 0
    /// where the machine cannot tell its threads apart.
    default long threadNumber() {
        return 0;
    }

    /// Lets go of what the machine itself holds (a file descriptor); ranges are not touched. Harmless to repeat.
    @Override
    void close();

    /// What can be wished for part of a range.
    enum Advice {
        /// Back it with huge pages where possible.
        HUGE_PAGES,
        /// Never back it with huge pages.
        SMALL_PAGES,
        /// Make it resident now, in one call.
        POPULATE,
        /// Let the huge page behind it fall apart into small ones, of which this is a part. Without that the kernel keeps
        /// the memory of a huge page as long as any of it is in use: what is purged leaves the process' books, not the process.
        SPLIT,
    }
}
