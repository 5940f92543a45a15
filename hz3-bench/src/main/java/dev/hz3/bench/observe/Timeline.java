package dev.hz3.bench.observe;

import java.util.ArrayList;
import java.util.List;

/// Samples in the order of time, and never more than [#CAPACITY] of them: when it is full, every second one is forgotten
/// and from then on half as many are kept, so that a run of hours costs no more than one of minutes. Safe for use by any
/// thread.
public final class Timeline {

    /// The most samples that are kept: seven minutes at 50 ms each.
    public static final int CAPACITY = 8192;

    private final List<Sample> samples = new ArrayList<>(CAPACITY);
    private int stride = 1;
    private int skipped;

    /// An empty one.
    public Timeline() {}

    /// Keeps `sample`, or skips it where the timeline has grown coarse.
    public synchronized void add(Sample sample) {
        if (++skipped < stride) {
            return;
        }
        skipped = 0;
        if (samples.size() == CAPACITY) {
            thinOut();
        }
        samples.add(sample);
    }

    /// What was kept.
    public synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    private void thinOut() {
        List<Sample> kept = new ArrayList<>(CAPACITY);
        for (int i = 0; i < samples.size(); i += 2) {
            kept.add(samples.get(i));
        }
        samples.clear();
        samples.addAll(kept);
        stride *= 2;
    }
}
