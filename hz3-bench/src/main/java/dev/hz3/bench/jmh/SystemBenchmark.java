package dev.hz3.bench.jmh;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

/// The machine itself: pages that come and go, and what is asked of the kernel beside that.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class SystemBenchmark {

    /// Pages in a row, which become resident and are purged.
    @State(Scope.Benchmark)
    public static class Pages {
        /// How many.
        @Param({"1", "16", "512"})
        public int pages;

        private final OperatingSystem os = LinuxSystem.open();
        private final ReservedRange range = os.reserve(SEGMENT_BYTES, SEGMENT_BYTES, SEGMENT_BYTES);
        private final PurgeBatch batch = new PurgeBatch();
        private MemorySegment view = MemorySegment.NULL;

        /// Makes them usable, in small pages.
        @Setup(Level.Trial)
        public void open() {
            long bytes = (long) pages * PAGE_BYTES;
            os.commit(range, range.base(), bytes);
            os.advise(range, range.base(), bytes, OperatingSystem.Advice.SMALL_PAGES);
            view = os.view(range, range.base(), bytes, Arena.global());
            batch.add(range.base(), bytes);
        }

        /// Gives the addresses back.
        @TearDown(Level.Trial)
        public void close() {
            os.unreserve(range);
            os.close();
        }
    }

    private final OperatingSystem machine = LinuxSystem.open();

    /// The first byte of each page written, and all of them purged by one call.
    @Benchmark
    public int touchAndPurge(Pages touched) {
        for (long offset = 0; offset < touched.view.byteSize(); offset += PAGE_BYTES) {
            touched.view.set(ValueLayout.JAVA_BYTE, offset, (byte) 1);
        }
        return touched.os.purge(touched.batch);
    }

    /// A fence on all threads of the process that run, which is what it costs to borrow a thread's cache.
    @Benchmark
    public boolean fence() {
        return machine.fenceAllThreads();
    }

    /// How much of the process is resident.
    @Benchmark
    public long processResident() {
        return machine.processResidentBytes();
    }

    /// Lets go of the machine.
    @TearDown(Level.Trial)
    public void close() {
        machine.close();
    }
}
