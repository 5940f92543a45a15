package dev.hz3.arrow.parity;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/// The manager that Arrow has found by itself, and a count of the buffers that it made.
final class CountingFactory implements AllocationManager.Factory {

    private static final String OPTION = "org.apache.arrow.memory.DefaultAllocationManagerOption";
    private static final String BEGINS_WITH = "org.apache.arrow.memory.BaseAllocator";

    private final AllocationManager.Factory found;
    private final String wantedPackage;
    private final AtomicLong allocations = new AtomicLong();

    private CountingFactory(AllocationManager.Factory found, String wantedPackage) {
        this.found = found;
        this.wantedPackage = wantedPackage;
    }

    /// Lets Arrow look for its default, and counts it from now on.
    ///
    /// @param wantedPackage where its buffers must come from: a comparison of anything else would say nothing
    static CountingFactory install(String wantedPackage) {
        try {
            Class.forName(BEGINS_WITH); // in the order of a program: another one is a circle of Arrow's
            Class<?> option = Class.forName(OPTION);
            Method search = option.getDeclaredMethod("getDefaultAllocationManagerFactory");
            search.setAccessible(true);
            CountingFactory counting = new CountingFactory((AllocationManager.Factory) search.invoke(null), wantedPackage);
            Field field = option.getDeclaredField("DEFAULT_ALLOCATION_MANAGER_FACTORY");
            field.setAccessible(true);
            field.set(null, counting);
            return counting;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Arrow keeps its default elsewhere than it did", e);
        }
    }

    long allocations() {
        return allocations.get();
    }

    @Override
    public AllocationManager create(BufferAllocator accountingAllocator, long size) {
        AllocationManager manager = found.create(accountingAllocator, size);
        if (!manager.getClass().getPackageName().equals(wantedPackage)) {
            throw new IllegalStateException("a buffer of " + manager.getClass() + ", wanted one of " + wantedPackage);
        }
        allocations.incrementAndGet();
        return manager;
    }

    @Override
    public ArrowBuf empty() {
        return found.empty();
    }
}
