package dev.hz3.heap;

import dev.hz3.os.testing.SimulatedSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/// An arena of a simulated heap: its chunks are live blocks to the model, its pieces are zero at first and then keep what is written to them.
final class SimulationArena {

    private static final VarHandle CHUNKS;
    private static final VarHandle CHUNK_COUNT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(HeapArena.class, MethodHandles.lookup());
            CHUNKS = lookup.findVarHandle(HeapArena.class, "chunks", long[].class);
            CHUNK_COUNT = lookup.findVarHandle(HeapArena.class, "chunkCount", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Arena arena;
    private final NativeHeap heap;
    private final SimulationModel model;
    private final SimulatedSystem machine;
    private final int owner;
    private final List<Long> chunks = new ArrayList<>();
    private final List<Long> chunkBytes = new ArrayList<>();
    private final List<SimulationModel.Block> pieces = new ArrayList<>();

    SimulationArena(Arena arena, NativeHeap heap, SimulationModel model, SimulatedSystem machine, int owner) {
        this.arena = arena;
        this.heap = heap;
        this.model = model;
        this.machine = machine;
        this.owner = owner;
    }

    void allocate(SimulationDraw draw) {
        long bytes = draw.percent(80) ? draw.next(2000) : draw.next(100_000);
        long alignment = 1L << draw.next(draw.percent(90) ? 7 : 17);
        MemorySegment piece;
        try {
            piece = arena.allocate(bytes, alignment);
        } finally {
            noteChunks();
        }
        long address = heap.base() + piece.address(); // memory of the Java heap counts from the beginning of its array
        if (piece.byteSize() != bytes || (address & alignment - 1) != 0) {
            throw new SimulationFailure("not what was asked for: bytes=" + bytes + ", alignment=" + alignment + ", " + piece);
        }
        // Whole words of it, so that tags fit.
        long from = address + Long.BYTES - 1 & -Long.BYTES;
        long to = address + bytes & -Long.BYTES;
        if (to > from) {
            machine.touch(from, to - from);
            if (!model.isZero(from, to - from)) {
                throw new SimulationFailure("not zero: " + model.at(from, to - from));
            }
            SimulationModel.Block block = new SimulationModel.Block(from, to - from, draw.next(), owner);
            model.write(block);
            pieces.add(block);
        }
    }

    private void noteChunks() {
        long[] all = (long[]) CHUNKS.get(arena);
        for (int i = chunks.size(); i < (int) CHUNK_COUNT.get(arena); i++) {
            long usable = heap.usableSize(all[i]);
            model.occupy(all[i], usable);
            chunks.add(all[i]);
            chunkBytes.add(usable);
        }
    }

    void verify() {
        pieces.forEach(model::verify);
    }

    void close() {
        verify();
        pieces.clear();
        for (int i = 0; i < chunks.size(); i++) {
            model.vacate(chunks.get(i), chunkBytes.get(i));
        }
        arena.close();
    }
}
