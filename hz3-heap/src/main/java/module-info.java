import org.jspecify.annotations.NullMarked;

/// The front door: `NativeHeap`, thread caches, arenas; the module that an application requires.
@NullMarked
module dev.hz3.heap {
    requires transitive dev.hz3.epoch;
    requires static transitive org.jspecify;

    exports dev.hz3.heap;
}
