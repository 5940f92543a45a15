package dev.hz3.heap;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.hz3.heap.SeccompFilter.Condition.IsIn;
import dev.hz3.heap.SeccompFilter.Condition.IsInt;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Sits between the heaps of this process and the kernel. Every call about their memory waits until a thread of this class has said whether it
/// is made or refused (`SECCOMP_RET_USER_NOTIF`), so that faults begin and end at will and are counted.
///
/// Calls of the virtual machine about memory of its own are not seen: it may make them where it cannot wait for a Java thread.
///
/// The kernel cannot be told to do half of a call. The thread does half of a purge by itself, with `MADV_DONTNEED_LOCKED`, which
/// nobody watches, and answers as the kernel does that comes as far as that: how many bytes went, or an error.
@SuppressWarnings("restricted") // a test of what the kernel may answer
final class FaultInjector {

    private static final int MEMBARRIER_PRIVATE_EXPEDITED = 8;
    private static final int[] ADVICE = {4, 14, 15, 20, 23};
    private static final int DONTNEED_LOCKED = 24; // Linux 5.18
    /// To the kernel, which looks at the lower half alone, this is the advice above; to a filter that looks at all of it, it is another one.
    private static final long DONTNEED_UNASKED = 1L << 32 | DONTNEED_LOCKED;
    private static final long RECEIVE = 0xC050_2100L;
    private static final long SEND = 0xC018_2101L;
    private static final int GO_ON = 1;
    private static final int NOTICE_BYTES = 80;
    private static final int ANSWER_BYTES = 24;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle IOCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().find("ioctl").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle MADVISE = LINKER.downcallHandle(
            LINKER.defaultLookup().find("madvise").orElseThrow(), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final int listener;
    private final AtomicLong injected = new AtomicLong();
    private volatile @Nullable Fault fault;
    private final AtomicLong met = new AtomicLong(); // calls that the fault is about

    /// An injector for everything in `ranges`, on all threads.
    ///
    /// @throws UnsupportedOperationException where the kernel does not take it
    FaultInjector(List<ReservedRange> ranges) {
        SeccompFilter filter = new SeccompFilter()
                .ask(SystemCall.MEMBARRIER, new IsInt(0, MEMBARRIER_PRIVATE_EXPEDITED))
                .ask(SystemCall.PROCESS_MADVISE);
        for (ReservedRange range : ranges) {
            IsIn inRange = new IsIn(0, range.base(), range.base() + range.bytes());
            filter.ask(SystemCall.MPROTECT, inRange)
                    .ask(SystemCall.MUNMAP, inRange)
                    .ask(SystemCall.MINCORE, inRange);
            for (int advice : ADVICE) {
                filter.ask(SystemCall.MADVISE, inRange, new IsInt(2, advice));
            }
            filter.ask(SystemCall.MADVISE, inRange, new IsIn(2, DONTNEED_LOCKED, DONTNEED_LOCKED + 1));
        }
        listener = filter.installEverywhere();
        Thread.ofPlatform().daemon().name("faults").start(this::listen);
    }

    /// From now on until healed.
    void begin(Fault next) {
        injected.set(0);
        met.set(0);
        fault = next;
    }

    /// Lets everything pass from now on.
    ///
    /// @return how many calls were refused
    long heal() {
        fault = null;
        return injected.get();
    }

    private void listen() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment notice = arena.allocate(NOTICE_BYTES, 8);
            MemorySegment answer = arena.allocate(ANSWER_BYTES, 8);
            while (true) {
                notice.fill((byte) 0);
                if ((int) IOCTL.invokeExact(listener, RECEIVE, notice.address()) != 0) {
                    continue; // interrupted, or the caller was
                }
                answer.fill((byte) 0);
                answer.set(JAVA_LONG, 0, notice.get(JAVA_LONG, 0));
                decide(notice.asSlice(16), answer);
                var _ = (int) IOCTL.invokeExact(listener, SEND, answer.address());
            }
        } catch (Throwable t) {
            t.printStackTrace();
            Runtime.getRuntime().halt(3); // every thread would wait for ever
        }
    }

    private void decide(MemorySegment call, MemorySegment answer) throws Throwable {
        int number = call.get(JAVA_INT, 0);
        SystemCall which = Arrays.stream(SystemCall.values()).filter(one -> one.number() == number).findFirst().orElseThrow();
        Fault now = fault;
        if (now == null || !now.target().isMeant(which, argument(call, 2)) || now.form() == Fault.Form.SOME && met.getAndIncrement() % 2 != 0) {
            answer.set(JAVA_INT, 20, GO_ON);
            return;
        }
        injected.incrementAndGet();
        long done = now.form() == Fault.Form.HALF ? half(which, call) : 0;
        if (done > 0) {
            answer.set(JAVA_LONG, 8, done);
        } else {
            answer.set(JAVA_INT, 16, -now.errno().number());
        }
    }

    private static long argument(MemorySegment call, int index) {
        return call.get(JAVA_LONG, 16 + 8L * index);
    }

    /// Purges half of what a call is about.
    ///
    /// @return how many bytes went, where the call tells; else 0
    private static long half(SystemCall which, MemorySegment call) throws Throwable {
        if (which == SystemCall.MADVISE) {
            drop(argument(call, 0), argument(call, 1) / 2);
            return 0;
        }
        long count = argument(call, 2);
        MemorySegment vectors = MemorySegment.ofAddress(argument(call, 1)).reinterpret(16 * count);
        long done = 0;
        for (long i = 0; i < count / 2; i++) {
            done += drop(vectors.get(JAVA_LONG, 16 * i), vectors.get(JAVA_LONG, 16 * i + 8));
        }
        return done + drop(vectors.get(JAVA_LONG, 16 * (count / 2)), vectors.get(JAVA_LONG, 16 * (count / 2) + 8) / 2);
    }

    private static long drop(long address, long bytes) throws Throwable {
        long whole = bytes & -4096L;
        return whole != 0 && (int) MADVISE.invokeExact(address, whole, DONTNEED_UNASKED) == 0 ? whole : 0;
    }
}
