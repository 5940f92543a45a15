package dev.hz3.heap;

/// Memory was written by somebody to whom it did not belong: past the end of a block, or after its free. Only a hardened heap notices.
public final class MemoryDamageException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final long address;

    MemoryDamageException(long address, String what) {
        super("block 0x" + Long.toHexString(address) + ": " + what);
        this.address = address;
    }

    /// Where the block begins that was damaged.
    public long address() {
        return address;
    }
}
