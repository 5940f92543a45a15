import org.jspecify.annotations.NullMarked;

/// The memory of freed pages: they rest here, join, and are purged.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.release.ledger {
    requires transitive dev.hz3.release.boundary;
    requires static org.jspecify;

    exports dev.hz3.release.ledger;
}
