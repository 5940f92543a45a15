package dev.hz3.heap;

/// A program for [BirthTest]: makes a heap, and then does all that an application does with it, from one thread and remotely, while the clock ticks. The virtual machine
/// logs which classes it initializes: among them those that stand here for marks.
final class BirthChild {

    private static final int BLOCKS = 3000;
    private static final int ROUNDS = 3;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().reservedBytes(1L << 30).clockPeriodMillis(5).build());

    private BirthChild() {}

    /// What follows is no birth any more.
    static final class Born {
        static void mark() {}
    }

    /// What follows are frees alone, of blocks as there were before.
    static final class Frees {
        static void mark() {}
    }

    /// What follows are trims, and all of it again.
    static final class Trims {
        static void mark() {}
    }

    public static void main(String[] arguments) throws InterruptedException {
        BirthChild child = new BirthChild();
        Born.mark();
        child.free(child.allocate(), 1, 0);
        long[] blocks = child.allocate();
        Frees.mark();
        child.freeFromTwo(blocks);
        child.ticks(5);
        Trims.mark();
        for (int i = 0; i < ROUNDS; i++) {
            child.heap.trim();
            child.heap.trim(i);
            child.freeFromTwo(child.allocate());
            child.ticks(5);
        }
        child.heap.close();
        System.out.println("end");
    }

    private long[] allocate() {
        long[] blocks = new long[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = heap.allocateAddress(bytes(i));
        }
        return blocks;
    }

    private static long bytes(int i) {
        return switch (i % 10) {
            case 0 -> i % 1000 == 0 ? 5 << 20 : 100_000;
            case 1 -> 16 << 10;
            case 2 -> 3000;
            default -> 1 + i;
        };
    }

    private void free(long[] blocks, int step, int first) {
        for (int i = first; i < blocks.length; i += step) {
            heap.freeAddress(blocks[i]);
        }
    }

    private void freeFromTwo(long[] blocks) throws InterruptedException {
        Thread other = new Thread(new Remote(this, blocks), "remote");
        other.start();
        other.join();
        free(blocks, 2, 0);
    }

    /// Frees what another thread has allocated. No lambda: what the virtual machine needs for one is to be as it was at birth.
    private static final class Remote implements Runnable {
        private final BirthChild child;
        private final long[] blocks;

        Remote(BirthChild child, long[] blocks) {
            this.child = child;
            this.blocks = blocks;
        }

        @Override
        public void run() {
            child.free(blocks, 2, 1);
        }
    }

    /// Lets the clock tick, which has work left by what was freed.
    private void ticks(int count) throws InterruptedException {
        long enough = heap.upkeep().wakeUps() + count;
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (heap.upkeep().wakeUps() < enough) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("the clock does not tick");
            }
            heap.freeAddress(heap.allocateAddress(1 << 20));
            Thread.sleep(1);
        }
    }
}
