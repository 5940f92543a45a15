import org.jspecify.annotations.NullMarked;

/// The anatomy: what memory is made of (segments, pages, runs, size classes, the address map) and what is in stock
/// (central lists, pack pool).
@NullMarked
@SuppressWarnings("module") // the modules that the other exports name are compiled after this one
module dev.hz3.segment {
    requires transitive dev.hz3.os;
    requires static org.jspecify;

    exports dev.hz3.segment;                                     // what everybody may know
    exports dev.hz3.segment.bits to dev.hz3.release.boundary;    // the pen that writes free_bits
    exports dev.hz3.segment.states to dev.hz3.heap;              // the pen that writes who holds a block
}
