package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Instrument;
import dev.hz3.bench.compare.measure.Reading;
import dev.hz3.bench.observe.Digits;
import dev.hz3.bench.observe.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// Runs a plan.
///
///     who is here? ─▶ task: round 1 ─▶ round 2 ─▶ … ─▶ next task
///                           hz3 a b      b a hz3
///
/// Each measurement has a process of its own. In a round every contender has its turn, and the order changes from
/// round to round, so that no one has the quieter machine.
public final class Comparison {

    private static final Task PRESENCE =
            new Task("presence", Instrument.PRESENCE, List.of(), Flags.TUNED, List.of(Contender.HZ3));

    private final Plan plan;
    private final Fork fork;
    private final PrintWriter out;
    private final Watcher watcher;
    private final SequencedMap<Contender, String> versions = new LinkedHashMap<>();
    private final SequencedMap<Contender, String> absences = new LinkedHashMap<>();
    private final Machine machine = Machine.here();
    private final long startNanos = System.nanoTime();
    private Progress progress = new Progress(0);

    /// Hears of what is known after each round: whoever ends a long run early has what came before.
    @FunctionalInterface
    public interface Watcher {
        /// `soFar` has what came of the rounds that are through, and is not changed any more; `latest` has just had one of them.
        void measured(CompareResult soFar, Task latest) throws IOException;
    }

    private Comparison(Plan plan, Fork fork, PrintWriter out, Watcher watcher) {
        this.plan = plan;
        this.fork = fork;
        this.out = out;
        this.watcher = watcher;
    }

    /// Runs `plan`, and tells `out` how it gets on.
    ///
    /// @param earlier what is known already: tasks that it has all rounds of are not run again
    /// @throws IOException where no process can be started, or `watcher` fails
    public static CompareResult run(Plan plan, CompareResult earlier, PrintWriter out, Watcher watcher) throws IOException, InterruptedException {
        try (Fork fork = Fork.open()) {
            return new Comparison(plan, fork, out, watcher).run(earlier);
        }
    }

    private CompareResult run(CompareResult earlier) throws IOException, InterruptedException {
        SequencedMap<Task, Figures> figures = new LinkedHashMap<>(earlier.figures());
        figures.values().removeIf(known -> known.readings(Contender.HZ3).size() < plan.rounds());
        Set<Task> tasks = plan.tasks();
        tasks.removeAll(figures.keySet());
        for (Contender contender : Contender.values()) {
            if (tasks.stream().anyMatch(task -> task.contenders().contains(contender))) {
                lookFor(contender);
            }
        }
        int forks = tasks.stream().mapToInt(task -> plan.rounds() * (int) task.contenders().stream().filter(this::isHere).count()).sum();
        progress = new Progress(forks);
        for (Task task : tasks) {
            perform(task, figures);
        }
        earlier.versions().forEach(versions::putIfAbsent);
        return result(figures);
    }

    private CompareResult result(SequencedMap<Task, Figures> figures) {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        return CompareResult.of(plan, machine.and("took", Progress.minutes(took)), versions, absences, figures);
    }

    private void lookFor(Contender contender) throws IOException, InterruptedException {
        switch (fork.run(PRESENCE, contender, true)) {
            case Fork.Outcome.Read(Reading reading) -> versions.put(contender, reading.note());
            case Fork.Outcome.Absent(String reason) -> absences.put(contender, reason);
            case Fork.Outcome.Failed(String reason) -> absences.put(contender, contender.argument() + " does not start: " + reason);
        }
        out.println(isHere(contender) ? contender.argument() + ": " + versions.get(contender) : absences.get(contender));
        out.flush();
    }

    private boolean isHere(Contender contender) {
        return versions.containsKey(contender);
    }

    private void perform(Task task, SequencedMap<Task, Figures> all) throws IOException, InterruptedException {
        Figures figures = new Figures();
        absences.forEach(figures::absent);
        for (int round = 0; round < plan.rounds(); round++) {
            out.print(progress.mark() + task.name() + ", round " + (round + 1) + " of " + plan.rounds() + ":");
            out.flush();
            for (Contender contender : task.order(round)) {
                if (isHere(contender)) {
                    out.print("  " + contender.argument() + " " + measure(task, contender, figures));
                    out.flush();
                    progress.step();
                }
            }
            out.println();
            all.put(task, figures.copy());
            watcher.measured(result(all), task);
        }
    }

    /// Its first figure, for the impatient.
    private String measure(Task task, Contender contender, Figures figures) throws IOException, InterruptedException {
        return switch (fork.run(task, contender, plan.isQuick())) {
            case Fork.Outcome.Read(Reading reading) -> {
                figures.add(contender, reading);
                Map.Entry<String, Double> first = reading.figures().firstEntry();
                yield first == null ? "" : Digits.of(first.getValue());
            }
            case Fork.Outcome.Absent(String reason) -> {
                figures.absent(contender, reason);
                yield "absent";
            }
            case Fork.Outcome.Failed(String reason) -> {
                figures.failed(contender, reason);
                yield "failed (" + reason + ")";
            }
        };
    }
}
