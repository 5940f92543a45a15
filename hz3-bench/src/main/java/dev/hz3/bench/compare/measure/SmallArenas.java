package dev.hz3.bench.compare.measure;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.ObjectSource;
import java.lang.foreign.Arena;

/// Many arenas that are open at once, with 24 bytes in each; before them, one that needs more, if that is wanted.
final class SmallArenas {

    private static final int BYTES = 24;
    private static final double NANOS_PER_MICRO = 1e3;

    private SmallArenas() {}

    static Reading run(int arenas, int bytesBefore) {
        ObjectSource source = Measured.objects();
        Arena[] open = new Arena[arenas];
        try (Arena one = source.openArena()) {
            one.allocate(BYTES + (long) bytesBefore);
        }
        long base = ProcessMemory.measure().heldBytes();
        long start = System.nanoTime();
        for (int i = 0; i < arenas; i++) {
            open[i] = source.openArena();
            open[i].allocate(BYTES);
        }
        double nanos = System.nanoTime() - start;
        double resident = ProcessMemory.measure().heldBytes() - base;
        for (Arena arena : open) {
            arena.close();
        }
        return Reading.of("resident_bytes", resident / arenas).and("us", nanos / arenas / NANOS_PER_MICRO);
    }
}
