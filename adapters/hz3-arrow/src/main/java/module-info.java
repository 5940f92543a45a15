import org.jspecify.annotations.NullMarked;

/// Arrow's buffers as blocks of a `NativeHeap`.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.arrow {
    requires transitive dev.hz3.heap;
    requires transitive org.apache.arrow.memory.core;
    requires static org.jspecify;

    exports dev.hz3.arrow;
}
