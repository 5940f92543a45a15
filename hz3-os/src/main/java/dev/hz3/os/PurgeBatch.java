package dev.hz3.os;

import java.util.Arrays;
import java.util.Objects;

/// Ranges to give back in as few system calls as possible, and what became of each.
///
/// Holds at most [#CAPACITY] ranges, the most that Linux takes in one vectored call. To be used by one thread at a time.
public final class PurgeBatch {

    /// The most ranges that one batch holds: `IOV_MAX` of Linux (`include/uapi/linux/uio.h`, `UIO_MAXIOV`).
    public static final int CAPACITY = 1024;

    private final long[] addresses = new long[CAPACITY];
    private final long[] lengths = new long[CAPACITY];
    private final boolean[] purged = new boolean[CAPACITY];
    private final boolean[] locked = new boolean[CAPACITY];
    private int size;

    /// An empty batch.
    public PurgeBatch() {}

    /// Adds `[address, address + bytes)`.
    ///
    /// @throws IllegalStateException where the batch is full
    /// @throws IllegalArgumentException where it is empty, or does not end below 2^63
    public void add(long address, long bytes) {
        if (size == CAPACITY) {
            throw new IllegalStateException("the batch is full: size=" + size);
        }
        if (address <= 0 || bytes <= 0 || bytes > Long.MAX_VALUE - address) {
            throw new IllegalArgumentException("no such range: address=0x" + Long.toHexString(address) + ", bytes=" + bytes);
        }
        addresses[size] = address;
        lengths[size] = bytes;
        purged[size] = false;
        locked[size] = false;
        size++;
    }

    /// How many ranges there are.
    public int size() {
        return size;
    }

    /// Whether no further range fits.
    public boolean isFull() {
        return size == CAPACITY;
    }

    /// The first address of range `index`.
    public long address(int index) {
        return addresses[Objects.checkIndex(index, size)];
    }

    /// The length of range `index`, in bytes.
    public long bytes(int index) {
        return lengths[Objects.checkIndex(index, size)];
    }

    /// The length of all ranges together, in bytes.
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += lengths[i];
        }
        return sum;
    }

    /// Whether range `index` was given back; until then, and where the kernel refused, its contents are unknown.
    public boolean isPurged(int index) {
        return purged[Objects.checkIndex(index, size)];
    }

    /// Says that range `index` was given back; called by an [OperatingSystem].
    public void markPurged(int index) {
        purged[Objects.checkIndex(index, size)] = true;
    }

    /// Whether the kernel has refused range `index` as it refuses memory that is locked (`mlock`): it will again, for as long as that is so.
    public boolean isLocked(int index) {
        return locked[Objects.checkIndex(index, size)];
    }

    /// Says that range `index` was refused as locked memory is; called by an [OperatingSystem].
    public void markLocked(int index) {
        locked[Objects.checkIndex(index, size)] = true;
    }

    /// Takes the marks of an earlier purge off; called by an [OperatingSystem] before it begins, so that a batch which
    /// is purged again never says more than became true this time.
    public void unmarkAll() {
        Arrays.fill(purged, 0, size, false);
        Arrays.fill(locked, 0, size, false);
    }

    /// Takes all ranges out.
    public void clear() {
        unmarkAll();
        size = 0;
    }
}
