import org.jspecify.annotations.NullMarked;

/// Reclaim: free medium runs in stock become free pages.
@NullMarked
@SuppressWarnings("module") // "hz3" ends in a digit: it is the name
module dev.hz3.medium.reclaim {
    requires transitive dev.hz3.release.boundary;
    requires static org.jspecify;

    exports dev.hz3.medium.reclaim;
}
