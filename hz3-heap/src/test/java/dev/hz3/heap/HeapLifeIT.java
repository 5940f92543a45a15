package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.hz3.heap.cache.ThreadCache;
import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.testing.CountingSystem;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a heap leaves behind: one whose birth fails, one whose close is disturbed, one that is born while the process ends.
class HeapLifeIT {

    private static final int HEAPS = 20;
    private static final int USERS = 4;

    private static HeapOptions.Builder options() {
        return HeapOptions.builder().reservedBytes(1L << 30);
    }

    private static long clocks() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("hz3-clock")).count();
    }

    /// A machine whose call number `last` and all behind it fail, but for those that give something back.
    private static OperatingSystem failing(OperatingSystem real, int last, Error failure) {
        AtomicInteger calls = new AtomicInteger();
        return (OperatingSystem) Proxy.newProxyInstance(HeapLifeIT.class.getClassLoader(), new Class<?>[] {OperatingSystem.class},
                (_, method, arguments) -> {
                    boolean givesBack = method.getName().equals("unreserve") || method.getName().equals("close");
                    if (!givesBack && calls.incrementAndGet() >= last) {
                        throw failure;
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void a_birth_that_fails_at_any_call_to_the_machine_gives_back_what_came_before() {
        int steps = 0;
        boolean isBorn = false;
        while (!isBorn) {
            steps++;
            CountingSystem counted = new CountingSystem(LinuxSystem.open());
            InternalError failure = new InternalError("step " + steps);
            try (NativeHeap heap = NativeHeap.create(options().clock(false).statsAtExit(false).build(), failing(counted, steps, failure))) {
                isBorn = heap.stats().liveBytes() == 0;
            } catch (InternalError refused) {
                assertEquals(failure, refused);
            }
            assertEquals(counted.reserves(), counted.unreserves(), "ranges after failure at step " + steps);
            assertEquals(1, counted.closes(), "closed after failure at step " + steps);
        }
        assertTrue(steps > 5, "steps=" + steps);
        assertEquals(0, clocks());
    }

    @Test
    void a_hundred_births_that_fail_at_each_step_leave_the_process_as_it_was() throws IOException {
        HeapOptions options = options().build();
        long threads = Thread.getAllStackTraces().size();
        long files = files();
        long addresses = virtualKibibytes();
        int steps = 0;
        boolean isBorn = false;
        while (!isBorn) {
            steps++;
            InternalError failure = new InternalError("step " + steps);
            for (int i = 0; i < 100 && !isBorn; i++) {
                try (NativeHeap heap = NativeHeap.create(options, failing(LinuxSystem.open(), steps, failure))) {
                    isBorn = heap.stats().liveBytes() == 0;
                } catch (InternalError refused) {
                    assertEquals(failure, refused);
                }
            }
        }
        assertTrue(steps > 5, "steps=" + steps);
        assertEquals(threads, Thread.getAllStackTraces().size());
        assertTrue(files() <= files, () -> "files before: " + files);
        long grown = virtualKibibytes() - addresses;
        assertTrue(grown < 512 << 10, () -> "KiB more: " + grown); // half of what one of them reserves
    }

    private static long files() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long virtualKibibytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmSize:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
        }
    }

    @Test
    void a_heap_that_is_refused_its_thread_leaves_no_addresses_and_no_hook() throws Exception {
        List<String> lines = ChildProcess.run("", 60, "no-threads", 40);

        assumeFalse(lines.getFirst().startsWith("unsupported"), lines::toString);
        lines.removeIf(line -> line.contains("[warning]")); // the virtual machine's own, of the thread
        Map<String, String> values = ChildProcess.values(lines.getFirst());
        assertEquals("40", values.get("refused"), lines::toString);
        assertEquals("0", values.get("clocks"), lines::toString);
        // Each of them reserved 256 MiB; the virtual machine itself may have grown a little.
        assertTrue(Integer.parseInt(values.get("grownMiB")) < 64, lines::toString);
        assertEquals("clocks=1", lines.getLast());
        assertEquals(2, lines.size(), lines::toString); // and nothing of the forty when the process ends
    }

    @Test
    void a_heap_that_is_closed_while_the_process_ends_says_so_once_and_one_may_be_born_then() throws Exception {
        List<String> lines = ChildProcess.run("", 60, "exit");

        assertTrue(lines.contains("late=1"), lines::toString);
        assertEquals(2, lines.stream().filter(line -> line.startsWith("[HZ3_S65] enq=")).count(), lines::toString);
    }

    @Test
    void a_close_by_an_interrupted_thread_waits_for_those_who_are_inside_and_leaves_nothing() throws InterruptedException {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < HEAPS; i++) {
            CountingSystem counted = new CountingSystem(LinuxSystem.open());
            NativeHeap heap = NativeHeap.create(options().build(), counted);
            CountDownLatch begun = new CountDownLatch(USERS);
            List<Thread> users = new ArrayList<>();
            for (int u = 0; u < USERS; u++) {
                users.add(Thread.ofPlatform().start(() -> {
                    try {
                        heap.allocateAddress(1);
                        begun.countDown();
                        while (true) {
                            heap.freeAddress(heap.allocateAddress(40_000));
                            heap.allocateAddress(64);
                        }
                    } catch (IllegalStateException closed) {
                        // as it should be
                    } catch (Throwable other) {
                        failures.add(other);
                    }
                }));
            }
            begun.await();

            Thread.currentThread().interrupt();
            heap.close();

            assertTrue(Thread.interrupted(), "the interrupt is lost");
            for (Thread user : users) {
                user.join();
            }
            assertEquals(counted.reserves(), counted.unreserves(), "heap " + i + " keeps its addresses");
        }
        assertEquals("[]", failures.toString());
    }

    @Test
    void a_close_by_an_interrupted_thread_waits_until_somebody_who_is_inside_comes_out() throws InterruptedException {
        CountingSystem counted = new CountingSystem(LinuxSystem.open());
        NativeHeap heap = NativeHeap.create(options().clock(false).build(), counted);
        ThreadCache cache = heap.parts().caches().byId(1);
        assertTrue(cache.tryEnter());
        Thread closing = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            heap.close();
            assertTrue(Thread.interrupted());
        });
        while (!cache.isRevoked()) {
            Thread.onSpinWait();
        }
        Thread.sleep(50); // gives a close that does not wait the time to be wrong
        assertTrue(closing.isAlive());
        cache.exit();
        closing.join();
        assertEquals(counted.reserves(), counted.unreserves());
    }

    @Test
    void the_clock_keeps_nothing_of_the_thread_that_made_the_heap() throws InterruptedException {
        AtomicInteger inherited = new AtomicInteger();
        InheritableThreadLocal<String> theirs = new InheritableThreadLocal<>() {
            @Override
            protected String childValue(String parent) {
                inherited.incrementAndGet();
                return parent;
            }
        };
        Thread maker = Thread.ofPlatform().start(() -> {
            theirs.set("a whole application");
            Thread.currentThread().setContextClassLoader(new ClassLoader() {});
            try (NativeHeap heap = NativeHeap.create(options().statsAtExit(false).build())) {
                Thread clock = Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("hz3-clock"))
                        .findAny()
                        .orElseThrow();
                assertNull(clock.getContextClassLoader(), () -> heap.stats().toString());
            } catch (RuntimeException | Error failure) {
                inherited.set(-1);
                throw failure;
            }
        });
        maker.join();
        assertEquals(0, inherited.get());
    }
}
