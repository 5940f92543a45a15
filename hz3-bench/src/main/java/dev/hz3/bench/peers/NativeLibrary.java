package dev.hz3.bench.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A C library that holds an allocator: under which names it is found, and what it calls the verbs.
///
/// @param name what the command line calls it
/// @param files the names to try, in this order, a jar among the [PeerJars] or what the dynamic linker finds; none means the C library of the process
/// @param source where they come from
/// @param mallocFunction takes a number of bytes, returns an address or 0
/// @param freeFunction takes an address
/// @param trim how it is asked to give back what is free, if it can be
record NativeLibrary(
        String name,
        List<String> files,
        String source,
        String mallocFunction,
        String freeFunction,
        Optional<Trim> trim) {

    static final NativeLibrary GLIBC = new NativeLibrary(
            "glibc",
            List.of(),
            "Debian: apt-get install libc6",
            "malloc",
            "free",
            Optional.of(new Trim(
                    "malloc_trim",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                    List.of(0L))));

    static final NativeLibrary JEMALLOC = new NativeLibrary(
            "jemalloc", List.of("libjemalloc.so.2"), "Debian: apt-get install libjemalloc2", "malloc", "free", Optional.empty());

    static final NativeLibrary MIMALLOC = new NativeLibrary(
            "mimalloc",
            List.of("libmimalloc.so.2"),
            "Debian: apt-get install libmimalloc2.0",
            "mi_malloc",
            "mi_free",
            Optional.of(new Trim(
                    "mi_collect", FunctionDescriptor.ofVoid(ValueLayout.JAVA_BOOLEAN), List.of(true))));

    static final NativeLibrary TCMALLOC = new NativeLibrary(
            "tcmalloc",
            List.of("libtcmalloc_minimal.so.4", "libtcmalloc.so.4"),
            "Debian: apt-get install libtcmalloc-minimal4",
            "tc_malloc",
            "tc_free",
            Optional.of(new Trim("MallocExtension_ReleaseFreeMemory", FunctionDescriptor.ofVoid(), List.of())));

    static final NativeLibrary MIMALLOC_LWJGL = new NativeLibrary(
            "mimalloc-lwjgl", List.of("lwjgl-mimalloc.jar"), PeerJars.SOURCE + "org.lwjgl:lwjgl-mimalloc", "mi_malloc", "mi_free", MIMALLOC.trim());

    /// Its `malloc` sets up each thread by itself.
    static final NativeLibrary RPMALLOC = new NativeLibrary(
            "rpmalloc", List.of("lwjgl-rpmalloc.jar"), PeerJars.SOURCE + "org.lwjgl:lwjgl-rpmalloc", "malloc", "free", Optional.empty());

    /// jemalloc's thread data is of the kind that must be reserved when the process starts (`initial-exec`).
    private static final String STATIC_TLS_TUNABLE = "glibc.rtld.optional_static_tls";

    /// A function that gives back what is free.
    ///
    /// @param function its name
    /// @param descriptor its shape
    /// @param arguments what it is called with
    record Trim(String function, FunctionDescriptor descriptor, List<Object> arguments) {}

    /// Loads it, for as long as the process lives: blocks may be in anybody's hands.
    @SuppressWarnings("restricted") // A library's code is native code; the package's comment says why it is allowed here.
    SymbolLookup load() throws AbsentAllocatorException {
        if (files.isEmpty()) {
            return Linker.nativeLinker().defaultLookup();
        }
        IllegalArgumentException lastRefusal = new IllegalArgumentException("no name to look for");
        for (String file : files) {
            try {
                return file.endsWith(".jar") ? PeerJars.library(file) : SymbolLookup.libraryLookup(file, Arena.global());
            } catch (IllegalArgumentException refusal) {
                lastRefusal = refusal;
            }
        }
        throw new AbsentAllocatorException(absence(System.getenv()), lastRefusal);
    }

    /// Why it is not here, and what to do about it.
    String absence(Map<String, String> environment) {
        String sentence = name + " is absent: " + String.join(" or ", files) + " cannot be loaded (" + source + ")";
        boolean lacksStaticTls = !environment.getOrDefault("GLIBC_TUNABLES", "").contains(STATIC_TLS_TUNABLE);
        if (equals(JEMALLOC) && lacksStaticTls) {
            return sentence + "; where it is installed, start the process with GLIBC_TUNABLES=" + STATIC_TLS_TUNABLE
                    + "=16384 in its environment";
        }
        return sentence;
    }
}
