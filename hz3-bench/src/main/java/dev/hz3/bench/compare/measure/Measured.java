package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.BlockSource;
import dev.hz3.bench.peers.ObjectSource;

/// The contender that this process measures: named by a property, a constant once it was asked for.
///
/// A constant is called directly, and the compiler sees through the handles of a native one. That is the best case for each, and
/// the same case for all.
public final class Measured {

    /// The property that names it.
    public static final String PROPERTY = "hz3.bench.measured";

    private Measured() {}

    static String name() {
        return System.getProperty(PROPERTY, AllocatorChoice.HZ3.argument());
    }

    static BlockSource blocks() {
        return Blocks.SOURCE;
    }

    static BenchAllocator allocator() {
        return Addresses.ALLOCATOR;
    }

    static ObjectSource objects() {
        return Objects.SOURCE;
    }

    /// Why it is absent, if it is what made `failure` happen.
    public static String absence(ExceptionInInitializerError failure) {
        if (failure.getCause() instanceof AbsentAllocatorException absence) {
            return String.valueOf(absence.getMessage());
        }
        throw failure;
    }

    /// The constant, for those who were written for any allocator: the calls go through to it, and to nobody else.
    static final class Constant implements BenchAllocator {
        @Override
        public String name() {
            return Measured.name();
        }

        @Override
        public long allocate(long bytes) {
            return Addresses.ALLOCATOR.allocate(bytes);
        }

        @Override
        public void free(long address) {
            Addresses.ALLOCATOR.free(address);
        }

        @Override
        public void tick() {
            Addresses.ALLOCATOR.tick();
        }

        @Override
        public void trim() {
            Addresses.ALLOCATOR.trim();
        }
    }

    private static final class Addresses {
        static final BenchAllocator ALLOCATOR = opened();

        private static BenchAllocator opened() {
            try {
                return AllocatorChoice.named(name()).orElseThrow().open();
            } catch (AbsentAllocatorException absence) {
                throw new ExceptionInInitializerError(absence);
            }
        }
    }

    private static final class Blocks {
        static final BlockSource SOURCE = opened();

        private static BlockSource opened() {
            try {
                return BlockSource.named(name());
            } catch (AbsentAllocatorException absence) {
                throw new ExceptionInInitializerError(absence);
            }
        }
    }

    private static final class Objects {
        static final ObjectSource SOURCE = ObjectSource.named(name());
    }
}
