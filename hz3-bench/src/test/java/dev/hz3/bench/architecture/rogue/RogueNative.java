package dev.hz3.bench.architecture.rogue;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/// Calls native code in every way that there is.
@SuppressWarnings("restricted") // that is what it is for
public final class RogueNative {

    private RogueNative() {}

    static Linker byLinker() {
        return Linker.nativeLinker();
    }

    static LongFunction<MemorySegment> byReference(MemorySegment memory) {
        return memory::reinterpret;
    }

    static void byLibrary(String name) {
        System.loadLibrary(name);
        Runtime.getRuntime().load(name);
    }

    static native void byDeclaration();
}
