package dev.hz3.heap;

import dev.hz3.heap.Fault.Errno;
import dev.hz3.heap.Fault.Form;
import dev.hz3.heap.Fault.Target;
import dev.hz3.heap.SeccompFilter.Condition.IsIn;
import dev.hz3.heap.SeccompFilter.Condition.IsInt;
import dev.hz3.os.LinuxSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// A program for [SystemFaultsIT]: a process in which the kernel refuses what a heap asks for. Prints a line for each thing that it tried.
final class FaultChild {

    private static final long MIB = 1L << 20;
    private static final long MAX_BYTES = 128 * MIB;
    private static final int FEW = 10;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private FaultChild() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "refusals" -> refusals(Errno.valueOf(arguments[1]), Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
            case "no-threads" -> withoutThreads(Integer.parseInt(arguments[1]));
            case "exit" -> {
                exit();
                return; // the end is said by its last hook
            }
            case "births" -> births(Integer.parseInt(arguments[1]));
            case "addresses" -> addresses(Integer.parseInt(arguments[1]));
            case "limits" -> limits();
            case "container" -> container();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("end");
    }

    private static HeapOptions.Builder options() {
        return HeapOptions.builder().reservedBytes(256 * MIB).maxBytes(MAX_BYTES).clockPeriodMillis(2).hugeAfterBytes(0);
    }

