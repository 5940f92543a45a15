package dev.hz3.bench.jmh;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/// One thread allocates, another frees: the block has to find its way home.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HandOverBenchmark {

    private static final long EMPTY = 0;

    /// A belt of 1,024 places between the two.
    @State(Scope.Group)
    public static class Belt {
        private static final int PLACES = 1 << 10;

        /// Bytes of a block.
        @Param({"64", "16384"})
        public int bytes;

        private final AtomicLongArray places = new AtomicLongArray(PLACES);
        private int put; // the producer's own
        private int taken; // the consumer's own

        /// Frees what lies on it, so that the two begin at the same place again.
        @TearDown(Level.Iteration)
        public void clear() {
            for (int i = 0; i < PLACES; i++) {
                long address = places.getAndSet(i, EMPTY);
                if (address != EMPTY) {
                    ChosenAllocator.constant().free(address);
                }
            }
            put = 0;
            taken = 0;
        }
    }

    /// Allocates and puts on the belt.
    @Benchmark
    @Group("handOver")
    @GroupThreads(1)
    public void produce(ChosenAllocator chosen, Belt belt, Control control) {
        int place = belt.put & (Belt.PLACES - 1);
        while (belt.places.getAcquire(place) != EMPTY) {
            if (control.stopMeasurement) {
                return;
            }
            Thread.onSpinWait();
        }
        belt.places.setRelease(place, ChosenAllocator.constant().allocate(belt.bytes));
        belt.put++;
    }

    /// Takes from the belt and frees.
    @Benchmark
    @Group("handOver")
    @GroupThreads(1)
    public void consume(ChosenAllocator chosen, Belt belt, Control control) {
        int place = belt.taken & (Belt.PLACES - 1);
        long address = belt.places.getAcquire(place);
        while (address == EMPTY) {
            if (control.stopMeasurement) {
                return;
            }
            Thread.onSpinWait();
            address = belt.places.getAcquire(place);
        }
        belt.places.setRelease(place, EMPTY);
        belt.taken++;
        ChosenAllocator.constant().free(address);
    }
}
