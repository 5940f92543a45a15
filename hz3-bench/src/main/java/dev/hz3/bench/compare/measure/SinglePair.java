package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;

/// One block of one size, allocated and freed, again and again.
final class SinglePair {

    private SinglePair() {}

    static double nanos(Pace pace, int bytes) {
        return pace.nanosPerOperation(operations -> repeat(bytes, operations));
    }

    static long repeat(int bytes, int operations) {
        BenchAllocator allocator = Measured.allocator();
        long sum = 0;
        for (int i = 0; i < operations; i++) {
            long address = allocator.allocate(bytes);
            sum += address;
            allocator.free(address);
        }
        return sum;
    }
}
