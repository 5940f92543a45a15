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
import java.util.Arrays;

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

    private static final Call MMAP =
            call("mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final Call MUNMAP = call("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final Call MPROTECT = call("mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final Call MADVISE = call("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final Call MINCORE = call("mincore", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO, Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ = handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final Call SYSCALL = call("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    /// Takes no longer than the few instructions that it is, and so need not tell the virtual machine that it has left.
    private static final MethodHandle MEMSET =
            handle("memset", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT, JAVA_LONG), Linker.Option.critical(false));
    private static final MethodHandle PTHREAD_SELF =
            handle("pthread_self", FunctionDescriptor.of(JAVA_LONG), Linker.Option.critical(false));
    private static final MethodHandle SYSCONF = handle("sysconf", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

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
    private record Call(MethodHandle plain, MethodHandle withErrno) {}

    private Libc() {}

    private static Call call(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] more = Arrays.copyOf(options, options.length + 1);
        more[options.length] = ERRNO;
        return new Call(handle(name, descriptor, options), handle(name, descriptor, more));
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
        var _ = (int) MADVISE.plain.invokeExact(0L, 0L, MADV_DONTNEED);
        var _ = (long) PTHREAD_SELF.invokeExact();
    }

    /// Maps private anonymous memory that is not accessible yet; the address or `-errno`.
    static long mmapNone(long bytes) {
        try {
            long answer = (long) MMAP.plain.invokeExact(0L, bytes, PROT_NONE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            return answer == -1 ? mmapNoneAgain(bytes) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long mmapNoneAgain(long bytes) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((long) MMAP.withErrno.invokeExact(state, 0L, bytes, PROT_NONE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L), state);
        }
    }

    static long munmap(long address, long bytes) {
        try {
            long answer = (int) MUNMAP.plain.invokeExact(address, bytes);
            return answer == -1 ? munmapAgain(address, bytes) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long munmapAgain(long address, long bytes) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((int) MUNMAP.withErrno.invokeExact(state, address, bytes), state);
        }
    }

    static long mprotect(long address, long bytes, int protection) {
        try {
            long answer = (int) MPROTECT.plain.invokeExact(address, bytes, protection);
            return answer == -1 ? mprotectAgain(address, bytes, protection) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long mprotectAgain(long address, long bytes, int protection) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((int) MPROTECT.withErrno.invokeExact(state, address, bytes, protection), state);
        }
    }

    static long madvise(long address, long bytes, int advice) {
        try {
            long answer = (int) MADVISE.plain.invokeExact(address, bytes, advice);
            return answer == -1 ? madviseAgain(address, bytes, advice) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Whether the kernel took the advice. Needs no Java memory, whatever it says.
    static boolean isAdvised(long address, long bytes, int advice) {
        try {
            return (int) MADVISE.plain.invokeExact(address, bytes, advice) == 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long madviseAgain(long address, long bytes, int advice) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((int) MADVISE.withErrno.invokeExact(state, address, bytes, advice), state);
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
            long answer = (int) MINCORE.plain.invokeExact(address, bytes, vector);
            return answer == -1 ? mincoreAgain(address, bytes, vector) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long mincoreAgain(long address, long bytes, long vector) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((int) MINCORE.withErrno.invokeExact(state, address, bytes, vector), state);
        }
    }

    /// Opens the file of this name, bytes that end with a zero; a descriptor or `-errno`.
    static long open(long name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((int) OPEN.invokeExact(state, name, flags), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long read(int descriptor, long buffer, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((long) READ.invokeExact(state, descriptor, buffer, bytes), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((int) CLOSE.invokeExact(state, descriptor), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long syscall(long number, long a, long b, long c, long d, long e) {
        try {
            long answer = (long) SYSCALL.plain.invokeExact(number, a, b, c, d, e);
            return answer == -1 ? syscallAgain(number, a, b, c, d, e) : answer;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long syscallAgain(long number, long a, long b, long c, long d, long e) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return answer((long) SYSCALL.withErrno.invokeExact(state, number, a, b, c, d, e), state);
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
            return (long) SYSCONF.invokeExact(name);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long answer(long result, MemorySegment state) {
        return result == -1 ? -(int) ERRNO_OF.get(state, 0L) : result;
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
