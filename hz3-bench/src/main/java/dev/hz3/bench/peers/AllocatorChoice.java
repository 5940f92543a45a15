package dev.hz3.bench.peers;

import dev.hz3.heap.NativeHeap;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The allocators that can be measured, by the name that the command line knows.
public enum AllocatorChoice {
    /// This project's heap, with its options as the system properties have them.
    HZ3 {
        @Override
        public BenchAllocator open() {
            return new Hz3Allocator();
        }

        @Override
        public String version() {
            return NativeHeap.class.getModule().getDescriptor().rawVersion().orElse("version unknown");
        }
    },
    /// `malloc` of the C library that the process runs on.
    GLIBC {
        @Override
        public BenchAllocator open() throws AbsentAllocatorException {
            return NativePeer.open(NativeLibrary.GLIBC);
        }

        @Override
        public String version() throws AbsentAllocatorException {
            return NativeVersion.of(NativeLibrary.GLIBC);
        }
    },
    /// jemalloc 5, Debian's `libjemalloc2`.
    JEMALLOC {
        @Override
        public BenchAllocator open() throws AbsentAllocatorException {
            return NativePeer.open(NativeLibrary.JEMALLOC);
        }

        @Override
        public String version() throws AbsentAllocatorException {
            return NativeVersion.of(NativeLibrary.JEMALLOC);
        }
    },
    /// mimalloc 2, Debian's `libmimalloc2.0`.
    MIMALLOC {
        @Override
        public BenchAllocator open() throws AbsentAllocatorException {
            return NativePeer.open(NativeLibrary.MIMALLOC);
        }

        @Override
        public String version() throws AbsentAllocatorException {
            return NativeVersion.of(NativeLibrary.MIMALLOC);
        }
    },
    /// tcmalloc of gperftools, Debian's `libtcmalloc-minimal4`.
    TCMALLOC {
        @Override
        public BenchAllocator open() throws AbsentAllocatorException {
            return NativePeer.open(NativeLibrary.TCMALLOC);
        }

        @Override
        public String version() throws AbsentAllocatorException {
            return NativeVersion.of(NativeLibrary.TCMALLOC);
        }
    },
    /// mimalloc 3, LWJGL's `lwjgl-mimalloc`.
    MIMALLOC_LWJGL {
        @Override
        public BenchAllocator open() throws AbsentAllocatorException {
            return NativePeer.open(NativeLibrary.MIMALLOC_LWJGL);
        }

        @Override
        public String version() throws AbsentAllocatorException {
            return NativeVersion.of(NativeLibrary.MIMALLOC_LWJGL);
        }
    },
    /// rpmalloc, LWJGL's `lwjgl-rpmalloc`.
    RPMALLOC {
        @Override
        public BenchAllocator open() throws AbsentAllocatorException {
            return NativePeer.open(NativeLibrary.RPMALLOC);
        }

        @Override
        public String version() throws AbsentAllocatorException {
            return NativeVersion.of(NativeLibrary.RPMALLOC);
        }
    };

    /// Opens it.
    ///
    /// @throws AbsentAllocatorException where its library cannot be loaded
    public abstract BenchAllocator open() throws AbsentAllocatorException;

    /// Which version is here, by its own word.
    ///
    /// @throws AbsentAllocatorException where its library cannot be loaded
    public abstract String version() throws AbsentAllocatorException;

    /// The name that the command line knows.
    public String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The choice called `argument`, if there is one.
    public static Optional<AllocatorChoice> named(String argument) {
        return Arrays.stream(values()).filter(choice -> choice.argument().equals(argument)).findFirst();
    }

    /// All names, for a sentence.
    public static String arguments() {
        return Arrays.stream(values()).map(AllocatorChoice::argument).collect(Collectors.joining(", "));
    }
}
