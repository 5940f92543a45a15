package dev.hz3.heap;

import dev.hz3.heap.Fault.Errno;
import dev.hz3.heap.SeccompFilter.Condition.IsInt;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A program for [ShortOfIT]: a process that is short of something, or that the kernel gives it to only in a strange way. Prints what came of it.
final class ShortChild {

    private static final long MIB = 1L << 20;
    private static final int DONTNEED_LOCKED = 24;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private ShortChild() {}

    public static void main(String[] arguments) throws Throwable {
        switch (arguments[0]) {
            case "locked" -> locked(Integer.parseInt(arguments[1]), Boolean.parseBoolean(arguments[2]));
            case "locked-for-good" -> lockedForGood(Integer.parseInt(arguments[1]));
            case "limit" -> limit();
            case "limit-moves" -> limitMoves(Path.of(arguments[1]));
            case "data" -> data();
            case "crumbs" -> crumbs(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
            case "addresses" -> addresses(Integer.parseInt(arguments[1]));
            case "stack" -> stack(Long.parseLong(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("end");
    }

    @SuppressWarnings("restricted") // a test of what the kernel does to locked memory
    private static boolean call(String name, int flags) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var function = linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        return (int) function.invokeExact(flags) == 0;
    }

    private static HeapOptions.Builder options() {
        return HeapOptions.builder().reservedBytes(1024 * MIB).clockPeriodMillis(5);
    }

    private static void burst(NativeHeap heap, long bytes) {
        SplittableRandom random = new SplittableRandom(1);
        List<MemorySegment> live = new ArrayList<>();
        for (long done = 0; done < bytes; done += live.getLast().byteSize()) {
            MemorySegment block = heap.allocate(1 + random.nextInt(random.nextInt(20) == 0 ? 500_000 : 20_000));
            block.fill((byte) 1);
            live.add(block);
        }
        live.forEach(heap::free);
    }

    private static boolean leaves(NativeHeap heap) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (heap.residentBytes() != 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        return heap.residentBytes() == 0;
    }

    /// @param isEarly whether memory is locked before there is a heap
    private static void locked(int flags, boolean isEarly) throws Throwable {
        boolean isLocked = isEarly && call("mlockall", flags);
        try (NativeHeap heap = NativeHeap.create(options().build())) {
            if (!isEarly) {
                MemorySegment block = heap.allocate(300_000);
                isLocked = call("mlockall", flags);
                heap.free(block);
            }
            if (!isLocked) {
                System.out.println("unsupported");
                return;
            }
            for (int i = 0; i < 3; i++) {
                burst(heap, 64 * MIB);
                boolean left = leaves(heap);
                HeapStats stats = heap.stats();
                System.out.println("left=" + left + " purgeFailures=" + stats.purgeFailures() + " lockedRanges=" + stats.lockedRanges() + " pagesPerCall="
                        + Math.round(stats.pagesPerCall()));
            }
        }
    }

    /// On a kernel that has no way to purge what is locked.
    private static void lockedForGood(int flags) throws Throwable {
        SeccompFilter filter = new SeccompFilter().refuse(Errno.EINVAL.number(), SystemCall.MADVISE, new IsInt(2, DONTNEED_LOCKED))
                .refuse(Errno.EINVAL.number(), SystemCall.PROCESS_MADVISE, new IsInt(3, DONTNEED_LOCKED));
        try {
            filter.installHere();
        } catch (UnsupportedOperationException e) {
            System.out.println("unsupported");
            return;
        }
        if (!call("mlockall", flags)) {
            System.out.println("unsupported");
            return;
        }
        try (NativeHeap heap = NativeHeap.create(options().build())) {
            burst(heap, 64 * MIB);
            Thread.sleep(500);
            long mapped = heap.stats().mappedBytes();
            long calls = heap.stats().purgeCalls();
            long wakeUps = heap.stats().clockWakeUps();
            Thread.sleep(500);
            System.out.println("lockedRanges=" + heap.stats().lockedRanges() + " wakeUps=" + (heap.stats().clockWakeUps() - wakeUps));
            for (int i = 0; i < 5; i++) {
                burst(heap, 64 * MIB);
                Thread.sleep(50);
            }
            System.out.println("calls=" + (heap.stats().purgeCalls() - calls) + " grownMiB=" + (heap.stats().mappedBytes() - mapped) / MIB + " liveBytes="
                    + heap.stats().liveBytes());
            call("munlockall");
            heap.trim();
            System.out.println("left=" + leaves(heap) + " mappedBytes=" + heap.stats().mappedBytes());
            burst(heap, 64 * MIB);
            System.out.println("left=" + leaves(heap));
        }
    }

    @SuppressWarnings("restricted") // a test of what the kernel does to locked memory
    private static void call(String name) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var function = linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
        var _ = (int) function.invokeExact();
    }

    private static void limit() {
        try (NativeHeap heap = NativeHeap.create(options().build())) {
            System.out.println("limitMiB=" + (heap.parts().map().limitPages() / 256) + " names=" + System.getProperty("sun.jnu.encoding"));
        }
    }

    private static void limitMoves(Path file) throws IOException {
        try (NativeHeap heap = NativeHeap.create(options().clock(false).build())) {
            List<MemorySegment> blocks = new ArrayList<>();
            for (long limit : new long[] {0, 128 * MIB, 200 * MIB, 96 * MIB}) {
                if (limit != 0) {
                    Files.writeString(file, limit + "\n");
                }
                String refusal = refusal(heap, blocks, 1 << 20);
                System.out.println("blocks=" + blocks.size() + " refusal=" + refusal.replace(' ', '_'));
            }
        }
    }

    /// Allocates until there is no more.
    private static String refusal(NativeHeap heap, List<MemorySegment> blocks, long bytes) {
        while (true) {
            try {
                MemorySegment block = heap.allocate(bytes);
                block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
                blocks.add(block);
            } catch (OutOfMemoryError refused) {
                return String.valueOf(refused.getMessage());
            }
        }
    }

    private static void data() throws InterruptedException {
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().build())) {
            List<MemorySegment> blocks = new ArrayList<>();
            String refusal = refusal(heap, blocks, 64 << 10);
            int threads = threads(40);
            byte[][] java = new byte[24][];
            for (int i = 0; i < java.length; i++) {
                java[i] = new byte[1 << 20];
            }
            int kept = blocks.size();
            blocks.subList(0, kept / 2).forEach(heap::free);
            String again = refusal(heap, blocks, 64 << 10);
            System.out.println("blocks=" + kept + " again=" + (blocks.size() - kept) + " of=" + kept / 2 + " threads=" + threads + " java=" + java.length
                    + " refusal=" + refusal.replace(' ', '_') + " second=" + again.replace(' ', '_'));
        }
    }

