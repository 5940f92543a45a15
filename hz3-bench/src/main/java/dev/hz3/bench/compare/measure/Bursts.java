package dev.hz3.bench.compare.measure;

import dev.hz3.bench.burst.BurstIdle;
import dev.hz3.bench.burst.BurstIdleArgument;
import dev.hz3.bench.burst.BurstIdleOptions;
import dev.hz3.bench.burst.BurstIdleResult;
import dev.hz3.bench.burst.CycleResult;
import dev.hz3.bench.observe.LiveView;
import dev.hz3.bench.observe.Mebibytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The job of `burst-idle`, with four threads that live on and nobody who ticks.
final class Bursts {

    private static final double NANOS_PER_MILLI = 1e6;

    private Bursts() {}

    static Reading run(List<String> arguments) throws IOException {
        BurstIdleOptions options = BurstIdleOptions.parse(Map.of(
                BurstIdleArgument.OBJECTS, arguments.get(0),
                BurstIdleArgument.IDLE_SECONDS, arguments.get(1),
                BurstIdleArgument.CYCLES, arguments.get(2),
                BurstIdleArgument.MIN, arguments.get(3),
                BurstIdleArgument.MAX, arguments.get(4)));
        LiveView nobody = LiveView.plain(new PrintWriter(Writer.nullWriter()));
        BurstIdleResult result = BurstIdle.run(options, new Measured.Constant(), nobody, Writer.nullWriter());
        if (result.damagedBlocks() != 0) {
            throw new IllegalStateException("damaged blocks=" + result.damagedBlocks() + ": " + result.firstDamage());
        }
        return reading(result);
    }

    static Reading reading(BurstIdleResult result) {
        CycleResult first = result.cycles().getFirst();
        List<CycleResult> later = result.cycles().stream().skip(1).toList();
        return Reading.of("first_alloc_ms", first.allocateNanos() / NANOS_PER_MILLI)
                .and("first_faults", (double) first.faults())
                .and("first_huge_mib", (double) first.hugeBytes() / Mebibytes.BYTES)
                .and("first_free_ms", first.freeNanos() / NANOS_PER_MILLI)
                .and("later_alloc_ms", mean(later, cycle -> (double) cycle.allocateNanos()) / NANOS_PER_MILLI)
                .and("later_faults", mean(later, cycle -> (double) cycle.faults()))
                .and("later_huge_mib", mean(later, cycle -> (double) cycle.hugeBytes() / Mebibytes.BYTES))
                .and("later_free_ms", mean(later, cycle -> (double) cycle.freeNanos()) / NANOS_PER_MILLI)
                .and("held_share", mean(later, cycle -> {
                    long held = Math.max(0, cycle.afterOneSecondBytes() - result.firstBaseBytes());
                    return (double) held / Math.max(1, result.burstBytes(cycle));
                }));
    }

    private static double mean(List<CycleResult> cycles, ToDoubleFunction<CycleResult> figure) {
        return cycles.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }
}
