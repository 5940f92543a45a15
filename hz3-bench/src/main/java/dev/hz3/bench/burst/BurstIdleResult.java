package dev.hz3.bench.burst;

import dev.hz3.bench.observe.PhaseSpan;
import dev.hz3.bench.observe.Sample;
import dev.hz3.bench.peers.ReleaseCounters;
import java.util.List;
import java.util.Optional;

/// What was seen of a whole run.
///
/// @param options what was to be done
/// @param allocator by whom
/// @param cycles at least one
/// @param counters what the allocator counted from the first base on, where it counts
/// @param damagedBlocks blocks that were not as their owner had written them
/// @param firstDamage the first of them; empty where there is none
/// @param samples for the graph
/// @param spans what went on when
public record BurstIdleResult(
        BurstIdleOptions options,
        String allocator,
        List<CycleResult> cycles,
        Optional<ReleaseCounters> counters,
        long damagedBlocks,
        String firstDamage,
        List<Sample> samples,
        List<PhaseSpan> spans) {

    /// Copies the lists.
    public BurstIdleResult {
        if (cycles.isEmpty()) {
            throw new IllegalArgumentException("a run has at least one cycle");
        }
        cycles = List.copyOf(cycles);
        samples = List.copyOf(samples);
        spans = List.copyOf(spans);
    }

    /// Held before the first burst. Every cycle is compared with this one: an allocator that keeps a burst would otherwise
    /// look innocent from the second cycle on.
    public long firstBaseBytes() {
        return cycles.getFirst().baseBytes();
    }

    /// The burst of `cycle`: peak − base.
    public long burstBytes(CycleResult cycle) {
        return cycle.peakBytes() - firstBaseBytes();
    }

    /// The line that runs this again.
    public String commandLine() {
        return options.commandLine() + " --allocator " + allocator;
    }
}
