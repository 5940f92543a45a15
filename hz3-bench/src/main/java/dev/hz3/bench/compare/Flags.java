package dev.hz3.bench.compare;

import java.util.List;

/// What the virtual machine of a measurement is started with, beside its modules.
///
/// A heap of one size that is touched beforehand leaves time to the allocator alone, and hides what it keeps on the Java heap. So memory is
/// measured with both.
public enum Flags {
    /// A Java heap that neither grows nor shrinks, all of it resident before anything is measured, and a collector without threads.
    TUNED {
        @Override
        List<String> options(int mebibytes) {
            return List.of("-Xms" + mebibytes + "m", "-Xmx" + mebibytes + "m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");
        }
    },
    /// What a user gets who sets nothing.
    DEFAULT {
        @Override
        List<String> options(int mebibytes) {
            return List.of();
        }
    };

    /// For a title: nothing where it is tuned.
    String note() {
        return this == TUNED ? "" : ", default flags";
    }

    /// The options, for a measurement that needs a Java heap of so many mebibytes.
    abstract List<String> options(int mebibytes);
}
