package dev.hz3.bench.peers;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// An allocator written in C, called with the cheapest downcalls there are: `malloc` and `free` neither block for long nor
/// call back, so they are *critical*, and cost some 2.5 ns more than from C.
///
/// A record, since the compiler trusts the fields of records: a peer in a `static final` variable is then called without
/// looking at its handles. Held otherwise, a call costs a few nanoseconds more.
///
/// There is one such allocator in a process, whatever the number of objects here: closing one frees nothing.
///
/// @param name what tables and graphs call it
/// @param mallocHandle `(long) → long`
/// @param freeHandle `(long) → void`
/// @param trimHandle `() → void`
record NativePeer(String name, MethodHandle mallocHandle, MethodHandle freeHandle, MethodHandle trimHandle)
        implements BenchAllocator {

    /// Loads `library` and finds its functions.
    @SuppressWarnings("restricted") // A downcall is native code; the package's comment says why it is allowed here.
    static NativePeer open(NativeLibrary library) throws AbsentAllocatorException {
        SymbolLookup symbols = library.load();
        Linker linker = Linker.nativeLinker();
        Linker.Option critical = Linker.Option.critical(false);
        MethodHandle mallocHandle = linker.downcallHandle(
                find(symbols, library, library.mallocFunction()),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                critical);
        MethodHandle freeHandle = linker.downcallHandle(
                find(symbols, library, library.freeFunction()),
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG),
                critical);
        return new NativePeer(library.name(), mallocHandle, freeHandle, trimHandle(symbols, library, linker));
    }

    // Not critical: a trim takes milliseconds, and a critical call keeps the collector waiting.
    @SuppressWarnings("restricted") // As above.
    private static MethodHandle trimHandle(SymbolLookup symbols, NativeLibrary library, Linker linker)
            throws AbsentAllocatorException {
        if (library.trim().isEmpty()) {
            return MethodHandles.empty(MethodType.methodType(void.class));
        }
        NativeLibrary.Trim trim = library.trim().get();
        MethodHandle function = linker.downcallHandle(find(symbols, library, trim.function()), trim.descriptor());
        return MethodHandles.insertArguments(function, 0, trim.arguments().toArray())
                .asType(MethodType.methodType(void.class));
    }

    private static MemorySegment find(SymbolLookup symbols, NativeLibrary library, String function)
            throws AbsentAllocatorException {
        return symbols.find(function)
                .orElseThrow(() -> new AbsentAllocatorException(
                        library.name() + " is absent: its library has no " + function,
                        new NoSuchMethodException(function)));
    }

    @Override
    public long allocate(long bytes) {
        long address;
        try {
            address = (long) mallocHandle.invokeExact(bytes);
        } catch (Throwable impossible) {
            throw new AssertionError("a downcall throws nothing", impossible);
        }
        if (address == 0) {
            throw new OutOfMemoryError(name + " refuses: bytes=" + bytes);
        }
        return address;
    }

    @Override
    public void free(long address) {
        try {
            freeHandle.invokeExact(address);
        } catch (Throwable impossible) {
            throw new AssertionError("a downcall throws nothing", impossible);
        }
    }

    @Override
    public void trim() {
        try {
            trimHandle.invokeExact();
        } catch (Throwable impossible) {
            throw new AssertionError("a downcall throws nothing", impossible);
        }
    }
}
