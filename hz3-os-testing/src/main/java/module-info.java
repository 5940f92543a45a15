import org.jspecify.annotations.NullMarked;

/// Machines for tests: they count, refuse, forward, or are not there at all.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.os.testing {
    requires transitive dev.hz3.os;
    requires static org.jspecify;

    exports dev.hz3.os.testing;
}
