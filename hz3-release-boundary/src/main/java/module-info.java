import org.jspecify.annotations.NullMarked;

/// The door: the one writer of `free_bits`, in both directions.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.release.boundary {
    requires transitive dev.hz3.segment;
    requires static org.jspecify;

    exports dev.hz3.release.boundary;
}
