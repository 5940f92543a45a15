package dev.hz3.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The C library's functions that hz3 calls, and nothing else. Every call answers what the function answered, or `-errno`; one that is not refused needs no Java memory.
///
/// Threads: any.
@SuppressWarnings("restricted") // the one place where native code is called (I7)
final class Libc {

    static final int PROT_NONE = 0;
    static final int PROT_READ = 1;
    static final int PROT_READ_WRITE = 3;
    static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    static final int MADV_DONTNEED = 4;
    static final int MADV_HUGEPAGE = 14;
    static final int MADV_NOHUGEPAGE = 15;
    static final int MADV_COLD = 20;
    static final int MADV_POPULATE_WRITE = 23;
    static final int MADV_DONTNEED_LOCKED = 24; // Linux 5.18
    static final int MLOCK_ONFAULT = 1;
    static final int O_RDONLY_CLOEXEC = 0x8_0000;
    static final int SC_PAGESIZE = 30;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EINVAL = 22;

    // The same on every architecture since Linux 5.x.
    static final long SYS_PIDFD_OPEN = 434;
    static final long SYS_PROCESS_MADVISE = 440;
    /// The calling process itself, without a descriptor; Linux 6.14.
    static final long PIDFD_SELF = -10_000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_OF = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /// Six words, whatever a function takes, and one back: words are passed in registers, where a function does not look at more than it knows of. So are the variable
    /// arguments of `open` and `syscall`, in the same ones, on each architecture that [Platform] lets in. To link a form takes the virtual machine 20 ms and more the first
    /// time, and all functions have this one.
    private static final FunctionDescriptor WORDS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final Function MMAP = function("mmap");
    private static final Function MUNMAP = function("munmap");
    private static final Function MPROTECT = function("mprotect");
    private static final Function MADVISE = function("madvise");
    private static final Function MINCORE = function("mincore");
    private static final MethodHandle OPEN = handle("open", WORDS, ERRNO);
    private static final MethodHandle READ = handle("read", WORDS, ERRNO);
    private static final MethodHandle CLOSE = handle("close", WORDS, ERRNO);
    private static final Function SYSCALL = function("syscall");
    private static final MethodHandle SYSCONF = handle("sysconf", WORDS);
    /// Takes no longer than the few instructions that it is, and so need not tell the virtual machine that it has left.
    private static final MethodHandle MEMSET =
            handle("memset", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT, JAVA_LONG), Linker.Option.critical(false));
    private static final MethodHandle PTHREAD_SELF =
            handle("pthread_self", FunctionDescriptor.of(JAVA_LONG), Linker.Option.critical(false));

    /// When a method handle has been called this often, the virtual machine makes a form of its own for it (`CUSTOMIZE_THRESHOLD` of `java.lang.invoke`).
    private static final int CALLS_UNTIL_CUSTOM = 128;

    static {
        // Now, and not in somebody's free: the virtual machine needs Java memory for the first call of each, and once more for a form of its own.
        try {
            for (int i = 0; i < CALLS_UNTIL_CUSTOM; i++) {
                rehearse();
            }
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// A function whose failure changes nothing, so that it may be called again to learn why it failed: the state in which `errno` is captured costs Java
    /// memory at each call, and what is not refused does without.
    private record Function(MethodHandle plain, MethodHandle withErrno) {}

    private Libc() {}

    private static Function function(String name) {
        return new Function(handle(name, WORDS), handle(name, WORDS, ERRNO));
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name + ": hz3 needs Linux"));
        return LINKER.downcallHandle(symbol, descriptor, options);
    }

    /// Calls what giving back calls, about nothing at all: it does not matter what is answered.
    private static void rehearse() throws Throwable {
        var _ = (long) SYSCALL.plain.invokeExact(SYS_PROCESS_MADVISE, PIDFD_SELF, 0L, 0L, (long) MADV_DONTNEED, 0L);
        var _ = (long) MADVISE.plain.invokeExact(0L, 0L, (long) MADV_DONTNEED, 0L, 0L, 0L);
        var _ = (long) PTHREAD_SELF.invokeExact();
    }

    /// Maps private anonymous memory that is not accessible yet; the address or `-errno`.
    static long mmapNone(long bytes) {
        try {
            long answer = (long) MMAP.plain.invokeExact(0L, bytes, (long) PROT_NONE, (long) MAP_PRIVATE_ANONYMOUS_NORESERVE, -1L, 0L);
            return hasFailed(answer) ? ask(MMAP.withErrno, 0, bytes, PROT_NONE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long munmap(long address, long bytes) {
        try {
            long answer = (long) MUNMAP.plain.invokeExact(address, bytes, 0L, 0L, 0L, 0L);
            return hasFailed(answer) ? (int) ask(MUNMAP.withErrno, address, bytes, 0, 0, 0, 0) : 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long mprotect(long address, long bytes, int protection) {
        try {
            long answer = (long) MPROTECT.plain.invokeExact(address, bytes, (long) protection, 0L, 0L, 0L);
            return hasFailed(answer) ? (int) ask(MPROTECT.withErrno, address, bytes, protection, 0, 0, 0) : 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long madvise(long address, long bytes, int advice) {
        return isAdvised(address, bytes, advice) ? 0 : (int) ask(MADVISE.withErrno, address, bytes, advice, 0, 0, 0);
    }

    /// Whether the kernel took the advice. Needs no Java memory, whatever it says.
    static boolean isAdvised(long address, long bytes, int advice) {
        try {
            return !hasFailed((long) MADVISE.plain.invokeExact(address, bytes, (long) advice, 0L, 0L, 0L));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Fills so few bytes that a collector can wait for it.
    static void memset(long address, int value, long bytes) {
        try {
            MEMSET.invokeExact(address, value, bytes);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long mincore(long address, long bytes, long vector) {
        try {
            long answer = (long) MINCORE.plain.invokeExact(address, bytes, vector, 0L, 0L, 0L);
            return hasFailed(answer) ? (int) ask(MINCORE.withErrno, address, bytes, vector, 0, 0, 0) : 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Opens the file of this name, bytes that end with a zero; a descriptor or `-errno`.
    static long open(long name, int flags) {
        return (int) ask(OPEN, name, flags, 0, 0, 0, 0);
    }

    static long read(int descriptor, long buffer, long bytes) {
        return ask(READ, descriptor, buffer, bytes, 0, 0, 0);
    }

    static long close(int descriptor) {
        return (int) ask(CLOSE, descriptor, 0, 0, 0, 0, 0);
    }

    static long syscall(long number, long a, long b, long c, long d, long e) {
        try {
            long answer = (long) SYSCALL.plain.invokeExact(number, a, b, c, d, e);
            return hasFailed(answer) ? ask(SYSCALL.withErrno, number, a, b, c, d, e) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// The C library's name of the thread that runs this: a carrier where it is run by a virtual thread.
    static long pthreadSelf() {
        try {
            return (long) PTHREAD_SELF.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long sysconf(int name) {
        try {
            return (long) SYSCONF.invokeExact((long) name, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Whether a function has answered -1. One that answers an `int` says nothing of the upper half, and none of the others answers another number with this lower one.
    private static boolean hasFailed(long answer) {
        return (int) answer == -1;
    }

    /// Calls a function in the form that tells why it failed, and answers what it answered, or `-errno`.
    private static long ask(MethodHandle withErrno, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long answer = (long) withErrno.invokeExact(state, a, b, c, d, e, f);
            return hasFailed(answer) ? -(int) ERRNO_OF.get(state, 0L) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        return t instanceof RuntimeException runtime ? runtime : new IllegalStateException("a downcall failed", t);
    }

    /// An errno in words, such as `ENOMEM (12)`; `errno (n)` for one that none of these calls is known to answer.
    static String describe(long errno) {
        String name = switch ((int) errno) {
            case 1 -> "EPERM";
            case 3 -> "ESRCH";
            case EINTR -> "EINTR";
            case 5 -> "EIO";
            case 9 -> "EBADF";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case 13 -> "EACCES";
            case 14 -> "EFAULT";
            case 16 -> "EBUSY";
            case 19 -> "ENODEV";
            case EINVAL -> "EINVAL";
            case 23 -> "ENFILE";
            case 24 -> "EMFILE";
            case 38 -> "ENOSYS";
            case 75 -> "EOVERFLOW";
            case 95 -> "EOPNOTSUPP";
            case 133 -> "EHWPOISON";
            default -> "errno";
        };
        return name + " (" + errno + ")";
    }
}
