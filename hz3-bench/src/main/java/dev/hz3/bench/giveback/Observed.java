package dev.hz3.bench.giveback;

import dev.hz3.bench.compare.Spread;
import dev.hz3.bench.compare.measure.HeldOver;
import dev.hz3.bench.compare.measure.Reading;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// What is known of one contender.
///
/// @param name what tables call it
/// @param settings how it is set; empty where it is as it comes
/// @param why it could not be measured, or not in each round; empty where it could
/// @param rounds what was read, in the order of the rounds
public record Observed(String name, String settings, String why, List<Reading> rounds) {

    /// Copies the list.
    public Observed {
        rounds = List.copyOf(rounds);
    }

    /// Which version it is, by its own word.
    public String version() {
        return rounds.isEmpty() ? "" : rounds.getFirst().note();
    }

    /// The median of a figure over the rounds; empty where no round has it.
    public Optional<Double> figure(String figure) {
        List<Double> values = rounds.stream().map(round -> round.figures().get(figure)).filter(Objects::nonNull).toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values).median());
    }

    /// The names of its figures, without those of single points.
    public List<String> figures() {
        return rounds.stream().flatMap(round -> round.figures().sequencedKeySet().stream()).filter(name -> !HeldOver.isPoint(name)).distinct().toList();
    }

    /// What it held, phase by phase, in the first round.
    public List<HeldOver> held() {
        return rounds.isEmpty() ? List.of() : HeldOver.of(rounds.getFirst());
    }

    /// With another round.
    Observed and(Reading reading) {
        return new Observed(name, settings, why, Stream.concat(rounds.stream(), Stream.of(reading)).toList());
    }

    /// With a reason why there is one round less.
    Observed but(String reason) {
        return new Observed(name, settings, reason, rounds);
    }
}
