package dev.hz3.heap;

/// A free of something that is not a live block of this heap: freed before, inside a block, of another heap, or of nobody.
/// The heap is as it was.
public final class InvalidFreeException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final long address;

    InvalidFreeException(long address, String what) {
        super("free(0x" + Long.toHexString(address) + "): " + what);
        this.address = address;
    }

    /// What was to be freed.
    public long address() {
        return address;
    }
}
