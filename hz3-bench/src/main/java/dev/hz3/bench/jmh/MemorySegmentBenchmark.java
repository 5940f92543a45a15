package dev.hz3.bench.jmh;

import dev.hz3.bench.peers.ObjectSource;
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

/// Allocate and free by object: a `MemorySegment` here and of the JDK, a `ByteBuf` of Netty.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MemorySegmentBenchmark {

    private static final int ARENA_BLOCKS = 10;
    private static final int ARENA_BLOCK_BYTES = 1 << 10;

    /// Who is measured, one block at a time.
    @State(Scope.Benchmark)
    public static class Blocks {
        /// By name.
        @Param({"hz3", "netty-pooled", "netty-adaptive", "arena-confined"})
        public String allocator = "hz3";

        /// Bytes of a block.
        @Param({"64", "1024", "4096", "16384", "32768"})
        public int bytes;

        private ObjectSource source = ObjectSource.named("arena-confined"); // until it is opened

        /// Opens it.
        @Setup(Level.Trial)
        public void open() {
            source = ObjectSource.named(allocator);
        }

        /// Closes it.
        @TearDown(Level.Trial)
        public void close() {
            source.close();
        }
    }

    /// Who is measured, with blocks that go all at once.
    @State(Scope.Benchmark)
    public static class Arenas {
        /// By name.
        @Param({"hz3", "arena-confined"})
        public String allocator = "hz3";

        private ObjectSource source = ObjectSource.named("arena-confined"); // until it is opened

        /// Opens it.
        @Setup(Level.Trial)
        public void open() {
            source = ObjectSource.named(allocator);
        }

        /// Closes it.
        @TearDown(Level.Trial)
        public void close() {
            source.close();
        }
    }

    /// A block of one size, and away with it.
    @Benchmark
    public long pair(Blocks blocks) {
        return blocks.source.pair(blocks.bytes);
    }

    /// An arena, ten blocks of 1 KiB in it, and away with all.
    @Benchmark
    public long arena(Arenas arenas) {
        return arenas.source.arena(ARENA_BLOCKS, ARENA_BLOCK_BYTES);
    }
}