    /// Fills a heap of `limit` bytes with blocks of one size, each of which holds the address of the one before it: nothing of them is on the Java heap.
    @SuppressWarnings("restricted") // an address that was read from a block
    private static void crumbs(int bytes, long limit) {
        try (NativeHeap heap = NativeHeap.create(options().maxBytes(limit).clock(false).build())) {
            MemorySegment everything = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
            long before = javaBytes();
            long last = 0;
            long count = 0;
            String refusal = "";
            while (refusal.isEmpty()) {
                try {
                    long block = heap.allocateAddress(bytes);
                    everything.set(ValueLayout.JAVA_LONG, block, last);
                    last = block;
                    count++;
                } catch (OutOfMemoryError refused) {
                    refusal = String.valueOf(refused.getMessage());
                }
            }
            long live = count;
            long java = javaBytes() - before;
            while (last != 0) {
                long block = last;
                last = everything.get(ValueLayout.JAVA_LONG, block);
                heap.freeAddress(block);
                count--;
            }
            heap.trim();
            System.out.println("blocks=" + live + " left=" + count + " javaBytes=" + java + " residentBytes=" + heap.residentBytes() + " liveBytes="
                    + heap.stats().liveBytes() + " refusal=" + refusal.replace(' ', '_'));
        }
    }

    /// What is used of the Java heap, without garbage.
    private static long javaBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /// Starts so many threads, which all live at the same time.
    ///
    /// @return how many there were
    private static int threads(int count) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                threads.add(Thread.ofPlatform().start(() -> await(end)));
            }
        } catch (OutOfMemoryError noThread) {
            // As many as there are.
        }
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return threads.size();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void addresses(int threads) throws InterruptedException {
        List<NativeHeap> heaps = new ArrayList<>();
        String refusal = "none";
        try {
            while (heaps.size() < 1000) {
                heaps.add(NativeHeap.create(HeapOptions.builder().clock(false).build()));
            }
        } catch (OutOfMemoryError refused) {
            refusal = String.valueOf(refused.getMessage());
        }
        System.out.println("heaps=" + heaps.size() + " threads=" + threads(threads) + " refusal=" + refusal.replace(' ', '_'));
    }

    /// What a thread with a stack of so many bytes, the only one that ever uses the heap, can do.
    private static void stack(long bytes) throws InterruptedException {
        for (long size : new long[] {1, 3000, 40_000, 100_000, 3 * MIB}) {
            AtomicInteger done = new AtomicInteger();
            try (NativeHeap heap = NativeHeap.create(options().clock(false).build())) {
                Thread thread = new Thread(null, () -> {
                    try {
                        heap.free(heap.allocate(size));
                        heap.tick();
                        heap.openConfinedArena().allocate(size);
                        heap.trim();
                        done.incrementAndGet();
                    } catch (StackOverflowError deep) {
                        System.out.println(deep.getStackTrace()[0]);
                    }
                }, "small", bytes);
                thread.start();
                thread.join();
            }
            System.out.println("size=" + size + " done=" + done);
        }
    }
}
