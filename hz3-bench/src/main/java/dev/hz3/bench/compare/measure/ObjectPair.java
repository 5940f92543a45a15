package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.ObjectSource;

/// Allocates and frees blocks as objects: one by itself, or an arena full of them.
final class ObjectPair {

    private ObjectPair() {}

    static double pairNanos(Pace pace, int bytes) {
        return pace.nanosPerOperation(operations -> repeatPair(bytes, operations));
    }

    private static long repeatPair(int bytes, int operations) {
        ObjectSource source = Measured.objects();
        long sum = 0;
        for (int i = 0; i < operations; i++) {
            sum += source.pair(bytes);
        }
        return sum;
    }

    static double arenaNanos(Pace pace, int blocks, int bytes) {
        return pace.nanosPerOperation(operations -> repeatArena(blocks, bytes, operations));
    }

    private static long repeatArena(int blocks, int bytes, int operations) {
        ObjectSource source = Measured.objects();
        long sum = 0;
        for (int i = 0; i < operations; i++) {
            sum += source.arena(blocks, bytes);
        }
        return sum;
    }
}
