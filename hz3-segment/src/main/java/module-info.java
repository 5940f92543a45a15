import org.jspecify.annotations.NullMarked;

/// The anatomy: what memory is made of (segments, pages, runs, size classes, the address map) and what is in stock (central lists, pack pool).
@NullMarked
module dev.hz3.segment {
    requires transitive dev.hz3.os;
    requires static transitive org.jspecify;

    exports dev.hz3.segment;
}
