package dev.hz3.bench.peers;

/// An allocator that cannot be measured here, since its library cannot be loaded.
public final class AbsentAllocatorException extends Exception {

    private static final long serialVersionUID = 1L;

    AbsentAllocatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
