package dev.hz3.bench.architecture;

import java.util.Map;

/// The walls that the compiler keeps, each with the module of an outsider that walks into it.
enum CompilerWalls {

    THE_PEN_CANNOT_BE_NAMED(
            "a module that names the pen does not compile (I1)",
            Names.ROGUE,
            "rogue/Writer.java",
            """
            package rogue;
            import dev.hz3.segment.Segment;
            import dev.hz3.segment.bits.FreeBits;
            class Writer {
                void write(Segment segment) {
                    FreeBits bits = segment.bits();
                    synchronized (bits) { bits.give(0, 1L); }
                }
            }
            """,
            "package dev.hz3.segment.bits is not visible" + Names.why("dev.hz3.segment.bits", "dev.hz3.segment", " to module rogue")),

    THE_PEN_CANNOT_BE_USED_UNNAMED(
            "a module that uses the pen without naming it does not compile (I1)",
            Names.ROGUE,
            "rogue/Writer.java",
            """
            package rogue;
            import dev.hz3.segment.Segment;
            class Writer {
                void write(Segment segment) {
                    segment.bits().give(0, 1L);
                }
            }
            """,
            "dev.hz3.segment.bits.FreeBits.give(int,long) in package dev.hz3.segment.bits is not accessible"
                    + Names.why("dev.hz3.segment.bits", "dev.hz3.segment", " to module rogue")),

    A_NAME_MAKES_NO_FRIEND(
            "a module that calls itself a friend of the boundary is none (I1)",
            "module dev.hz3.release.rogue { requires dev.hz3.release.boundary; }",
            "dev/hz3/release/rogue/Writer.java",
            "package dev.hz3.release.rogue; class Writer { dev.hz3.segment.bits.FreeBits bits; }",
            "package dev.hz3.segment.bits is not visible"
                    + Names.why("dev.hz3.segment.bits", "dev.hz3.segment", " to module dev.hz3.release.rogue")),

    STATES_ARE_WRITTEN_BY_THE_HEAP(
            "a module that writes who holds a block does not compile (I4)",
            Names.ROGUE,
            "rogue/Writer.java",
            """
            package rogue;
            class Writer {
                void write(long state) {
                    dev.hz3.segment.states.BlockStates.endLife(state);
                }
            }
            """,
            "package dev.hz3.segment.states is not visible" + Names.why("dev.hz3.segment.states", "dev.hz3.segment", " to module rogue")),

    BARE_ADDRESSES_ARE_WRITTEN_BY_TABLES(
            "a module that writes at bare addresses does not compile (I7)",
            Names.ROGUE,
            "rogue/Writer.java",
            """
            package rogue;
            class Writer {
                void write(long address) {
                    dev.hz3.os.raw.RawMemory.putLong(address, 0L);
                }
            }
            """,
            "package dev.hz3.os.raw is not visible" + Names.why("dev.hz3.os.raw", "dev.hz3.os", " to module rogue")),

    CACHES_ARE_THE_HEAPS_OWN(
            "a module that takes a block from a thread's cache does not compile (I4)",
            "module rogue { requires dev.hz3.heap; }",
            "rogue/Taker.java",
            """
            package rogue;
            class Taker {
                long take(dev.hz3.heap.cache.ThreadCache cache) {
                    return 0;
                }
            }
            """,
            "package dev.hz3.heap.cache is not visible" + Names.why("dev.hz3.heap.cache", "dev.hz3.heap", ""));

    private final String sentence;
    private final String module;
    private final String file;
    private final String source;
    private final String refusal;

    CompilerWalls(String sentence, String module, String file, String source, String refusal) {
        this.sentence = sentence;
        this.module = module;
        this.file = file;
        this.source = source;
        this.refusal = refusal;
    }

    String sentence() {
        return sentence;
    }

    /// The outsider, path → text.
    Map<String, String> outsider() {
        return Map.of("module-info.java", module, file, source);
    }

    /// The compiler's one error, and why on a line of its own.
    String refusal() {
        return refusal;
    }

    /// A class of its own, because an enum's constants are made before its other statics.
    private static final class Names {
        static final String ROGUE = "module rogue { requires dev.hz3.segment; }";

        /// @param to whom the package is not exported, if it is exported to anybody
        static String why(String pack, String home, String to) {
            return "\n  (package " + pack + " is declared in module " + home + ", which does not export it" + to + ")";
        }
    }
}
