package dev.hz3.example.arrow;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;

/// What vectors cost that are allocated, filled, copied and released, in ns, the best of several rounds. The sizes are those of Arrow's own benchmarks: buffers of
/// 1,024 bytes by 1,024, vectors of 1,024 ints and texts, and of 1,048,576 doubles.
///
///     java -cp … dev.hz3.example.arrow.Vectors hz3 buffers|ints|texts|doubles
public final class Vectors {

    private static final int WARM_ROUNDS = 6;
    private static final int ROUNDS = 12;
    private static final long ROUND_NANOS = 200_000_000;
    private static final int SMALL = 1024;
    private static final int LARGE = 1024 * 1024;
    private static final byte[] TEXT = {'h', 'e', 'l', 'l', 'o', ' ', 'a', 'r', 'r', 'o', 'w'};

    private Vectors() {}

    /// See the class.
    public static void main(String[] args) {
        try (BufferAllocator root = ManagerChoice.rootOn(args[0])) {
            Runnable operation = switch (args[1]) {
                case "buffers" -> () -> buffers(root);
                case "ints" -> () -> ints(root);
                case "texts" -> () -> texts(root);
                case "doubles" -> () -> doubles(root);
                default -> throw new IllegalArgumentException(args[1]);
            };
            double best = Double.MAX_VALUE;
            for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
                double nanos = round(operation);
                if (round >= WARM_ROUNDS) {
                    best = Math.min(best, nanos);
                }
            }
            System.out.println("figure vector_ns " + best);
        }
    }

    private static double round(Runnable operation) {
        long beganNanos = System.nanoTime();
        long times = 0;
        long nanos;
        do {
            operation.run();
            times++;
            nanos = System.nanoTime() - beganNanos;
        } while (nanos < ROUND_NANOS);
        return nanos / (double) times;
    }

    private static void buffers(BufferAllocator root) {
        ArrowBuf[] all = new ArrowBuf[SMALL];
        for (int i = 0; i < all.length; i++) {
            all[i] = root.buffer(SMALL);
            all[i].setLong(0, i);
        }
        for (ArrowBuf buffer : all) {
            buffer.close();
        }
    }

    private static void ints(BufferAllocator root) {
        try (IntVector from = new IntVector("from", root); IntVector to = new IntVector("to", root)) {
            from.allocateNew(SMALL);
            to.allocateNew(SMALL);
            for (int i = 0; i < SMALL; i++) {
                from.setSafe(i, i);
            }
            for (int i = 0; i < SMALL; i++) {
                to.copyFromSafe(i, i, from);
            }
        }
    }

    private static void texts(BufferAllocator root) {
        try (VarCharVector from = new VarCharVector("from", root); VarCharVector to = new VarCharVector("to", root)) {
            from.allocateNew(SMALL);
            to.allocateNew(SMALL);
            for (int i = 0; i < SMALL; i++) {
                from.setSafe(i, TEXT);
            }
            for (int i = 0; i < SMALL; i++) {
                to.copyFromSafe(i, i, from);
            }
        }
    }

    private static void doubles(BufferAllocator root) {
        try (Float8Vector from = new Float8Vector("from", root); Float8Vector to = new Float8Vector("to", root)) {
            from.allocateNew(LARGE);
            to.allocateNew(LARGE);
            for (int i = 0; i < LARGE; i++) {
                from.setSafe(i, i);
            }
            for (int i = 0; i < LARGE; i++) {
                to.copyFromSafe(i, i, from);
            }
        }
    }
}
