package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.testing.SimulatedSystem;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Operations that an exception out of the machine tears in half, at each of its calls. Nothing that is live is touched, and the heap works on.
class TornOperationTest {

    private static final long TAG = 0x7042_0000_0000_7042L;
    private static final long RESERVED_BYTES = 64L << 20; // five times what lives: each life zeroes an eighth of it for tables

    /// A machine whose n-th call of these throws, before or after it has done what it was asked for.
    private static final class Failure implements InvocationHandler {
        private static final Set<String> CALLS = Set.of("commit", "purge", "advise", "residentBytes", "fenceAllThreads");
        private final SimulatedSystem machine = new SimulatedSystem();
        private final boolean after;
        private final Supplier<? extends Throwable> failure;
        private long callsLeft = Long.MAX_VALUE;

        Failure(boolean after, Supplier<? extends Throwable> failure, long[] memory) {
            this.after = after;
            this.failure = failure;
            machine.lendMemory(memory);
        }

        OperatingSystem asMachine() {
            return (OperatingSystem) Proxy.newProxyInstance(
                    OperatingSystem.class.getClassLoader(), new Class<?>[] {OperatingSystem.class}, this);
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments); // what it is made of comes here again
            }
            boolean isCall = CALLS.contains(method.getName());
            count(isCall && !after);
            try {
                Object result = method.invoke(machine, arguments);
                count(isCall && after);
                return result;
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        }

        private void count(boolean counts) throws Throwable {
            if (counts && --callsLeft == 0) {
                throw failure.get();
            }
        }
    }

    @Test
    void an_exception_out_of_any_call_of_the_machine_loses_nothing() {
        List<Supplier<? extends Throwable>> failures =
                List.of(() -> new IllegalStateException("torn"), () -> new OutOfMemoryError("torn"), () -> new StackOverflowError("torn"));
        long[] memory = new long[(int) (RESERVED_BYTES / Long.BYTES)]; // zero again after each life
        for (boolean after : new boolean[] {false, true}) {
            for (int kind = 0; kind < failures.size(); kind++) {
                for (int call = 1; call <= 60; call++) {
                    life(memory, after, call, failures.get(kind), "after=" + after + ", kind=" + kind + ", call=" + call);
                }
            }
        }
    }

    private static void life(long[] memory, boolean after, int call, Supplier<? extends Throwable> failure, String name) {
        Failure torn = new Failure(after, failure, memory);
        HeapOptions options = HeapOptions.builder()
                .reservedBytes(RESERVED_BYTES).shards(2).clock(false).slowPathsPerEpoch(8).clockPeriodMillis(1).delayEpochsBusy(0).build();
        long[] now = new long[1];
        try (NativeHeap heap = new NativeHeap(options, torn.asMachine(), 2, () -> now[0] += 1_000_000)) {
            SplittableRandom random = new SplittableRandom(call);
            Map<Long, Long> live = new HashMap<>();
            List<Long> order = new ArrayList<>();
            torn.callsLeft = call;
            for (int step = 0; step < 1200; step++) {
                try {
                    step(heap, random, live, order);
                } catch (IllegalStateException | OutOfMemoryError | StackOverflowError e) {
                    assertEquals(failure.get().getClass(), e.getClass(), () -> name + ": " + e);
                }
            }
            assertTags(heap, live, name);
            live.keySet().forEach(heap::freeAddress);
            heap.trim();
            heap.trim();
            assertNothingLeft(heap, name);
        }
        assertTrue(torn.callsLeft <= 0, () -> name + ": there was no such call");
    }

    private static void step(NativeHeap heap, SplittableRandom random, Map<Long, Long> live, List<Long> order) {
        int dice = random.nextInt(100);
        if (dice < 55 || order.isEmpty()) {
            long bytes = switch (random.nextInt(10)) {
                case 0 -> random.nextLong(600_000);
                case 1 -> random.nextLong(5 << 20);
                case 2, 3, 4 -> random.nextLong(40_000);
                default -> random.nextLong(3_000);
            };
            if (heap.stats().liveBytes() < 12 << 20) {
                long address = heap.allocateAddress(bytes + 8);
                write(heap, address, TAG ^ address);
                live.put(address, bytes);
                order.add(address);
            }
        } else if (dice < 96) {
            long address = order.remove(random.nextInt(order.size()));
            assertEquals(TAG ^ address, read(heap, address));
            live.remove(address); // the failure is upkeep's: the free has had its effect by then
            heap.freeAddress(address);
        } else if (dice < 98) {
            heap.tick();
        } else {
            heap.trim();
        }
    }

    private static void write(NativeHeap heap, long address, long value) {
        heap.parts().map().range().memory().set(ValueLayout.JAVA_LONG, address - heap.base(), value);
    }

    private static long read(NativeHeap heap, long address) {
        return heap.parts().map().range().memory().get(ValueLayout.JAVA_LONG, address - heap.base());
    }

    private static void assertTags(NativeHeap heap, Map<Long, Long> live, String name) {
        for (long address : live.keySet()) {
            assertEquals(TAG ^ address, read(heap, address), name);
        }
    }

    private static void assertNothingLeft(NativeHeap heap, String name) {
        HeapStats stats = heap.stats();
        assertEquals(0, stats.liveBytes(), name);
        assertEquals(0, stats.violations(), () -> name + ": " + heap.lastFailure());
        assertEquals(0, stats.cachedBytes(), name);
        assertEquals(0, stats.stockPages(), name);
        assertEquals(0, stats.mappedBytes(), name);
        assertEquals(0, heap.residentBytes(), name);
    }
}