    private static boolean isReached(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(2);
        }
        return true;
    }

    private static boolean isEmpty(NativeHeap heap) {
        return heap.residentBytes() == 0 && heap.stats().mappedBytes() == 0;
    }

    private static long clocks() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("hz3-clock")).count();
    }

    // ---- calls that are refused for a while ----------------------------------------------------------------------

    private static List<Fault> faults(Errno errno) {
        List<Fault> faults = new ArrayList<>();
        for (Target target : Target.values()) {
            if (target == Target.PURGE || target == Target.PURGE_MANY) {
                faults.add(new Fault(target, Form.HALF, errno));
            }
            if (target != Target.UNRESERVE) {
                faults.add(new Fault(target, Form.SOME, errno));
            }
            faults.add(new Fault(target, Form.EACH, errno)); // the refused close comes last
        }
        return faults;
    }

    /// Each fault has a heap of its own: healthy, then faulty, then healed. What only a growing heap asks for is refused from the beginning on.
    private static void refusals(Errno errno, int operations, long seconds) throws InterruptedException {
        List<Fault> faults = faults(errno);
        List<NativeHeap> heaps = new ArrayList<>();
        for (int i = 0; i < faults.size(); i++) {
            heaps.add(NativeHeap.create(options().build()));
        }
        FaultInjector injector;
        try {
            injector = new FaultInjector(heaps.stream().map(heap -> heap.parts().map().range()).toList());
        } catch (UnsupportedOperationException e) {
            System.out.println("unsupported " + e.getMessage());
            return;
        }
        for (int i = 0; i < faults.size(); i++) {
            NativeHeap heap = heaps.get(i);
            Fault fault = faults.get(i);
            if (fault.target() == Target.UNRESERVE) { // the last; not before: the virtual machine would put stacks there, and be refused what the heap is meant to be
                heaps.subList(0, i).forEach(NativeHeap::close);
            }
            String line = fault.target() == Target.UNRESERVE
                    ? refusedClose(injector, fault, heap)
                    : refusals(injector, fault, heap, operations, seconds);
            System.out.println(line);
        }
    }

    private static String refusals(FaultInjector injector, Fault fault, NativeHeap heap, int operations, long seconds) throws InterruptedException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        FaultWorkload workload = new FaultWorkload(heap, fault.hashCode());
        long healthyRefused = 0;
        long refused = 0;
        long injected = 0;
        String measured = "";
        do {
            if (!fault.target().isOfGrowth()) {
                healthyRefused += workload.run(operations / 3);
                workload.leave(FEW); // so that the heap has to grow while it is refused what it asks for
                heap.trim();
            }
            injector.begin(fault);
            refused += workload.run(operations / 6);
            workload.leave(FEW);
            heap.trim();
            refused += workload.run(operations / 6);
            measured = measured(heap);
            injected += injector.heal();
            healthyRefused += workload.run(operations / 3);
        } while (System.nanoTime() < end);
        HeapStats stats = heap.stats();
        workload.end();
        heap.trim();
        boolean left = isReached(() -> isEmpty(heap));
        return fault + " injected=" + injected + " outOfMemory=" + refused + " outOfMemoryHealthy=" + healthyRefused + " purgeFailures="
                + stats.purgeFailures() + " measured=" + measured + " " + workload + " stepFailures=" + heap.stats().stepFailures()
                + " violations=" + heap.stats().violations() + " liveBytes=" + heap.stats().liveBytes() + " mappedBytes="
                + heap.stats().mappedBytes() + " residentBytes=" + heap.residentBytes() + " left=" + left + " capacity=" + capacity(heap)
                + " clock=" + (isClockAtWork(heap) ? "alive" : "dead") + " lastFailure=" + heap.lastFailure().replace(' ', '_');
    }

    private static String measured(NativeHeap heap) {
        try {
            return heap.residentBytes() > 0 ? "yes" : "nothing";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage()).contains("the kernel does not say: ") ? "refused" : "unclear";
        }
    }

    /// How many blocks of half a segment there is room for, all at once.
    private static int capacity(NativeHeap heap) {
        List<MemorySegment> blocks = new ArrayList<>();
        try {
            while (true) {
                blocks.add(heap.allocate(MIB));
            }
        } catch (OutOfMemoryError full) {
            blocks.forEach(heap::free);
            return blocks.size();
        }
    }

    /// What is freed now leaves by the clock alone.
    private static boolean isClockAtWork(NativeHeap heap) throws InterruptedException {
        MemorySegment block = heap.allocate(20_000);
        block.fill((byte) 1);
        heap.free(block);
        return isReached(() -> isEmpty(heap));
    }

    private static String refusedClose(FaultInjector injector, Fault fault, NativeHeap heap) throws InterruptedException {
        FaultWorkload workload = new FaultWorkload(heap, 1);
        workload.run(1000);
        workload.end();
        injector.begin(fault);
        String answer = "silent";
        try {
            heap.close();
        } catch (IllegalStateException e) {
            answer = String.valueOf(e.getMessage()).matches("unreserve\\(.*\\): " + fault.errno() + " \\(\\d+\\)") ? "refused" : "unclear";
        }
        long injected = injector.heal();
        heap.close();
        return fault + " injected=" + injected + " close=" + answer + " clocks=" + clocks();
    }

    // ---- calls that are refused from before the birth of a heap on ------------------------------------------------

    private record Birth(String name, Filters filters) {
        interface Filters {
            void add(SeccompFilter filter, int errno);
        }
    }

    private static final IsInt NO_ACCESS = new IsInt(2, 0);
    private static final IsIn A_PAGE = new IsIn(1, 4096, 4097);

    /// Each is for a thread of its own, and for those that it starts, the clock among them. Nobody else is refused anything.
    private static final List<Birth> BIRTHS = List.of(
            new Birth("no-vectors", (filter, errno) -> filter.refuse(errno, SystemCall.PROCESS_MADVISE)),
            new Birth("no-vectors-no-descriptor", (filter, errno) -> filter.refuse(errno, SystemCall.PROCESS_MADVISE)
                    .refuse(errno, SystemCall.PIDFD_OPEN)),
            new Birth("no-page-to-probe-with", (filter, errno) -> filter.refuse(errno, SystemCall.MMAP, A_PAGE, NO_ACCESS)),
            new Birth("no-fence", (filter, errno) -> filter.refuse(errno, SystemCall.MEMBARRIER)),
            new Birth("no-advice", (filter, errno) -> filter.refuse(errno, SystemCall.MADVISE, new IsInt(2, 14))
                    .refuse(errno, SystemCall.MADVISE, new IsInt(2, 15))
                    .refuse(errno, SystemCall.MADVISE, new IsInt(2, 20))
                    .refuse(errno, SystemCall.MADVISE, new IsInt(2, 23))),
            new Birth("no-purge", (filter, errno) -> filter.refuse(errno, SystemCall.PROCESS_MADVISE)
                    .refuse(errno, SystemCall.MADVISE, new IsInt(2, 4))
                    .refuse(errno, SystemCall.MADVISE, new IsInt(2, 24))),
            new Birth("few-addresses", (filter, errno) -> filter.refuse(errno, SystemCall.MMAP, new IsIn(1, 128 * MIB, -1), NO_ACCESS)),
            new Birth("no-addresses", (filter, errno) -> filter.refuse(errno, SystemCall.MMAP, new IsIn(1, 2 * MIB, -1), NO_ACCESS)));

    /// Heaps that are refused the thread of their clock, and then one that is not.
    private static void withoutThreads(int tries) throws InterruptedException {
        AtomicReference<String> line = new AtomicReference<>("died");
        Thread thread = Thread.ofPlatform().start(() -> {
            SeccompFilter filter = new SeccompFilter().refuse(Errno.EAGAIN.number(), SystemCall.CLONE).refuse(Errno.EAGAIN.number(), SystemCall.CLONE3);
            try {
                filter.installHere();
            } catch (UnsupportedOperationException e) {
                line.set("unsupported " + e.getMessage());
                return;
            }
            long before = virtualKib();
            int refused = 0;
            for (int i = 0; i < tries; i++) {
                try (NativeHeap heap = NativeHeap.create(options().statsAtExit(true).build())) {
                    heap.allocate(1);
                } catch (OutOfMemoryError noThread) {
                    refused++;
                }
            }
            line.set("refused=" + refused + " grownMiB=" + Math.max(0, virtualKib() - before) / 1024 + " clocks=" + clocks());
        });
        thread.join();
        System.out.println(line);
        try (NativeHeap heap = NativeHeap.create(options().build())) {
            heap.allocate(1);
            System.out.println("clocks=" + clocks());
        }
    }

    private static long virtualKib() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(each -> each.startsWith("VmSize:"))
                    .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A heap that says what it did when the process ends, and is closed by a hook at that same moment; and one that is born in a hook.
    private static void exit() {
        NativeHeap old = NativeHeap.create(options().statsAtExit(true).build());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            old.close();
            try (NativeHeap late = NativeHeap.create(options().statsAtExit(true).build())) {
                System.out.println("late=" + late.allocate(1).byteSize());
            }
            Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("hz3-exit")).forEach(FaultChild::join);
            System.out.println("end");
        }));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void births(int operations) throws InterruptedException {
        for (Birth birth : BIRTHS) {
            for (Errno errno : Errno.values()) {
                AtomicReference<String> line = new AtomicReference<>("died");
                AtomicReference<NativeHeap> faulty = new AtomicReference<>();
                Thread thread = Thread.ofPlatform().start(() -> line.set(birth(birth, errno, operations, faulty)));
                thread.join();
                NativeHeap heap = faulty.get();
                System.out.println("birth=" + birth.name + " errno=" + errno + " " + line + (heap == null ? "" : healed(heap)));
            }
        }
    }

    private static String birth(Birth birth, Errno errno, int operations, AtomicReference<NativeHeap> faulty) {
        SeccompFilter filter = new SeccompFilter();
        birth.filters.add(filter, errno.number());
        try {
            filter.installHere();
        } catch (UnsupportedOperationException e) {
            return "unsupported " + e.getMessage();
        }
        try {
            NativeHeap heap = NativeHeap.create(options().build());
            faulty.set(heap);
            FaultWorkload workload = new FaultWorkload(heap, errno.number());
            long refused = workload.run(operations);
            workload.end();
            boolean left = birth.name.equals("no-purge") || isReached(() -> isEmpty(heap));
            return "born=yes reservedMiB=" + heap.parts().map().range().bytes() / MIB + " outOfMemory=" + refused + " " + workload + " leftByClock="
                    + left + " residentIsZero=" + (heap.residentBytes() == 0) + " purgeFailures=" + heap.stats().purgeFailures();
        } catch (OutOfMemoryError e) {
            String message = String.valueOf(e.getMessage());
            return "born=no clear=" + (message.startsWith("reserve(wantedBytes=") && message.contains(errno + " (" + errno.number() + ")"));
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    /// On a thread to which nothing is refused; the heap's clock is refused what it was.
    private static String healed(NativeHeap heap) throws InterruptedException {
        heap.trim();
        String line = " trimmed=" + isReached(() -> isEmpty(heap)) + " clocks=" + clocks() + " stepFailures=" + heap.stats().stepFailures()
                + " violations=" + heap.stats().violations() + " liveBytes=" + heap.stats().liveBytes() + " capacity=" + capacity(heap);
        heap.close();
        return line;
    }

    // ---- limits --------------------------------------------------------------------------------------------------

    /// Where `ulimit -v` is less than a heap wants by itself.
    private static void addresses(int operations) throws InterruptedException {
        List<NativeHeap> heaps = new ArrayList<>();
        String answer = "silent";
        try {
            while (heaps.size() < 1000) {
                heaps.add(NativeHeap.create(HeapOptions.builder().maxBytes(MAX_BYTES).clock(false).build()));
                System.out.println("reservedMiB=" + heaps.getLast().parts().map().range().bytes() / MIB);
            }
        } catch (OutOfMemoryError e) {
            answer = String.valueOf(e.getMessage());
        }
        heaps.forEach(NativeHeap::close);
        System.out.println("refused " + answer);
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().reservedBytes(256 * MIB).maxBytes(MAX_BYTES).clockPeriodMillis(2).build())) {
            FaultWorkload workload = new FaultWorkload(heap, 1);
            long refused = workload.run(operations);
            workload.end();
            System.out.println("again reservedMiB=" + heap.parts().map().range().bytes() / MIB + " outOfMemory=" + refused + " " + workload + " left="
                    + isReached(() -> isEmpty(heap)) + " capacity=" + capacity(heap));
        }
    }

    /// Four segments, by the addresses or by the limit: full in one size, then in another; what one thread has freed serves the next.
    private static void limits() throws InterruptedException {
        for (boolean byAddresses : new boolean[] {true, false}) {
            HeapOptions few = options().reservedBytes(byAddresses ? 8 * MIB : 256 * MIB).maxBytes(byAddresses ? 0 : 8 * MIB).build();
            for (int bytes : new int[] {16, 3000, 16_384, 100_000}) {
                try (NativeHeap heap = NativeHeap.create(few)) {
                    System.out.println("limit=" + (byAddresses ? "addresses" : "maxBytes") + " bytes=" + bytes + " " + full(heap, bytes));
                }
            }
        }
    }

    private static String full(NativeHeap heap, int bytes) throws InterruptedException {
        AtomicReference<String> first = new AtomicReference<>("died");
        List<MemorySegment> blocks = new ArrayList<>();
        Thread other = Thread.ofPlatform().start(() -> {
            first.set(refusal(heap, bytes, blocks));
            for (int i = 0; i < blocks.size() / 2; i++) {
                heap.free(blocks.get(i));
            }
            heap.free(heap.allocate(bytes)); // it goes on
            for (int i = blocks.size() / 2; i < blocks.size(); i++) {
                heap.free(blocks.get(i));
            }
        });
        other.join();
        // What was freed a moment ago lies in a dead thread's cache, in stock and in pages that wait: all of it comes back before a refusal.
        String whole;
        try {
            heap.free(heap.allocate(8 * MIB));
            whole = "served";
        } catch (OutOfMemoryError e) {
            whole = "refused";
        }
        return "blocks=" + blocks.size() + " whole=" + whole + " liveBytes=" + heap.stats().liveBytes() + " left="
                + isReached(() -> isEmpty(heap)) + " refusal=" + first.get().replaceAll(" ", "_");
    }

    private static String refusal(NativeHeap heap, long bytes, List<MemorySegment> blocks) {
        try {
            while (true) {
                MemorySegment block = heap.allocate(bytes);
                block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
                blocks.add(block);
            }
        } catch (OutOfMemoryError e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// In a control group: what a heap believes that it may have, and then a heap for half of that, full and touched.
    private static void container() {
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().build())) {
            System.out.println("most " + refusal(heap, 1L << 50, new ArrayList<>()));
        }
        long limitBytes;
        try (LinuxSystem os = LinuxSystem.open()) {
            limitBytes = os.memoryLimitBytes();
        }
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().maxBytes(limitBytes / 2).build())) {
            List<MemorySegment> blocks = new ArrayList<>();
            String refusal = refusal(heap, MIB, blocks);
            blocks.forEach(block -> block.fill((byte) 1));
            System.out.println("touchedMiB=" + blocks.size() + " residentMiB=" + heap.residentBytes() / MIB + " refusal=" + refusal.replace(' ', '_'));
        }
    }
}
