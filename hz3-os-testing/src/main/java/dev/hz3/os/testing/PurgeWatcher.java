package dev.hz3.os.testing;

/// Is there while a range is purged: after the caller gave it up and before its contents are gone.
///
/// What it writes into the range is lost, as it would be on a real machine.
@FunctionalInterface
public interface PurgeWatcher {

    /// Looks away.
    PurgeWatcher NOBODY = (_, _) -> {};

    /// Called once for every range of a batch, in order, by the thread that purges; no lock of the machine is held.
    void purging(long address, long bytes);
}
