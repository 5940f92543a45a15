package dev.hz3.management;

import dev.hz3.heap.NativeHeap;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/// Shows a heap to JMX and to Flight Recorder, until it is closed.
///
///     try (NativeHeap heap = NativeHeap.create();
///             HeapManagement shown = HeapManagement.register(heap, "blocks")) {
///         …          // dev.hz3:type=NativeHeap,name=blocks   and   dev.hz3.HeapSample
///     }
///
/// Closing it does not close the heap. While it is open, the heap is reachable.
///
/// Threads: any.
public final class HeapManagement implements AutoCloseable {

    private static final String DOMAIN = "dev.hz3:type=NativeHeap,name=";

    private final ObjectName name;
    private final Runnable sampling;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HeapManagement(ObjectName name, Runnable sampling) {
        this.name = name;
        this.sampling = sampling;
    }

    /// Registers a [HeapMXBean] as `dev.hz3:type=NativeHeap,name=` and the name, and lets Flight Recorder sample the heap once a second where the virtual
    /// machine has it and a recording asks for `dev.hz3.HeapSample`, as every recording does by default. A recording also has what the heap does: `dev.hz3.Epoch`, `dev.hz3.Purge`,
    /// `dev.hz3.SegmentOpened`, `dev.hz3.SegmentClosed`, `dev.hz3.LimitReached` and `dev.hz3.InvalidFree`. The resource `META-INF/jfr/hz3.jfc` of this module is a configuration
    /// with these, and what else tells where the process has its memory.
    ///
    /// @param name any text; what is not a plain word is quoted as [ObjectName#quote] does
    /// @throws IllegalStateException if a heap of that name is registered
    /// @throws IllegalArgumentException if the name is empty
    public static HeapManagement register(NativeHeap heap, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("register(name=\"\"): a heap needs a name");
        }
        HeapMXBean bean = new RegisteredHeap(heap);
        ObjectName objectName;
        try {
            objectName = new ObjectName(DOMAIN + (name.matches("[\\w.-]+") ? name : ObjectName.quote(name)));
            ManagementFactory.getPlatformMBeanServer().registerMBean(bean, objectName);
        } catch (InstanceAlreadyExistsException e) {
            throw new IllegalStateException("register(name=\"" + name + "\"): a heap of that name is registered", e);
        } catch (JMException e) {
            throw new IllegalStateException("register(name=\"" + name + "\"): " + e.getMessage(), e);
        }
        boolean hasRecorder = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
        return new HeapManagement(objectName, hasRecorder ? recording(heap, name, bean) : () -> {});
    }

    private static Runnable recording(NativeHeap heap, String name, HeapMXBean bean) {
        Runnable samples = HeapSample.start(name, bean);
        Runnable events = heap.observe(new HeapEvents(name));
        return () -> {
            samples.run();
            events.run();
            LiveStack.emit(name, heap);
        };
    }

    /// The name of the bean.
    public ObjectName name() {
        return name;
    }

    /// Takes the bean away, and ends the samples; a recording then has a `dev.hz3.LiveStack` for each stack whose blocks are live, where the heap was made with `sampleBytes`. Harmless to repeat.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        sampling.run();
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            // Somebody has taken it away by the server's own means.
        } catch (JMException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
    }
}
