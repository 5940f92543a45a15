package dev.hz3.bench.jmh;

import dev.hz3.segment.CentralBins;
import dev.hz3.segment.SizeClasses;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The stock of medium runs: into it and out again.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class CentralBinsBenchmark {

    private static final int BATCH = 32;
    private static final int SIZE_CLASS = SizeClasses.ofPages(4);

    private final Bench bench = new Bench(false);
    private final CentralBins bins = new CentralBins(bench.map);
    private final long[] runs = new long[2 * BATCH];

    /// Puts some runs in stock.
    @Setup(Level.Trial)
    public void stock() {
        for (int i = 0; i < BATCH; i++) {
            runs[2 * i] = bench.claimRun(SIZE_CLASS);
        }
        bins.push(SIZE_CLASS, runs, 0, BATCH);
    }

    /// One run.
    @Benchmark
    public long popAndPushOne() {
        long run = bins.pop(SIZE_CLASS);
        bins.push(SIZE_CLASS, run);
        return run;
    }

    /// One run as part of thirty-two.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int popAndPushBatch() {
        int taken = bins.pop(SIZE_CLASS, runs, 0, BATCH);
        bins.push(SIZE_CLASS, runs, 0, taken);
        return taken;
    }

    /// Gives the addresses back.
    @TearDown(Level.Trial)
    public void close() {
        bench.close();
    }
}
