package dev.hz3.heap;

import java.util.SplittableRandom;

/// A program that knows nothing of recordings: pairs of random sizes.
final class RecordingChild {

    private RecordingChild() {}

    /// Allocates and frees.
    ///
    /// @param arguments how many pairs
    public static void main(String[] arguments) {
        SplittableRandom random = new SplittableRandom(1);
        try (NativeHeap heap = NativeHeap.create()) {
            for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
                heap.freeAddress(heap.allocateAddress(random.nextInt(100_000)));
            }
            System.out.println("live " + heap.stats().liveBytes());
        }
        System.out.println("end");
    }
}
