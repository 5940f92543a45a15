package dev.hz3.example.netty;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What arrives at the server, from another process.
///
///     burst PORT CONNECTIONS BYTES       everybody sends all but the last byte; a line is read; then everybody finishes and goes
///     requests PORT CONNECTIONS SECONDS  bodies of 256 B to 64 KiB, one after the other; prints how many were answered a second
///     visits PORT CONNECTIONS SECONDS    the same over connections that come and go
public final class Clients {

    private static final int LEAST_BODY_BYTES = 256;
    private static final int MOST_BODY_BYTES = 64 << 10;
    /// Requests before a visitor goes.
    private static final int REQUESTS_A_VISIT = 20;

    private Clients() {}

    /// See the class.
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        int connections = Integer.parseInt(args[2]);
        int amount = Integer.parseInt(args[3]);
        switch (args[0]) {
            case "burst" -> burst(port, connections, amount);
            case "requests" -> requests(port, connections, amount, Integer.MAX_VALUE);
            case "visits" -> requests(port, connections, amount, REQUESTS_A_VISIT);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static byte[] body(int bytes) {
        byte[] body = new byte[bytes];
        new Random(24).nextBytes(body);
        return body;
    }

    private static void burst(int port, int connections, int bytes) throws IOException {
        byte[] body = body(bytes);
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Connection connection = new Connection(port);
            connection.begin(body, bytes);
            open.add(connection);
        }
        System.out.println("sent");
        if (System.in.read() < 0) {
            throw new IOException("the server has gone");
        }
        for (Connection connection : open) {
            connection.complete(body, bytes);
            connection.receive(body, bytes);
            connection.close();
        }
        System.out.println("received");
    }

    private static void requests(int port, int connections, int seconds, int requestsAVisit) throws InterruptedException, ExecutionException {
        byte[] body = body(MOST_BODY_BYTES);
        long endNanos = System.nanoTime() + seconds * 1_000_000_000L;
        long answered = 0;
        long beganNanos = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            List<Future<Long>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int seed = i;
                all.add(threads.submit(() -> visit(port, body, seed, endNanos, requestsAVisit)));
            }
            for (Future<Long> one : all) {
                answered += one.get();
            }
        }
        System.out.println("answered " + answered * 1e9 / (System.nanoTime() - beganNanos));
    }

    private static long visit(int port, byte[] body, int seed, long endNanos, int requestsAVisit) throws IOException {
        Random random = new Random(seed);
        long answered = 0;
        while (System.nanoTime() < endNanos) {
            try (Connection connection = new Connection(port)) {
                for (int i = 0; i < requestsAVisit && System.nanoTime() < endNanos; i++) {
                    int bytes = LEAST_BODY_BYTES << random.nextInt(9);
                    connection.begin(body, bytes);
                    connection.complete(body, bytes);
                    connection.receive(body, bytes);
                    answered++;
                }
            }
        }
        return answered;
    }
}
