package dev.hz3.example.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.concurrent.TimeUnit;

/// What an allocation and a release of a direct buffer cost, in ns, the best of several rounds.
///
///     java -cp … dev.hz3.example.netty.Pairs hz3 loop|plain|virtual BYTES
public final class Pairs {

    private static final int WARM_ROUNDS = 5;
    private static final int ROUNDS = 12;
    private static final int PAIRS = 1_000_000;

    private static long seen;

    private Pairs() {}

    /// See the class.
    public static void main(String[] args) throws Exception {
        ByteBufAllocator allocator = AllocatorChoice.named(args[0]);
        int bytes = Integer.parseInt(args[2]);
        Runnable task = () -> System.out.println("figure pair_ns " + best(allocator, bytes));
        switch (args[1]) {
            case "loop" -> {
                DefaultEventExecutor loop = new DefaultEventExecutor();
                loop.submit(task).get();
                loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
            }
            case "plain" -> Thread.ofPlatform().start(task).join();
            case "virtual" -> Thread.ofVirtual().start(task).join();
            default -> throw new IllegalArgumentException(args[1]);
        }
        if (seen == 0) {
            throw new IllegalStateException("nothing was written");
        }
    }

    private static double best(ByteBufAllocator allocator, int bytes) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            double nanos = round(allocator, bytes);
            if (round >= WARM_ROUNDS) {
                best = Math.min(best, nanos);
            }
        }
        return best;
    }

    private static double round(ByteBufAllocator allocator, int bytes) {
        long beganNanos = System.nanoTime();
        for (int i = 0; i < PAIRS; i++) {
            ByteBuf buffer = allocator.directBuffer(bytes);
            buffer.setByte(0, i);
            seen += buffer.getByte(0) | 1;
            buffer.release();
        }
        return (System.nanoTime() - beganNanos) / (double) PAIRS;
    }
}
