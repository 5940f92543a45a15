package dev.hz3.bench.burst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.observe.LiveView;
import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.peers.BenchAllocator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BurstIdleIT {

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void a_small_burst_of_the_c_library_is_seen(String keepHold) throws IOException, AbsentAllocatorException {
        BurstIdleOptions options = BurstIdleOptions.parse(Map.of(
                BurstIdleArgument.OBJECTS, "4000",
                BurstIdleArgument.IDLE_SECONDS, "1",
                BurstIdleArgument.CYCLES, "2",
                BurstIdleArgument.KEEP_PERCENT, "5",
                BurstIdleArgument.KEEP_HOLD, keepHold,
                BurstIdleArgument.IDLE_TICK_MILLIS, "100",
                BurstIdleArgument.DUMP_MODE, "1"));
        StringWriter dump = new StringWriter();
        StringWriter lines = new StringWriter();

        BurstIdleResult result;
        try (BenchAllocator glibc = AllocatorChoice.GLIBC.open()) {
            result = BurstIdle.run(options, glibc, LiveView.plain(new PrintWriter(lines)), dump);
        }

        assertEquals(2, result.cycles().size());
        assertEquals(0, result.damagedBlocks(), result.firstDamage());
        for (CycleResult cycle : result.cycles()) {
            assertTrue(cycle.liveBytes() > 0 && cycle.liveBytes() < cycle.requestedBytes() / 10, cycle.toString());
            assertTrue(cycle.peakBytes() > cycle.requestedBytes(), cycle.toString());
        }
        assertTrue(!result.samples().isEmpty() && !result.spans().isEmpty());
        assertEquals(10, lines.toString().lines().count(), "five measurements a cycle");
        assertEquals(10, dump.toString().lines().filter(line -> line.startsWith("# cycle")).count());
    }
}
