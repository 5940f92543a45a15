package dev.hz3.bench.observe;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A thread that takes a sample every 50 ms, or however often it is told to, for the timeline and the live view, until it is closed.
public final class Sampler implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final Supplier<Sample> gauge;
    private final Timeline timeline;
    private final LiveView view;
    private final Thread thread;
    private final Duration interval;

    private volatile boolean isClosed;
    private volatile @Nullable RuntimeException failure;

    private Sampler(Supplier<Sample> gauge, Timeline timeline, LiveView view, Duration interval) {
        this.gauge = gauge;
        this.timeline = timeline;
        this.view = view;
        this.interval = interval;
        this.thread = Thread.ofPlatform().daemon().name("hz3-bench-sampler").unstarted(this::sampleUntilClosed);
    }

    /// Starts to sample.
    public static Sampler start(Supplier<Sample> gauge, Timeline timeline, LiveView view) {
        return start(gauge, timeline, view, INTERVAL);
    }

    /// Starts to sample, this often.
    public static Sampler start(Supplier<Sample> gauge, Timeline timeline, LiveView view, Duration interval) {
        Sampler sampler = new Sampler(gauge, timeline, view, interval);
        sampler.thread.start();
        return sampler;
    }

    /// Ends the thread. A sample that failed is thrown here: a graph with a hole in it would be believed.
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        boolean wasInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException interruption) {
                wasInterrupted = true; // the thread ends within one sample in any case
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException seen = failure;
        if (seen != null) {
            throw seen;
        }
    }

    private void sampleUntilClosed() {
        try {
            while (!isClosed) {
                Sample sample = gauge.get();
                timeline.add(sample);
                view.sampled(sample);
                LockSupport.parkNanos(this, interval.toNanos());
            }
        } catch (RuntimeException unexpected) {
            failure = unexpected;
        }
    }
}
