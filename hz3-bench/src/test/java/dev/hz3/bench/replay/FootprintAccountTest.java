package dev.hz3.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.replay.FootprintAccount.Part;
import dev.hz3.bench.replay.FootprintAccount.Rounding;
import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.NativeHeap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The parts are all of it, and those that can be known beforehand are right.
final class FootprintAccountTest {

    private static final int BLOCKS = 5000;
    private static final int BYTES = 5000; // of blocks of 5,440

    private final Path file;

    FootprintAccountTest(@TempDir Path folder) {
        file = folder.resolve("own.oht.gz");
    }

    /// As many blocks come, and all but every fourth go.
    private Trace trace() throws Exception {
        try (NativeHeap heap = NativeHeap.create(HeapOptions.builder().recordTo(file).build())) {
            long[] blocks = new long[BLOCKS];
            for (int i = 0; i < BLOCKS; i++) {
                blocks[i] = heap.allocateAddress(BYTES);
            }
            for (int i = 0; i < BLOCKS; i++) {
                if (i % 4 != 0) {
                    heap.freeAddress(blocks[i]);
                }
            }
        }
        return Trace.read(file);
    }

    private static long part(FootprintAccount account, String beginning) {
        return account.parts().stream().filter(part -> part.name().startsWith(beginning)).mapToLong(Part::bytes).findFirst().orElseThrow();
    }

    @Test
    void at_the_peak_all_is_live_and_afterwards_it_is_free_somewhere() throws Exception {
        Trace trace = trace();
        long blockBytes;
        try (NativeHeap heap = NativeHeap.create()) {
            blockBytes = heap.goodSize(BYTES);
        }
        FootprintAccount peak = FootprintAccount.after(trace, BLOCKS);
        long process = ProcessMemory.measure().heldBytes();
        assertTrue(Math.abs(peak.bytes() - process) < process / 2, peak.bytes() + " bytes accounted for, and the process holds " + process);
        assertEquals((long) BLOCKS * BYTES, part(peak, "live"));
        assertEquals(BLOCKS * (blockBytes - BYTES), part(peak, "rounded"));
        assertEquals(List.of(new Rounding(blockBytes, BLOCKS, BLOCKS * (blockBytes - BYTES))), peak.rounding());
        long heap = BLOCKS * blockBytes;
        assertTrue(Math.abs(part(peak, "not accounted")) < heap / 50, peak.text());

        FootprintAccount after = FootprintAccount.after(trace, trace.events());
        assertEquals((long) BLOCKS / 4 * BYTES, part(after, "live"));
        assertTrue(Math.abs(part(after, "not accounted")) < heap / 20, after.text());
    }

    @Test
    void it_is_the_same_behind_a_pipe() throws Exception {
        FootprintAccount account = FootprintAccount.after(trace(), BLOCKS);
        assertEquals(account, FootprintAccount.parse(account.lines()));
        assertTrue(account.text().contains("| live, as asked for"), account.text());
        assertEquals(account.bytes(), account.json().get("processBytes"));
    }

    @Test
    void the_peak_is_not_before_most_is_live() throws Exception {
        FootprintPeak peak = FootprintPeak.find(trace(), AllocatorChoice.HZ3);
        assertTrue(peak.event() >= BLOCKS - FootprintPeak.EVENTS_PER_LOOK, peak.toString()); // what is freed then leaves a moment later
        assertTrue(peak.processBytes() - peak.baseBytes() >= (long) BLOCKS * BYTES, peak.toString());
    }
}
