package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Instrument;
import dev.hz3.bench.compare.measure.Pace;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is to be compared.
///
/// @param rows of the table, at least one
/// @param peers who may take part
/// @param rounds how often each contender runs, 1 … 99
/// @param isQuick whether it is only a first look
/// @param pauseSeconds how long calls are watched for pauses, 1 … 3600
/// @param traces recordings, by name
public record Plan(
        Set<Row> rows, Set<Contender> peers, int rounds, boolean isQuick, int pauseSeconds, SequencedMap<String, Path> traces) {

    /// Numbers in their ranges.
    ///
    /// @throws IllegalArgumentException with a sentence for the one who typed the first that is not
    public Plan {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no row is named");
        }
        check("rounds", rounds, 99);
        check("pause-seconds", pauseSeconds, 3600);
        if (rows.stream().allMatch(Row::isOfRecordings) && traces.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to do: no recording is found here, and traces names none");
        }
        rows = Set.copyOf(rows);
        peers = Set.copyOf(peers);
        traces = new LinkedHashMap<>(traces);
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is '" + value + "', but must be a whole number from 1 to " + most);
        }
    }

    /// How long each measurement runs.
    Pace pace() {
        return isQuick ? Pace.QUICK : Pace.FULL;
    }

    /// The lines of its rows, in the order of the table.
    List<Line> lines() {
        return Arrays.stream(Row.values()).filter(rows::contains).flatMap(row -> row.lines(this).stream()).toList();
    }

    /// What has to be run for them, each once.
    Set<Task> tasks() {
        return lines().stream().flatMap(Line::tasks).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// A task for this heap and for those of `others` that may take part; this heap's other settings always may.
    Task task(String name, Instrument instrument, List<Contender> others, List<String> arguments) {
        List<Contender> contenders = Stream.concat(
                        Stream.of(Contender.HZ3), others.stream().filter(other -> !other.isPeer() || peers.contains(other)))
                .toList();
        return new Task(name, instrument, arguments, Flags.TUNED, contenders);
    }

    Task task(String name, Instrument instrument, List<Contender> others, int... numbers) {
        return task(name, instrument, others, Arrays.stream(numbers).mapToObj(Integer::toString).toList());
    }

    /// The task twice, with the virtual machine as it is tuned for measuring, and as it comes: for whatever is about memory.
    Stream<Task> withBothFlags(Task tuned) {
        return Stream.of(Flags.values())
                .map(flags -> new Task(
                        tuned.name() + flags.note(), tuned.instrument(), tuned.arguments(), flags, tuned.contenders()));
    }
}
