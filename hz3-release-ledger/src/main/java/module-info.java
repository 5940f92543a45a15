import org.jspecify.annotations.NullMarked;

/// The memory of freed pages: they rest here, join, and are purged.
@NullMarked
module dev.hz3.release.ledger {
    requires transitive dev.hz3.release.boundary;
    requires static transitive org.jspecify;

    exports dev.hz3.release.ledger;
}
