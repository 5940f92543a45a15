package dev.hz3.bench.jmh;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;

import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
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

/// The ledger: note ranges, then purge them all, on a machine whose purges cost nothing.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class LedgerBenchmark {

    private static final int RANGES = 128;
    private static final int STRIDE = PAGES_PER_SEGMENT / RANGES;

    /// Whether each range adjoins the one before.
    @Param({"scattered", "adjoining"})
    public String ranges = "scattered";

    private final Bench bench = new Bench(false);
    private Segment opened = Segment.NOWHERE;
    private PageRange[] noted = new PageRange[0];

    /// Draws up the ranges, of one page each.
    @Setup(Level.Trial)
    public void open() {
        opened = bench.open(SegmentKind.MEDIUM);
        noted = new PageRange[RANGES];
        for (int i = 0; i < RANGES; i++) {
            noted[i] = new PageRange(ranges.equals("adjoining") ? i : i * STRIDE, 1);
        }
    }

    /// Each range noted, and its share of one tick.
    @Benchmark
    @OperationsPerInvocation(RANGES)
    public long enqueueAndTick() {
        for (PageRange range : noted) {
            bench.ledger.enqueue(opened, range);
        }
        return bench.ledger.tick(bench.boundary, PurgePlan.FLUSH);
    }

    /// A range that waits already.
    @Benchmark
    @OperationsPerInvocation(RANGES)
    public void enqueueAgain() {
        for (PageRange range : noted) {
            bench.ledger.enqueue(opened, range);
        }
    }

    /// A tick that finds nothing.
    @Benchmark
    public long emptyTick() {
        return bench.ledger.tick(bench.boundary, PurgePlan.FLUSH);
    }

    /// Gives the addresses back.
    @TearDown(Level.Trial)
    public void close() {
        bench.close();
    }
}
