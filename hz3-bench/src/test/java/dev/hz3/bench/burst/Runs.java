package dev.hz3.bench.burst;

import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.Phase;
import dev.hz3.bench.observe.PhaseSpan;
import dev.hz3.bench.observe.Sample;
import dev.hz3.bench.peers.ReleaseCounters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Results of runs that never were: two cycles over a base of 300 MiB, with a burst of 1,000 MiB.
final class Runs {

    static final ReleaseCounters GOOD_COUNTERS = counters(5000, 100, 0, 512_000, 1000);

    private Runs() {}

    static ReleaseCounters counters(
            long reclaimedRuns, long boundaryCalls, long violations, long purgedPages, long purgeCalls) {
        return new ReleaseCounters(
                0, 0, 9, 0, reclaimedRuns, 8, boundaryCalls, 7, 6, purgedPages, purgeCalls, 0, 0, 5, 4, violations, 0);
    }

    static CycleResult cycle(int number, long base, long afterOneSecond, long end, long live) {
        return new CycleResult(
                number,
                base * Mebibytes.BYTES,
                1300 * Mebibytes.BYTES,
                900 * Mebibytes.BYTES,
                afterOneSecond * Mebibytes.BYTES,
                end * Mebibytes.BYTES,
                990 * Mebibytes.BYTES,
                live * Mebibytes.BYTES,
                123_456_789,
                240_000,
                0,
                4_567_890,
                Optional.of(GOOD_COUNTERS));
    }

    static BurstIdleResult result(
            int minBytes, Optional<ReleaseCounters> counters, long damagedBlocks, CycleResult... cycles) {
        return new BurstIdleResult(
                BurstIdleOptions.parse(Map.of(BurstIdleArgument.MIN, Integer.toString(minBytes))),
                "hz3",
                List.of(cycles),
                counters,
                damagedBlocks,
                damagedBlocks == 0 ? "" : "block 7 <of> \"9\" & more",
                List.of(
                        new Sample(0, 0, Phase.WARM_UP, 300 * Mebibytes.BYTES, 0, 0),
                        new Sample(50, 1, Phase.ALLOCATE, 1300 * Mebibytes.BYTES, 990 * Mebibytes.BYTES, 0),
                        new Sample(2000, 1, Phase.IDLE, 310 * Mebibytes.BYTES, 0, 4096)),
                List.of(new PhaseSpan(1, Phase.ALLOCATE, 0, 100), new PhaseSpan(1, Phase.IDLE, 100, 2000)));
    }

    static BurstIdleResult good() {
        return result(
                4096, Optional.of(GOOD_COUNTERS), 0, cycle(1, 300, 310, 305, 0), cycle(2, 305, 315, 306, 0));
    }
}
