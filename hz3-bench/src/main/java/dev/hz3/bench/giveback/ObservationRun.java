package dev.hz3.bench.giveback;

import dev.hz3.bench.compare.Contender;
import dev.hz3.bench.compare.Flags;
import dev.hz3.bench.compare.Fork;
import dev.hz3.bench.compare.Machine;
import dev.hz3.bench.compare.Task;
import dev.hz3.bench.compare.measure.BurstLoad;
import dev.hz3.bench.compare.measure.Instrument;
import dev.hz3.bench.compare.measure.Reading;
import dev.hz3.bench.observe.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Measures one load on each contender, each in a fresh process, in the order A B B A.
public final class ObservationRun {

    private ObservationRun() {}

    /// Runs it.
    ///
    /// @param contenders who takes part
    /// @param rounds how often each
    /// @param progress is told how it gets on
    /// @param soFar is passed what is known after each process: whoever ends a run early has that
    /// @throws IOException where no process can be started
    public static Observation run(BurstLoad load, List<Contender> contenders, int rounds, PrintWriter progress, Consumer<Observation> soFar)
            throws IOException, InterruptedException {
        Machine machine = Machine.here().and("rounds", Integer.toString(rounds));
        Map<Contender, Observed> known = new LinkedHashMap<>();
        contenders.forEach(contender -> known.put(contender, new Observed(contender.argument(), contender.settings(), "not measured yet", List.of())));
        Progress steps = new Progress(rounds * contenders.size());
        try (Fork fork = Fork.open()) {
            for (int round = 0; round < rounds; round++) {
                for (Contender contender : order(contenders, round)) {
                    progress.println(steps.mark() + contender.argument() + (steps.hasBegun() ? "" : ", about " + (long) load.seconds() * rounds * contenders.size() + " s in all"));
                    progress.flush();
                    Task task = new Task("giving back", Instrument.GIVING_BACK, load.arguments(), Flags.TUNED, List.of(Contender.HZ3));
                    Fork.Outcome outcome = fork.run(task, contender, false);
                    known.compute(contender, (_, before) -> with(before, outcome));
                    steps.step();
                    soFar.accept(new Observation(load.sentence(), machine, List.copyOf(known.values())));
                }
            }
        }
        return new Observation(load.sentence(), machine, List.copyOf(known.values()));
    }

    /// Forwards, backwards, backwards, forwards, as [Task#order(int)] has it.
    private static List<Contender> order(List<Contender> contenders, int round) {
        return round % 4 == 0 || round % 4 == 3 ? contenders : contenders.reversed();
    }

    private static Observed with(Observed before, Fork.Outcome outcome) {
        return switch (outcome) {
            case Fork.Outcome.Read(Reading reading) -> (before.rounds().isEmpty() ? before.but("") : before).and(reading);
            case Fork.Outcome.Absent(String reason) -> before.but(reason);
            case Fork.Outcome.Failed(String reason) -> before.but("it failed: " + reason);
        };
    }
}
