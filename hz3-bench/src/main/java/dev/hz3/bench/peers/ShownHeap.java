package dev.hz3.bench.peers;

import dev.hz3.heap.NativeHeap;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/// A heap that JMX and Flight Recorder see while it is measured, where whoever started the process has put `hz3-management` beside the observatory. It is asked for by its name, because the
/// observatory requires no adapter; where it is not there nothing is shown.
public final class ShownHeap implements AutoCloseable {

    private final @Nullable AutoCloseable registration;

    private ShownHeap(@Nullable AutoCloseable registration) {
        this.registration = registration;
    }

    /// Shows the heap of `allocator` as `name` until this is closed; another allocator has nothing to show.
    public static ShownHeap of(BenchAllocator allocator, String name) {
        return new ShownHeap(allocator instanceof Hz3Allocator(NativeHeap heap) ? register(heap, name) : null);
    }

    private static @Nullable AutoCloseable register(NativeHeap heap, String name) {
        try {
            Method register = Class.forName("dev.hz3.management.HeapManagement").getMethod("register", NativeHeap.class, String.class);
            return (AutoCloseable) register.invoke(null, heap, name);
        } catch (ClassNotFoundException e) {
            return null; // as nearly always
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("hz3-management cannot show the heap", e);
        }
    }

    @Override
    public void close() {
        if (registration != null) {
            try {
                registration.close();
            } catch (Exception e) {
                throw new IllegalStateException("hz3-management cannot let go of the heap", e);
            }
        }
    }
}
