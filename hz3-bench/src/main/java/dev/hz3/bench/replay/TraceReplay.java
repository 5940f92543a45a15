package dev.hz3.bench.replay;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// One run of a recording on an allocator.
///
/// Every block is tagged when it is made: a word at its beginning, one at its end and one in each page between, all derived from
/// the number of the object. With verification they are read back before the block goes: a page purged while live
/// reads zero, an overlap reads another's tag. The tags are written without verification too, so that every contender touches the same
/// pages. CALLOC is an allocation that is cleared by the replay itself, for every contender.
///
/// Events of one recorded thread keep their order; a free waits until its object was made. With one worker all events keep theirs.
///
/// To be used once, by one thread.
public final class TraceReplay {

    private static final VarHandle ADDRESS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PAGE = 4096;
    private static final int SPINS = 1000;

    private final Trace trace;
    private final BenchAllocator allocator;
    private final boolean verify;
    private final long[] addresses;
    private final long[] sizes;
    private final AtomicLong damaged = new AtomicLong();
    private final AtomicReference<String> firstDamage = new AtomicReference<>("");

    /// A replay of `trace` on `allocator`.
    public TraceReplay(Trace trace, BenchAllocator allocator, boolean verify) {
        this.trace = trace;
        this.allocator = allocator;
        this.verify = verify;
        addresses = new long[trace.objects()];
        sizes = new long[trace.objects()];
    }

    /// Replays it on `workers` threads, then frees what was never freed. A replay that verifies then asks the allocator to give all of it back; one that is
    /// timed asks for nothing, as a program does not: what the next one finds is what the allocator holds by its own rules.
    public ReplayResult run(int workers) throws InterruptedException {
        long base = ProcessMemory.measure().heldBytes();
        ProcessMemory.forgetPeak();
        long begun = System.nanoTime();
        if (workers == 1) {
            play(0, trace.events());
        } else {
            together(workers);
        }
        long nanos = System.nanoTime() - begun;
        long peak = ProcessMemory.peakResidentBytes() - base;
        for (int object = 0; object < addresses.length; object++) {
            if (addresses[object] > 0) {
                free(object);
            }
        }
        if (verify) {
            allocator.trim();
        }
        return new ReplayResult(nanos, peak, ProcessMemory.measure().heldBytes() - base, damaged.get(), firstDamage.get());
    }

    /// Plays the events from `first` up to `end`, in their order, on the calling thread; what was played before is as that has left it.
    void play(int first, int end) {
        for (int event = first; event < end; event++) {
            play(event);
        }
    }

    /// The size of each block that is live now, as asked for.
    long[] liveSizes() {
        return IntStream.range(0, addresses.length).filter(object -> addresses[object] > 0).mapToLong(object -> sizes[object]).toArray();
    }

    /// How many bytes of arrays it has.
    long arrayBytes() {
        return (long) (addresses.length + sizes.length) * Long.BYTES;
    }

    private void together(int workers) throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            int worker = w;
            Thread thread = new Thread(() -> {
                for (int e = 0; e < trace.events() && failures.isEmpty(); e++) {
                    if (trace.thread(e) % workers == worker) {
                        play(e);
                    }
                }
            });
            thread.setUncaughtExceptionHandler((who, what) -> failures.add(what));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a worker failed", failures.peek());
        }
    }

    private void play(int event) {
        switch (trace.operation(event)) {
            case Trace.ALLOC, Trace.CALLOC, Trace.ALIGNED -> make(event, trace.size(event));
            case Trace.FREE -> {
                await(trace.object(event));
                free(trace.object(event));
            }
            case Trace.REALLOC -> {
                await(trace.other(event));
                make(event, trace.size(event));
                free(trace.other(event));
            }
            default -> {}
        }
    }

    private void await(int object) {
        for (int spins = 0; (long) ADDRESS.getAcquire(addresses, object) == 0; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1); // there may be more workers than processors
            }
        }
    }

    private void make(int event, long size) {
        int object = trace.object(event);
        long address = allocator.allocate(size);
        if (trace.operation(event) == Trace.CALLOC) {
            for (long at = 0; at + Long.BYTES <= size; at += Long.BYTES) {
                RawMemory.writeLong(address + at, 0);
            }
        }
        if (size >= Long.BYTES) {
            for (long at = 0; at + Long.BYTES <= size; at += PAGE) {
                RawMemory.writeLong(address + at, tag(object));
            }
            RawMemory.writeLong(address + size - Long.BYTES, tag(object));
        } else {
            RawMemory.writeByte(address, (byte) object);
        }
        sizes[object] = size;
        ADDRESS.setRelease(addresses, object, address);
    }

    private void free(int object) {
        long address = addresses[object];
        if (verify) {
            check(object, address, sizes[object]);
        }
        addresses[object] = -1;
        allocator.free(address);
    }

    private void check(int object, long address, long size) {
        if (size < Long.BYTES) {
            if (RawMemory.readByte(address) != (byte) object) {
                damage(object, size, 0, RawMemory.readByte(address));
            }
            return;
        }
        long last = size - Long.BYTES;
        for (long at = 0; at + Long.BYTES <= size; at += PAGE) {
            // Near the end two tags may overlap; the last one written is whole.
            if ((at <= last - Long.BYTES || at == last) && RawMemory.readLong(address + at) != tag(object)) {
                damage(object, size, at, RawMemory.readLong(address + at));
            }
        }
        if (RawMemory.readLong(address + last) != tag(object)) {
            damage(object, size, last, RawMemory.readLong(address + last));
        }
    }

    private void damage(int object, long size, long at, long found) {
        damaged.incrementAndGet();
        firstDamage.compareAndSet(
                "", "object " + object + " of " + size + " bytes reads 0x" + Long.toHexString(found) + " at offset " + at);
    }

    private static long tag(int object) {
        return object * 0x9E37_79B9_7F4A_7C15L | 1;
    }
}
