package dev.hz3.bench.jmh;

import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.NativeHeap;
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
import org.openjdk.jmh.annotations.Warmup;

/// The calendar: a tick over a heap in which nothing waits.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class EpochBenchmark {

    private static final int BLOCKS = 1000;
    private static final int BYTES = 4096;

    /// Live blocks in the heap, which a tick must not look at one by one.
    @Param({"0", "1000"})
    public int live;

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().clock(false).build());

    /// Allocates them, and lets everything else go.
    @Setup(Level.Trial)
    public void settle() {
        long[] freed = new long[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            freed[i] = heap.allocateAddress(BYTES);
        }
        for (int i = live; i < BLOCKS; i++) {
            heap.freeAddress(freed[i]);
        }
        heap.trim();
    }

    /// One tick.
    @Benchmark
    public void tick() {
        heap.tick();
    }

    /// Closes the heap.
    @TearDown(Level.Trial)
    public void close() {
        heap.close();
    }
}
