package dev.hz3.bench.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/// Which version of a library it is, by the library's own word.
final class NativeVersion {

    private static final int LONGEST_TEXT_BYTES = 256;
    private static final String UNKNOWN = "version unknown";

    private final SymbolLookup symbols;

    private NativeVersion(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /// What `library` says, or that it says nothing.
    static String of(NativeLibrary library) throws AbsentAllocatorException {
        NativeVersion version = new NativeVersion(library.load());
        try {
            return switch (library.name()) {
                case "glibc" -> version.text("gnu_get_libc_version");
                case "jemalloc" -> version.jemalloc();
                case "mimalloc", "mimalloc-lwjgl" -> version.mimalloc();
                case "tcmalloc" -> version.tcmalloc();
                case "rpmalloc" -> "of " + PeerJars.named("lwjgl-rpmalloc").orElseThrow().getFileName();
                default -> UNKNOWN;
            };
        } catch (Throwable silence) { // MethodHandle.invoke declares it
            return UNKNOWN;
        }
    }

    private String text(String function) throws Throwable {
        return string((MemorySegment) call(function, FunctionDescriptor.of(ValueLayout.ADDRESS)));
    }

    /// `mallctl("version", &text, &length, NULL, 0)`.
    private String jemalloc() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ValueLayout.ADDRESS);
            MemorySegment length = arena.allocate(ValueLayout.JAVA_LONG);
            length.set(ValueLayout.JAVA_LONG, 0, ValueLayout.ADDRESS.byteSize());
            int refusal = (int) call(
                    "mallctl",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG),
                    arena.allocateFrom("version"), text, length, MemorySegment.NULL, 0L);
            return refusal == 0 ? string(text.get(ValueLayout.ADDRESS, 0)) : UNKNOWN;
        }
    }

    /// A number such as 209 for 2.0.9, and since there are two digits for a part, 30304 for 3.3.4.
    private String mimalloc() throws Throwable {
        int number = (int) call("mi_version", FunctionDescriptor.of(ValueLayout.JAVA_INT));
        int digit = number < 10_000 ? 10 : 100;
        return String.format(Locale.ROOT, "%d.%d.%d", number / digit / digit, number / digit % digit, number % digit);
    }

    /// `tc_version(&major, &minor, &patch)`: the numbers are not asked for.
    private String tcmalloc() throws Throwable {
        return string((MemorySegment) call(
                "tc_version",
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL));
    }

    @SuppressWarnings("restricted") // The package's comment says why native code is allowed here.
    private Object call(String function, FunctionDescriptor descriptor, Object... arguments) throws Throwable {
        return Linker.nativeLinker()
                .downcallHandle(symbols.find(function).orElseThrow(), descriptor)
                .invokeWithArguments(arguments);
    }

    @SuppressWarnings("restricted") // As above: a text of the library's own, which ends somewhere.
    private static String string(MemorySegment text) {
        return text.reinterpret(LONGEST_TEXT_BYTES).getString(0);
    }
}
