package dev.hz3.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Locale;

/// What a machine must have, looked at before anything of it is used: Linux, addresses of 64 bits, and a C library with the functions that hz3 calls. Which library that is does not matter: glibc and
/// musl have all of them, and whatever else is asked of the kernel goes through `syscall`.
///
/// @param system its name, as the virtual machine has it
/// @param architecture its processor's
/// @param library where its functions are found
record Platform(String system, String architecture, SymbolLookup library) {

    /// Each that [Libc] links.
    static List<String> functions() {
        return List.of("mmap", "munmap", "mprotect", "madvise", "mincore", "open", "read", "close", "syscall", "memset", "pthread_self", "sysconf");
    }

    private static List<String> architectures() {
        return List.of("amd64", "aarch64", "riscv64");
    }

    /// The one that this process runs on.
    static Platform current(SymbolLookup library) {
        return new Platform(System.getProperty("os.name"), System.getProperty("os.arch"), library);
    }

    /// Checks that nothing is missing, and that native access is allowed.
    ///
    /// @throws UnsupportedOperationException naming all that is
    /// @throws IllegalCallerException where this module has no native access, in the virtual machine's words
    @SuppressWarnings("restricted")
    void require() {
        if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
            throw new UnsupportedOperationException("hz3 needs Linux; this is " + system);
        }
        if (!architectures().contains(architecture)) {
            throw new UnsupportedOperationException("hz3 needs a processor of " + String.join(", ", architectures()) + "; this is " + architecture);
        }
        List<String> missing = functions().stream().filter(function -> library.find(function).isEmpty()).toList();
        if (!missing.isEmpty()) {
            throw new UnsupportedOperationException("hz3 needs functions that the C library does not have: " + String.join(", ", missing));
        }
        MemorySegment.NULL.reinterpret(0); // the least for which the virtual machine asks
    }
}
