package dev.hz3.example.netty;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/// A server whose visitors come and go for a long time. What it holds must be flat while they do, and back at the base afterwards.
///
///     java -cp … dev.hz3.example.netty.Soak hz3 SECONDS
///
/// The exit status is 1 where it is not.
public final class Soak {

    private static final String CONNECTIONS = "16";
    private static final int WARM_SECONDS = 5;
    private static final long SETTLE_MILLIS = 3_000;
    private static final long LOOK_MILLIS = 1_000;
    private static final long ALLOWANCE_BYTES = 8 << 20;

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
                }
                System.out.println("figure requests_per_second " + clients.await("answered"));
            }
            Thread.sleep(SETTLE_MILLIS);
            isGo = judge(held, Resident.bytes() - base, AllocatorChoice.usedBytes(allocator));
        }
        System.exit(isGo ? 0 : 1);
    }

    /// Flat: the last third holds on average at most what the first third holds, and an allowance. Back: the end is within the allowance of the base.
    private static boolean judge(List<Long> held, long leftBytes, long usedBytes) {
        int third = Math.max(1, held.size() / 3);
        double first = held.subList(0, third).stream().mapToLong(Long::longValue).average().orElse(0);
        double last = held.subList(held.size() - third, held.size()).stream().mapToLong(Long::longValue).average().orElse(0);
        long most = held.stream().mapToLong(Long::longValue).max().orElse(0);
        boolean isFlat = last <= first + ALLOWANCE_BYTES;
        boolean isBack = leftBytes <= ALLOWANCE_BYTES;
        System.out.printf(java.util.Locale.ROOT, "above the base, MiB: first third %.1f, last third %.1f, most %.1f, afterwards %.1f; used by buffers afterwards: %d bytes%n",
                first / (1 << 20), last / (1 << 20), most / (double) (1 << 20), leftBytes / (double) (1 << 20), usedBytes);
        System.out.println((isFlat ? "flat" : "NOT FLAT") + ", " + (isBack ? "back at the base" : "NOT BACK AT THE BASE"));
        return isFlat && isBack;
    }
}
