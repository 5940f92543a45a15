package dev.hz3.bench.jmh;

import dev.hz3.bench.peers.BenchAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// Allocate and free by address, here and at the peers.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrontDoorBenchmark {

    /// One size.
    @State(Scope.Benchmark)
    public static class Size {
        /// Bytes of a block.
        @Param({"64", "1024", "4096", "16384", "32768"})
        public int bytes;
    }

    /// A thousand live blocks of 16 B to 32 KiB, of which one at a time, at random, makes room for another.
    @State(Scope.Thread)
    public static class Window {
        private static final int BLOCKS = 1000;
        private static final int SIZES = 1 << 12;
        private static final int MIN_BYTES = 16;
        private static final int MAX_BYTES = 32 << 10;

        private final long[] live = new long[BLOCKS];
        private final int[] sizes = new int[SIZES];
        private final short[] slots = new short[SIZES];
        private int step;

        /// Fills it. Sizes and slots are drawn beforehand: drawing costs as much as allocating.
        @Setup(Level.Trial)
        public void fill(ChosenAllocator chosen) {
            Draw draw = new Draw(Thread.currentThread().threadId());
            for (int i = 0; i < SIZES; i++) {
                sizes[i] = MIN_BYTES + draw.below(MAX_BYTES - MIN_BYTES + 1);
                slots[i] = (short) draw.below(BLOCKS);
            }
            for (int i = 0; i < BLOCKS; i++) {
                live[i] = ChosenAllocator.constant().allocate(sizes[i]);
            }
        }

        long exchange() {
            int now = step++ & (SIZES - 1);
            BenchAllocator allocator = ChosenAllocator.constant();
            int slot = slots[now];
            allocator.free(live[slot]);
            long address = allocator.allocate(sizes[now]);
            live[slot] = address;
            return address;
        }

        /// Empties it.
        @TearDown(Level.Trial)
        public void empty() {
            for (long address : live) {
                ChosenAllocator.constant().free(address);
            }
        }
    }

    /// A block of one size, and away with it.
    @Benchmark
    public long pair(ChosenAllocator chosen, Size size) {
        BenchAllocator allocator = ChosenAllocator.constant();
        long address = allocator.allocate(size.bytes);
        allocator.free(address);
        return address;
    }

    /// One step in a window of mixed sizes.
    @Benchmark
    public long window(ChosenAllocator chosen, Window window) {
        return window.exchange();
    }

    /// Two threads at once, each with a window of its own.
    @Benchmark
    @Threads(2)
    public long twoWindows(ChosenAllocator chosen, Window window) {
        return window.exchange();
    }
}
