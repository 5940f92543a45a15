import org.jspecify.annotations.NullMarked;

/// Netty's direct buffers as blocks of a `NativeHeap`.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.netty {
    requires transitive dev.hz3.heap;
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;    // reference counts
    requires static org.jspecify;

    exports dev.hz3.netty;
}
