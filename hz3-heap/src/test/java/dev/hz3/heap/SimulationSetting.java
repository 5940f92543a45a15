package dev.hz3.heap;

import dev.hz3.os.HugePageMode;
import dev.hz3.segment.Geometry;
import java.util.ArrayList;
import java.util.List;

/// The heap and the machine that a seed is played on.
///
/// @param options the heap's
/// @param pageBytes of the kernel's pages
/// @param vectored whether the kernel purges many ranges in one call
/// @param hugePages whether it has huge pages
/// @param processors how many the machine seems to have
/// @param threads how many threads there are at first
/// @param virtualPercent how many of those that are born are virtual
/// @param isFaulty whether the kernel refuses things
/// @param interleavePercent how often others go on while the kernel is at work
/// @param favourites sizes that are asked for again and again, in bytes
/// @param liveBytes above this, the application frees rather than allocates
/// @param end how it ends
record SimulationSetting(
        HeapOptions options,
        int pageBytes,
        boolean vectored,
        HugePageMode hugePages,
        int processors,
        int threads,
        int virtualPercent,
        boolean isFaulty,
        int interleavePercent,
        List<Long> favourites,
        long liveBytes,
        End end) {

    /// How a simulation ends.
    enum End {
        /// Everything is freed, and somebody asks for all of it to be given back.
        TRIMMED,
        /// Everything is freed, and then the application does nothing.
        SILENT,
        /// All threads die, another one frees what is left, and then the application does nothing.
        ORPHANED,
        /// It is closed with blocks and arenas alive.
        CLOSED
    }

    /// The most address space that any of them has.
    static final long MOST_BYTES = 32L << 20;

    /// Drawn apart, so that everything else of a seed is what it was.
    private static final int SOFT = 23;
    private static final int REGRET = 29;

    static SimulationSetting of(long seed) {
        SimulationDraw draw = new SimulationDraw(SimulationDraw.mix(seed, 2));
        int segments = draw.of(3, 4, 6, 8, 8, 12, 16);
        int most = draw.percent(30) ? 1 + draw.next(segments) : segments;
        SimulationDraw regret = new SimulationDraw(SimulationDraw.mix(seed, REGRET));
        HeapOptions options = HeapOptions.builder()
                .reservedBytes((long) segments * Geometry.SEGMENT_BYTES)
                .maxBytes((long) most * Geometry.SEGMENT_BYTES)
                .softMaxBytes(soft(new SimulationDraw(SimulationDraw.mix(seed, SOFT)), most))
                .shards(1 + draw.next(4))
                .cacheBytes(draw.of(4 << 10, 32 << 10, 256 << 10))
                .largeCacheBytes(draw.of(0, 512 << 10, 32 << 20))
                .hugePages(true)
                .hugeAfterBytes(draw.of(0, 4 << 20))
                .release(true)
                .clock(false)
                .clockPeriodMillis(draw.of(1, 10, 50))
                .slowPathsPerEpoch(draw.of(0, 3, 16, 128))
                .idleEvents(draw.of(0, 4, 64))
                .delayEpochsIdle(draw.of(0, 0, 0, 1, 3, 30))
                .delayEpochsBusy(draw.of(0, 1, 4, 20))
                .delayEpochsMost(regret.of(0, 4, 40, 40, 200))
                .faultsPerMiBSecond(regret.of(16, 512, 512, 1 << 16))
                .reclaimBudgetRuns(draw.of(0, 4, 256))
                .reclaimBudgetPages(draw.of(16, 65_536))
                .idleReclaimBudgetRuns(draw.of(16, 1 << 20))
                .retireBudgetPages(draw.of(0, 8, 512))
                .purgeBudgetPages(draw.of(0, 64, 4096))
                .purgeBudgetCalls(draw.of(0, 2, 16))
                .eagerPercent(draw.of(87, 100))
                .idlePurgeBudgetPages(draw.of(64, 1 << 18))
                .idlePurgeBudgetCalls(draw.of(2, 1 << 12))
                .statsAtExit(false)
                .build();
        List<Long> favourites = new ArrayList<>();
        for (int i = draw.next(8); i >= 0; i--) {
            favourites.add(size(draw));
        }
        return new SimulationSetting(
                options,
                draw.of(4, 4, 4, 4, 4, 16, 64) << 10,
                draw.percent(70),
                draw.percent(25) ? HugePageMode.MADVISE : HugePageMode.NEVER,
                draw.of(1, 2, 4, 62),
                1 + draw.next(5),
                draw.of(0, 0, 20),
                draw.percent(45),
                draw.of(0, 30, 60),
                List.copyOf(favourites),
                (long) most * Geometry.SEGMENT_BYTES * draw.of(10, 30, 50, 70, 120) / 100,
                End.values()[draw.next(End.values().length)]);
    }

    private static long soft(SimulationDraw draw, int most) {
        return draw.percent(25) ? (long) (1 + draw.next(most)) * Geometry.SEGMENT_BYTES : 0;
    }

    /// A size that somebody might ask for: mostly small, now and then larger than a segment, often at an edge.
    static long size(SimulationDraw draw) {
        int edge = draw.percent(30) ? draw.next(33) - 16 : 0;
        int dice = draw.next(100);
        if (dice < 45) {
            return Math.max(0, (1L << draw.next(12)) + (edge != 0 ? edge : draw.next(1 << draw.next(11))));
        }
        if (dice < 58) {
            return 2049L + draw.next(2048);
        }
        if (dice < 88) {
            return Math.max(0, ((long) (1 + draw.next(16)) << 12) + edge);
        }
        if (dice < 97) {
            return Math.max(0, ((long) (17 + draw.next(1 << (1 + draw.next(8)))) << 12) + edge);
        }
        return Math.max(0, ((long) (1 + draw.next(2)) << 21) + (draw.percent(50) ? edge : draw.next(1 << 20)));
    }
}
