package dev.hz3.bench.jmh;

import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.segment.CentralBins;
import dev.hz3.segment.SizeClasses;
import java.util.List;
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

/// Reclaiming medium runs: 256 of them, a tick's default budget.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class MediumReclaimBenchmark {

    private static final int RUNS = 256;

    /// Pages of a run.
    @Param({"1", "4", "8"})
    public int pages;

    private final Bench bench = new Bench(true);
    private final CentralBins bins = new CentralBins(bench.map);
    private final MediumReclaim reclaim = new MediumReclaim(bench.map, bench.boundary, List.of(bins));

    /// Puts the runs in stock. For each tick: a tick takes much longer than looking at the clock.
    @Setup(Level.Invocation)
    public void stock() {
        bench.ledger.flush(bench.boundary);
        int sizeClass = SizeClasses.ofPages(pages);
        for (int i = 0; i < RUNS; i++) {
            bins.push(sizeClass, bench.claimRun(sizeClass));
        }
    }

    /// One run of the tick.
    @Benchmark
    @OperationsPerInvocation(RUNS)
    public long tick() {
        return reclaim.tick();
    }

    /// Gives the addresses back.
    @TearDown(Level.Trial)
    public void close() {
        bench.close();
    }
}
