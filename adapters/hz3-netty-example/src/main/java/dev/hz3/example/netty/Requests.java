package dev.hz3.example.netty;

/// How many requests a second a server answers, with bodies of 256 B to 64 KiB.
///
///     java -cp … dev.hz3.example.netty.Requests hz3 [CONNECTIONS] [SECONDS]
public final class Requests {

    private static final int WARM_SECONDS = 4;

    private Requests() {}

    /// See the class.
    public static void main(String[] args) throws Exception {
        String connections = args.length > 1 ? args[1] : "16";
        String seconds = args.length > 2 ? args[2] : "6";
        try (EchoServer server = new EchoServer(AllocatorChoice.named(args[0]))) {
            String port = Integer.toString(server.port());
            try (ClientProcess warm = new ClientProcess("requests", port, connections, Integer.toString(WARM_SECONDS))) {
                warm.await("answered");
            }
            try (ClientProcess clients = new ClientProcess("requests", port, connections, seconds)) {
                System.out.println("figure requests_per_second " + clients.await("answered"));
            }
        }
        System.exit(0);
    }
}
