import org.jspecify.annotations.NullMarked;

/// Retirement: empty runs of small blocks become free pages.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.retire.scan {
    requires transitive dev.hz3.release.boundary;
    requires static org.jspecify;

    exports dev.hz3.retire.scan;
}
