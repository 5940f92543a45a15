package dev.hz3.bench.steady;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Release on against release off, in rounds of four phases: on, off, off, on.
///
/// The order cancels what drifts steadily: each side has one early and one late place. All phases run in one process with a fresh heap each,
/// because then both sides run the same compiled code; two processes that compiled the same methods differently are
/// further apart than the bar. One phase of each kind runs first and is not counted.
public final class SteadyTrial {

    private static final List<Boolean> ORDER = List.of(true, false, false, true);

    private SteadyTrial() {}

    /// Runs it.
    ///
    /// @param onPhase hears of each counted phase when it is through
    public static SteadyResult run(SteadyOptions options, Consumer<SteadyPhase> onPhase) throws InterruptedException {
        for (boolean isReleaseOn : ORDER.subList(0, 2)) {
            SteadyPhase.run(options, isReleaseOn);
        }
        List<SteadyPhase> phases = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (boolean isReleaseOn : ORDER) {
                SteadyPhase phase = SteadyPhase.run(options, isReleaseOn);
                phases.add(phase);
                onPhase.accept(phase);
            }
        }
        return new SteadyResult(phases, options.bar());
    }
}
