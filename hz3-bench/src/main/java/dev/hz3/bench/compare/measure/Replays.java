package dev.hz3.bench.compare.measure;

import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.replay.Trace;
import dev.hz3.bench.replay.TraceReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// A recording, again and again: the median time of the runs that count.
final class Replays {

    private static final double NANOS_PER_MILLI = 1e6;
    /// A run takes less than the compiler needs; what it has not compiled yet is another figure than this one.
    private static final int WARM_UPS = 20;
    private static final int QUICK_WARM_UPS = 8;
    private static final int RUNS = 5;

    private Replays() {}

    static Reading run(Pace pace, String file, int workers) throws IOException, InterruptedException {
        Trace trace = Trace.read(Path.of(file));
        BenchAllocator allocator = new Measured.Constant();
        boolean isQuick = pace.equals(Pace.QUICK);
        for (int i = 0; i < (isQuick ? QUICK_WARM_UPS : WARM_UPS); i++) {
            replay(trace, allocator, workers);
        }
        double[] millis = new double[isQuick ? 1 : RUNS];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = replay(trace, allocator, workers);
        }
        Arrays.sort(millis);
        return Reading.of("ms", millis[millis.length / 2]);
    }

    /// The first run of a process: whoever has just started waits for this one, and not for the twentieth.
    static Reading cold(String file) throws IOException, InterruptedException {
        TraceReplay replay = new TraceReplay(Trace.read(Path.of(file)), new Measured.Constant(), false);
        return Reading.of("ms", replay.run(1).nanos() / NANOS_PER_MILLI);
    }

    private static double replay(Trace trace, BenchAllocator allocator, int workers) throws InterruptedException {
        TraceReplay replay = new TraceReplay(trace, allocator, false);
        System.gc(); // what the run before it has dropped
        return replay.run(workers).nanos() / NANOS_PER_MILLI;
    }
}
