package dev.hz3.bench.peers;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;

/// Arrow's buffers on one of its own managers, by name: the observatory is not compiled against Arrow, which runs on the class path, as its users run it.
final class ArrowBuffers {

    private static final String PACKAGE = "org.apache.arrow.memory.";

    private ArrowBuffers() {}

    /// On the manager `netty` or `unsafe`.
    static BlockSource of(String manager) throws AbsentAllocatorException {
        try {
            System.setProperty("arrow.allocation.manager.type", manager.equals("netty") ? "Netty" : "Unsafe"); // read once, when the first class is initialized
            Class<?> root = Class.forName(PACKAGE + "RootAllocator");
            Class<?> buffer = Class.forName(PACKAGE + "ArrowBuf");
            Object allocator = root.getConstructor(long.class).newInstance(Long.MAX_VALUE);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle take = lookup.findVirtual(Class.forName(PACKAGE + "BufferAllocator"), "buffer", MethodType.methodType(buffer, long.class)).bindTo(allocator)
                    .asType(MethodType.methodType(Object.class, long.class));
            MethodHandle address = lookup.findVirtual(buffer, "memoryAddress", MethodType.methodType(long.class)).asType(MethodType.methodType(long.class, Object.class));
            MethodHandle close = lookup.findVirtual(buffer, "close", MethodType.methodType(void.class)).asType(MethodType.methodType(void.class, Object.class));
            return new BlockSource.Objects<>(
                    bytes -> call(() -> take.invokeExact((long) bytes)),
                    object -> (long) call(() -> (long) address.invokeExact(object)),
                    object -> call(() -> {
                        close.invokeExact(object);
                        return object;
                    }),
                    "Arrow " + PeerJars.named("arrow-memory-core").map(jar -> jar.getFileName().toString()).orElse("of unknown version"));
        } catch (ClassNotFoundException absence) {
            throw new AbsentAllocatorException("arrow-" + manager + " is absent: no " + absence.getMessage() + " (" + PeerJars.SOURCE + "org.apache.arrow:arrow-memory-" + manager + ")", absence);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure instanceof InvocationTargetException wrapped ? wrapped.getCause() : failure);
        }
    }

    @FunctionalInterface
    private interface Call {
        Object of() throws Throwable;
    }

    private static Object call(Call call) {
        try {
            return call.of();
        } catch (RuntimeException | Error asItIs) {
            throw asItIs;
        } catch (Throwable impossible) {
            throw new AssertionError("Arrow throws nothing that must be caught", impossible);
        }
    }
}
