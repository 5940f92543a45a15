package dev.hz3.bench.jmh;

import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
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

/// The door: claim a run, release it.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class BoundaryBenchmark {

    /// Pages of the run.
    @Param({"1", "4", "8"})
    public int pages;

    /// A segment that is all free, or one in whose first seven eighths no stretch is longer than three pages.
    @Param({"fresh", "fragmented"})
    public String segment = "fresh";

    private final Bench bench = new Bench(false);
    private Segment opened = Segment.NOWHERE;

    /// Opens the segment.
    @Setup(Level.Trial)
    public void open() {
        opened = bench.open(SegmentKind.MEDIUM);
        if (segment.equals("fragmented")) {
            bench.fragment(opened);
        }
    }

    /// There and back.
    @Benchmark
    public int claimAndRelease() {
        int first = bench.boundary.claim(opened, pages);
        bench.boundary.release(opened, first, pages, ReleaseReason.MEDIUM_RUN_RECLAIM);
        return first;
    }

    /// Gives the addresses back.
    @TearDown(Level.Trial)
    public void close() {
        bench.close();
    }
}
