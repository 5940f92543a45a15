package dev.hz3.bench.jmh;

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

/// The pack pool: which segment has room, and where it belongs afterwards.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class PackPoolBenchmark {

    /// Pages that must fit.
    @Param({"2", "8"})
    public int pages;

    private final Bench bench = new Bench(false);

    /// Opens segments, half of them fragmented.
    @Setup(Level.Trial)
    public void open() {
        for (int i = 0; i < Bench.SEGMENTS; i++) {
            Segment segment = bench.open(SegmentKind.MEDIUM);
            if (i % 2 == 0) {
                bench.fragment(segment);
            }
        }
    }

    /// The tightest segment.
    @Benchmark
    public Segment tightest() {
        return bench.pool.tightest(pages);
    }

    /// The tightest segment, and its place looked up again, which is where it was.
    @Benchmark
    public Segment tightestAndUpdate() {
        Segment segment = bench.pool.tightest(pages);
        bench.pool.update(segment);
        return segment;
    }

    /// Gives the addresses back.
    @TearDown(Level.Trial)
    public void close() {
        bench.close();
    }
}
