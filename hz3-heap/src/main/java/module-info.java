import org.jspecify.annotations.NullMarked;

/// The front door: `NativeHeap`, thread caches, arenas; the module that an application requires.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.heap {
    requires transitive dev.hz3.epoch;
    requires static org.jspecify;

    exports dev.hz3.heap;
}
