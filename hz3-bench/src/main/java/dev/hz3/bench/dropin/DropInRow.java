package dev.hz3.bench.dropin;

import java.util.List;

/// A row of the table: a program, which of its figures counts, and the bar.
///
/// @param name by which it is picked, with what it is run with behind it
/// @param title for a person
/// @param library whose example it is
/// @param arguments the program and what comes after the name of the allocator
/// @param figure which of the lines that it prints counts
/// @param measure how it is compared
/// @param bar what decides
public record DropInRow(String name, String title, Library library, List<String> arguments, String figure, Measure measure, double bar) {

    /// Each with the folder of its example, and its allocators: this heap's first.
    public enum Library {
        /// Netty, with its own two.
        NETTY("hz3-netty-example", "dev.hz3.example.netty.", "pooled", "adaptive"),
        /// Arrow, with its own two.
        ARROW("hz3-arrow-example", "dev.hz3.example.arrow.", "unsafe", "netty");

        private final String folder;
        private final String packagePrefix;
        private final String one;
        private final String other;

        Library(String folder, String packagePrefix, String one, String other) {
            this.folder = folder;
            this.packagePrefix = packagePrefix;
            this.one = one;
            this.other = other;
        }

        String folder() {
            return folder;
        }

        String packagePrefix() {
            return packagePrefix;
        }

        /// The allocators, this heap's first.
        public List<String> contenders() {
            return List.of("hz3", one, other);
        }
    }

    /// How a figure is compared.
    public enum Measure {
        /// With the fastest of the others; at most the bar.
        TIME,
        /// With the fastest of the others; at least the bar.
        RATE,
        /// With the least of the others, in bytes; at most the bar.
        HELD,
        /// With nobody; at most the bar.
        SHARE,
        /// With nobody, in bytes; at most the bar.
        BYTES
    }

    private static final double PAIR_BAR = 0.8;
    private static final double LEFT_SHARE_BAR = 0.02;
    /// What may be left where nothing is live.
    private static final double LEFT_BYTES_BAR = 8 << 20;

    public DropInRow {
        arguments = List.copyOf(arguments);
    }

    /// All of them, in the order of the table.
    public static List<DropInRow> all() {
        return List.of(
                new DropInRow("netty-requests", "Netty: requests a second, bodies of 256 B to 64 KiB", Library.NETTY, List.of("Requests"), "requests_per_second", Measure.RATE, 1.0),
                pair("loop", "an event loop", 64), pair("loop", "an event loop", 4096), pair("loop", "an event loop", 65_536),
                pair("plain", "another thread", 64), pair("plain", "another thread", 4096), pair("plain", "another thread", 65_536),
                pair("virtual", "a virtual thread", 64), pair("virtual", "a virtual thread", 4096), pair("virtual", "a virtual thread", 65_536),
                left("netty-burst", "Netty: held 1 s after a burst", Library.NETTY, "BurstThenSilence", "left_share", Measure.SHARE, LEFT_SHARE_BAR),
                left("netty-burst", "Netty: held 1 s after a burst", Library.NETTY, "BurstThenSilence", "left_bytes", Measure.BYTES, LEFT_BYTES_BAR),
                held("netty-burst", "Netty: all that the process holds 1 s after a burst", Library.NETTY, "BurstThenSilence"),
                vectors("buffers", "1,024 buffers of 1,024 bytes"), vectors("ints", "1,024 ints"), vectors("texts", "1,024 texts"), vectors("doubles", "1,048,576 doubles"),
                left("arrow-job", "Arrow: held 1 s after a job", Library.ARROW, "ReadComputeClose", "left_share", Measure.SHARE, LEFT_SHARE_BAR),
                left("arrow-job", "Arrow: held 1 s after a job", Library.ARROW, "ReadComputeClose", "left_bytes", Measure.BYTES, LEFT_BYTES_BAR),
                held("arrow-job", "Arrow: all that the process holds 1 s after a job", Library.ARROW, "ReadComputeClose"));
    }

    private static DropInRow pair(String thread, String who, int bytes) {
        return new DropInRow("netty-pair-" + thread, "Netty: a pair of " + bytes + " B on " + who, Library.NETTY,
                List.of("Pairs", thread, Integer.toString(bytes)), "pair_ns", Measure.TIME, PAIR_BAR);
    }

    private static DropInRow vectors(String kind, String what) {
        return new DropInRow("arrow-vectors", "Arrow: allocate, set, copy, release: " + what, Library.ARROW, List.of("Vectors", kind), "vector_ns", Measure.TIME, 1.0);
    }

    private static DropInRow held(String name, String title, Library library, String program) {
        return left(name, title, library, program, "held_bytes", Measure.HELD, 1.0);
    }

    private static DropInRow left(String name, String title, Library library, String program, String figure, Measure measure, double bar) {
        return new DropInRow(name, title, library, List.of(program), figure, measure, bar);
    }
}
