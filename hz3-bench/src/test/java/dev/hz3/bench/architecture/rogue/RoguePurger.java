package dev.hz3.bench.architecture.rogue;

import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import java.util.function.ToIntFunction;

/// Purges pages that nobody lent.
public final class RoguePurger {

    private RoguePurger() {}

    static int byCall(OperatingSystem os, PurgeBatch batch) {
        return os.purge(batch);
    }

    static ToIntFunction<PurgeBatch> byReference(LinuxSystem os) {
        return os::purge;
    }
}
