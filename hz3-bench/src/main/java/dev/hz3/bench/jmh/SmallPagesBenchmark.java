package dev.hz3.bench.jmh;

import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The stock of small blocks: out of their pages and in again.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class SmallPagesBenchmark {

    private static final int BATCH = 32;
    private static final int RUNS = 16;

    /// Bytes of a block.
    @Param({"64", "1024"})
    public int bytes;

    private final Bench bench = new Bench(false);
    private final SmallPages pages = new SmallPages(bench.map);
    private final long[] blocks = new long[2 * BATCH];
    private int sizeClass;

    /// Lists pages, all empty.
    @Setup(Level.Trial)
    public void list() {
        sizeClass = SizeClasses.of(bytes);
        for (int i = 0; i < RUNS; i++) {
            pages.add(bench.claimSmallRun(sizeClass));
        }
    }

    /// One block as part of thirty-two.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int takeAndGive() {
        int taken = pages.take(sizeClass, blocks, 0, BATCH);
        pages.give(sizeClass, blocks, 0, taken);
        return taken;
    }

    /// Gives the addresses back.
    @TearDown(Level.Trial)
    public void close() {
        bench.close();
    }
}
