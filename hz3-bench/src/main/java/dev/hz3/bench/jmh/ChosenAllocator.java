package dev.hz3.bench.jmh;

import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.peers.BenchAllocator;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The allocator that this process measures, found by name.
///
/// It is a constant of the process: the compiler calls it directly, and sees through the handles of a native one. One
/// that is absent fails the setup with a sentence; JMH says so and reports no number for it.
@State(Scope.Benchmark)
public class ChosenAllocator {

    private static final String PROPERTY = "hz3.bench.jmh.allocator";

    /// Who is measured.
    @Param({"hz3", "glibc", "jemalloc", "mimalloc", "tcmalloc"})
    public String allocator = "hz3";

    /// Names the constant, once for each process, and opens what it names.
    @Setup(Level.Trial)
    public void open() throws AbsentAllocatorException {
        String named = System.getProperty(PROPERTY);
        if (named == null) {
            System.setProperty(PROPERTY, allocator);
        } else if (!named.equals(allocator)) {
            throw new IllegalStateException("this process measures " + named + " and not " + allocator + ": use -f 1 or more");
        }
        try {
            constant();
        } catch (ExceptionInInitializerError failure) {
            if (failure.getCause() instanceof AbsentAllocatorException absence) {
                throw absence;
            }
            throw failure;
        }
    }

    static BenchAllocator constant() {
        return Holder.ALLOCATOR;
    }

    private static final class Holder {
        static final BenchAllocator ALLOCATOR = opened();

        private static BenchAllocator opened() {
            String name = System.getProperty(PROPERTY, "hz3");
            AllocatorChoice choice = AllocatorChoice.named(name)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "allocator is '" + name + "', but must be one of " + AllocatorChoice.arguments()));
            try {
                return choice.open();
            } catch (AbsentAllocatorException absence) {
                throw new ExceptionInInitializerError(absence);
            }
        }
    }
}
