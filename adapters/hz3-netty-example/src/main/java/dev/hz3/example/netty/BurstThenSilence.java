package dev.hz3.example.netty;

import io.netty.buffer.ByteBufAllocator;

/// A server that is sent so much at once that it holds hundreds of mebibytes, and then nothing more: what stays?
///
///     java -cp … dev.hz3.example.netty.BurstThenSilence hz3 [CONNECTIONS] [BYTES] [SECONDS]
public final class BurstThenSilence {

    /// Until the code is compiled: the compiler's memory is the process' too. After 3 of them there came steps of up to 9 MB, in `malloc` and compiled code.
    private static final int WARM_BURSTS = 8;
    private static final long SETTLE_MILLIS = 2_000;
    private static final long HOLD_MILLIS = 1_000;
    private static final int BURSTS = 3;

    private BurstThenSilence() {}

    /// See the class.
    public static void main(String[] args) throws Exception {
        ByteBufAllocator allocator = AllocatorChoice.named(args[0]);
        int connections = args.length > 1 ? Integer.parseInt(args[1]) : 400;
        int bytes = args.length > 2 ? Integer.parseInt(args[2]) : 1 << 20;
        int silentSeconds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        try (EchoServer server = new EchoServer(allocator); Resident resident = new Resident(() -> AllocatorChoice.usedBytes(allocator))) {
            for (int i = 0; i < WARM_BURSTS; i++) {
                burst(server, resident, connections, bytes);
            }
            resident.phase("silence");
            Thread.sleep(SETTLE_MILLIS);
            long base = Resident.bytes();
            for (int i = 1; i <= BURSTS; i++) {
                long top = burst(server, resident, connections, bytes);
                resident.phase("silence");
                Thread.sleep(1_000);
                long later = Resident.bytes();
                long used = AllocatorChoice.usedBytes(allocator);
                System.out.println("figure burst_bytes " + (top - base));
                System.out.println("figure held_bytes " + later);
                System.out.println("figure left_bytes " + (later - base));
                System.out.println("figure left_share " + (double) (later - base) / (top - base));
                System.out.println("figure used_bytes " + used);
                AllocatorChoice.residentBytes(allocator).ifPresent(own -> System.out.println("figure left_in_the_heap_bytes " + own));
                Thread.sleep(silentSeconds * 1000L - 1_000);
                System.out.println("figure left_at_last_bytes " + (Resident.bytes() - base));
            }
        }
        System.exit(0);
    }

    /// @return what the process held when everything had arrived
    private static long burst(EchoServer server, Resident resident, int connections, int bytes) throws Exception {
        resident.phase("burst");
        try (ClientProcess clients = new ClientProcess("burst", Integer.toString(server.port()), Integer.toString(connections), Integer.toString(bytes))) {
            clients.await("sent");
            Thread.sleep(HOLD_MILLIS);
            long top = Resident.bytes();
            clients.goOn();
            clients.await("received");
            return top;
        }
    }
}
