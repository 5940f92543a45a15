package dev.hz3.bench.jmh;

import dev.hz3.retire.scan.RetireBudget;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Retiring small runs: 256 empty ones, and none at all.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class RetireScanBenchmark {

    private static final int RUNS = 256;
    private static final int SIZE_CLASS = SizeClasses.of(64);

    private final Bench bench = new Bench(true);
    private final SmallPages pages = new SmallPages(bench.map);
    private final RetireScan scan = new RetireScan(bench.map, bench.boundary, List.of(pages));

    /// Pages to retire, laid out anew for each tick: a tick takes much longer than looking at the clock.
    @State(Scope.Benchmark)
    public static class Empties {
        /// Lists them.
        @Setup(Level.Invocation)
        public void list(RetireScanBenchmark benchmark) {
            benchmark.bench.ledger.flush(benchmark.bench.boundary);
            for (int i = 0; i < RUNS; i++) {
                benchmark.pages.add(benchmark.bench.claimSmallRun(SIZE_CLASS));
            }
        }
    }

    /// One page of the tick.
    @Benchmark
    @OperationsPerInvocation(RUNS)
    public long tick(Empties empties) {
        return scan.tick(RetireBudget.ALL);
    }

    private final RetireScan idle = new RetireScan(bench.map, bench.boundary, List.of(new SmallPages(bench.map)));

    /// A tick that finds nothing.
    @Benchmark
    public long emptyTick() {
        return idle.tick(RetireBudget.ALL);
    }

    /// Gives the addresses back.
    @TearDown(Level.Trial)
    public void close() {
        bench.close();
    }
}
