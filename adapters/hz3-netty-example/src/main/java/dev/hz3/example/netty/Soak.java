package dev.hz3.example.netty;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;

/// A server whose visitors come and go for a long time. What it holds must be flat while they do, and back at the base afterwards.
///
///     java -XX:TrimNativeHeapInterval=1000 -cp … dev.hz3.example.netty.Soak hz3 SECONDS
///
/// The exit status is 1 where it is not. The virtual machine's own `malloc` keeps what the compiler has used, some 10 MB in a step at any time; that option makes it give
/// them back.
public final class Soak {

    private static final String CONNECTIONS = "16";
    /// Until the code is compiled: 5 s were too few, and the base was 7 MB of compiled code too low.
    private static final int WARM_SECONDS = 60;
    private static final long SETTLE_MILLIS = 3_000;
    private static final long LOOK_MILLIS = 1_000;
    private static final int MINUTE_LOOKS = 60;
    private static final long ALLOWANCE_BYTES = 8 << 20;
    private static final double MEBIBYTE = 1 << 20;

    private Soak() {}

    /// See the class.
    public static void main(String[] args) throws Exception {
        ByteBufAllocator allocator = AllocatorChoice.named(args[0]);
        int seconds = Integer.parseInt(args[1]);
        boolean isGo;
        try (EchoServer server = new EchoServer(allocator)) {
            String port = Integer.toString(server.port());
            try (ClientProcess warm = new ClientProcess("visits", port, CONNECTIONS, Integer.toString(WARM_SECONDS))) {
                warm.await("answered");
            }
            Thread.sleep(SETTLE_MILLIS);
            long base = Resident.bytes();
            List<Long> held = new ArrayList<>();
            try (ClientProcess clients = new ClientProcess("visits", port, CONNECTIONS, Integer.toString(seconds))) {
                for (int i = 0; i < seconds - 1; i++) {
                    Thread.sleep(LOOK_MILLIS);
                    held.add(Resident.bytes() - base);
                    if (held.size() % MINUTE_LOOKS == 0) {
                        tell("minute " + held.size() / MINUTE_LOOKS, held.subList(held.size() - MINUTE_LOOKS, held.size()));
                        AllocatorChoice.residentBytes(allocator).ifPresent(own -> System.out.printf(Locale.ROOT, "    of it in the heap at this moment: %.1f%n", own / MEBIBYTE));
                    }
                }
                System.out.println("figure requests_per_second " + clients.await("answered"));
            }
            Thread.sleep(SETTLE_MILLIS);
            isGo = judge(held, Resident.bytes() - base, AllocatorChoice.usedBytes(allocator));
        }
        System.exit(isGo ? 0 : 1);
    }

    private static void tell(String when, List<Long> held) {
        LongSummaryStatistics all = held.stream().mapToLong(Long::longValue).summaryStatistics();
        System.out.printf(Locale.ROOT, "%s, MiB above the base: least %.1f, mean %.1f, most %.1f%n",
                when, all.getMin() / MEBIBYTE, all.getAverage() / MEBIBYTE, all.getMax() / MEBIBYTE);
    }

    /// Flat: the last third holds on average at most what the first third holds, and an allowance. Back: the end is within the allowance of the base.
    private static boolean judge(List<Long> held, long leftBytes, long usedBytes) {
        int third = Math.max(1, held.size() / 3);
        List<Long> first = held.subList(0, third);
        List<Long> last = held.subList(held.size() - third, held.size());
        tell("first third", first);
        tell("last third", last);
        System.out.printf(Locale.ROOT, "afterwards %.1f; used by buffers: %d bytes%n", leftBytes / MEBIBYTE, usedBytes);
        boolean isFlat = mean(last) <= mean(first) + ALLOWANCE_BYTES;
        boolean isBack = leftBytes <= ALLOWANCE_BYTES;
        System.out.println((isFlat ? "flat" : "NOT FLAT") + ", " + (isBack ? "back at the base" : "NOT BACK AT THE BASE"));
        return isFlat && isBack;
    }

    private static double mean(List<Long> held) {
        return held.stream().mapToLong(Long::longValue).average().orElse(0);
    }
}
