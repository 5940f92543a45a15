package dev.hz3.bench.compare.measure;

import dev.hz3.bench.steady.SteadyOptions;
import dev.hz3.bench.steady.SteadyResult;
import dev.hz3.bench.steady.SteadyTrial;

/// One round of the trial of `steady`: on, off, off, on, in one process.
final class SteadyLoad {

    private static final int THREADS = 4;
    private static final int MIN_BYTES = 4096;
    private static final int MAX_BYTES = 32 << 10;
    private static final int WINDOW = 1000;
    private static final int WARM_UP_MILLIS = 1000;
    private static final double BAR = 0.98;
    private static final long SEED = 20_260_101L;

    private SteadyLoad() {}

    static Reading run(int seconds) throws InterruptedException {
        SteadyResult result = SteadyTrial.run(
                new SteadyOptions(THREADS, MIN_BYTES, MAX_BYTES, WINDOW, seconds, WARM_UP_MILLIS, 1, BAR, SEED), _ -> {});
        return Reading.of("times", result.ratios().getFirst())
                .and("cpu_times", result.cpuRatios().getFirst())
                .and("off_times", result.noise().getFirst());
    }
}
