package dev.hz3.heap;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A program for [FullHeapTest]: frees while there is nothing left on the Java heap. Prints what came of it in one line.
final class FullHeapChild {

    private static final int LEAST_BYTES = 1 << 20;
    private static final int CALLS = 1000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /// Everything there is, until [#relax()].
    private final Object[] ballast = new Object[1 << 16];
    private @Nullable Object[] links = {};
    private int threw;
    private @Nullable Throwable lastThrown;
    private volatile int step;

    private FullHeapChild() {}

    public static void main(String[] arguments) throws Exception {
        FullHeapChild child = new FullHeapChild();
        boolean clock = Boolean.parseBoolean(arguments[1]);
        HeapOptions options = HeapOptions.builder().reservedBytes(1L << 30).clock(clock).build();
        NativeHeap heap = NativeHeap.create(options);
        long base = heap.base();
        switch (arguments[0]) {
            case "pages" -> child.own(heap, 3000, _ -> 8 << 10);
            case "grains" -> child.own(heap, 300_000, _ -> 16);
            case "kinds" -> child.own(heap, 600, i -> i % 3 == 0 ? 16 : i % 3 == 1 ? 100_000 : i % 30 == 2 ? 5 << 20 : 300_000);
            case "views" -> child.views(heap);
            case "no-views" -> child.noViews(heap, Integer.parseInt(arguments[2]));
            case "remote" -> child.remote(heap, true, false);
            case "remote-busy" -> child.remote(heap, true, true);
            case "remote-newcomer" -> child.remote(heap, false, false);
            case "arenas" -> child.arenas(heap);
            case "opening" -> child.opening(heap);
            case "calls" -> child.calls(heap);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        child.report(heap, base);
        System.out.println("end");
    }

    // ---- the Java heap -------------------------------------------------------------------------------------------

    /// Takes all of the Java heap, down to the last few bytes of this thread's own part of it.
    private void fill() {
        int count = 0;
        for (int bytes = LEAST_BYTES; bytes >= 16; bytes /= 2) {
            try {
                while (count < ballast.length) {
                    ballast[count++] = new byte[bytes];
                }
            } catch (OutOfMemoryError full) {
                count--;
            }
        }
        try {
            while (true) {
                links = new Object[] {links};
            }
        } catch (OutOfMemoryError full) {
            // That is all.
        }
    }

    private void relax() {
        java.util.Arrays.fill(ballast, null);
        links = new Object[0];
        System.gc();
    }

    private void note(Throwable thrown) {
        threw++;
        lastThrown = thrown;
    }

    // ---- what is freed -------------------------------------------------------------------------------------------

    private static long[] blocks(NativeHeap heap, int count, LongUnaryOperator bytes) {
        long[] blocks = new long[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = heap.allocateAddress(bytes.applyAsLong(i));
        }
        return blocks;
    }

    private void free(NativeHeap heap, long[] blocks) {
        for (long block : blocks) {
            try {
                heap.freeAddress(block);
            } catch (Throwable thrown) {
                note(thrown);
            }
        }
    }

    private void own(NativeHeap heap, int count, LongUnaryOperator bytes) {
        long[] blocks = blocks(heap, count, bytes);
        fill();
        free(heap, blocks);
        relax();
    }

    private void views(NativeHeap heap) {
        MemorySegment[] blocks = new MemorySegment[3000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = heap.allocate(i % 100 == 0 ? 200_000 : 10 + i);
        }
        fill();
        for (MemorySegment block : blocks) {
            try {
                heap.free(block);
            } catch (Throwable thrown) {
                note(thrown);
            }
        }
        relax();
    }

    /// There is a block, but no Java memory for what shows it: it goes back. Each of `count` requests makes the collector look for memory.
    private void noViews(NativeHeap heap, int count) {
        for (int bytes : new int[] {64, 8 << 10, 200_000}) {
            heap.free(heap.allocate(bytes));
            heap.free(heap.allocate(bytes, 64));
        }
        MemorySegment[] blocks = new MemorySegment[count];
        int refused = 0;
        fill();
        for (int i = 0; i < blocks.length; i++) {
            int bytes = i % 3 == 0 ? 64 : i % 3 == 1 ? 8 << 10 : 200_000;
            try {
                blocks[i] = i % 2 == 0 ? heap.allocate(bytes) : heap.allocate(bytes, 64);
            } catch (OutOfMemoryError full) {
                refused++;
            }
        }
        relax();
        for (MemorySegment block : blocks) {
            if (block != null) {
                heap.free(block);
            }
        }
        if (refused == 0) {
            note(new AssertionError("there was room for all views"));
        }
    }

    /// @param hasCache whether the thread that frees has used the heap before
    /// @param isBusy whether the thread that allocated goes on with blocks of its own
    private void remote(NativeHeap heap, boolean hasCache, boolean isBusy) throws InterruptedException {
        // One that gets no cache asks for one each time, and then the collector looks for memory: that is slow.
        long[] blocks = blocks(heap, hasCache ? 30_000 : 300, i -> 16 + i % 3 * 3000);
        Thread other = Thread.ofPlatform().start(() -> {
            if (hasCache) {
                heap.freeAddress(heap.allocateAddress(64));
            }
            step = 1;
            await(2);
            free(heap, blocks);
            step = 3;
        });
        await(1);
        fill();
        step = 2;
        while (step != 3) {
            if (isBusy) {
                pair(heap);
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
        relax();
        other.join();
    }

    private static void pair(NativeHeap heap) {
        try {
            heap.freeAddress(heap.allocateAddress(64));
        } catch (OutOfMemoryError full) {
            // An allocation may say so.
        }
    }

    private void await(int wanted) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (step < wanted && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void arenas(NativeHeap heap) {
        Arena[] arenas = new Arena[100];
        for (int i = 0; i < arenas.length; i++) {
            arenas[i] = i % 2 == 0 ? heap.openConfinedArena() : heap.openSharedArena();
            for (int j = 0; j < 40; j++) {
                arenas[i].allocate(1 + j * 500, 1);
            }
        }
        fill();
        for (Arena arena : arenas) {
            try {
                arena.close();
            } catch (Throwable thrown) {
                note(thrown);
            }
        }
        relax();
    }

    private void opening(NativeHeap heap) {
        fill();
        int refused = 0;
        for (int i = 0; i < 20; i++) {
            try {
                heap.openConfinedArena();
            } catch (OutOfMemoryError full) {
                refused++;
            }
        }
        relax();
        if (refused != 20) {
            threw = -1;
        }
    }

    /// What giving back asks of the C library, often enough for the virtual machine to make each call its own: that is what takes Java memory.
    private void calls(NativeHeap heap) {
        OperatingSystem os = heap.parts().os();
        long block = heap.allocateAddress(1 << 20);
        PurgeBatch one = new PurgeBatch();
        PurgeBatch two = new PurgeBatch();
        one.add(block, os.pageBytes());
        two.add(block, os.pageBytes());
        two.add(block + 2L * os.pageBytes(), os.pageBytes());
        fill();
        for (int i = 0; i < CALLS; i++) {
            try {
                os.fenceAllThreads();
                os.threadNumber();
                os.purge(one);
                os.purge(two);
            } catch (Throwable thrown) {
                note(thrown);
            }
        }
        relax();
        heap.freeAddress(block);
    }

    // ---- what came of it -----------------------------------------------------------------------------------------

    private void report(NativeHeap heap, long base) throws IOException {
        heap.trim();
        HeapStats stats = heap.stats();
        long resident = heap.residentBytes();
        List<Long> again = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            again.add(heap.allocateAddress(16 + i % 5 * 2000));
        }
        long twice = again.size() - again.stream().distinct().count();
        again.forEach(heap::freeAddress);
        heap.close();
        String first = Long.toHexString(base);
        boolean isMapped;
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            isMapped = lines.anyMatch(line -> line.startsWith(first));
        }
        System.out.println("threw=" + threw + " liveBytes=" + stats.liveBytes() + " mappedBytes=" + stats.mappedBytes() + " residentBytes=" + resident
                + " violations=" + stats.violations() + " twice=" + twice + " mapped=" + isMapped
                + (stats.mappedBytes() == 0 ? "" : " failure=" + heap.lastFailure() + " of " + stats)
                + (lastThrown == null ? "" : " last=" + lastThrown.toString().replace(' ', '_')));
        if (lastThrown != null) {
            lastThrown.printStackTrace(System.out);
        }
    }
}
