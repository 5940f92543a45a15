package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Reading;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What came of a task: the readings of each contender, and why there are none of some.
///
/// A contender without a figure has none here either: it is absent or has failed, and never zero. To be used by one thread.
public final class Figures {

    private final Map<Contender, List<Reading>> readings = new EnumMap<>(Contender.class);
    private final Map<Contender, String> absences = new EnumMap<>(Contender.class);
    private final Map<Contender, String> failures = new EnumMap<>(Contender.class);

    /// Nothing yet.
    public Figures() {}

    /// As of now.
    Figures copy() {
        Figures copy = new Figures();
        readings.forEach((contender, known) -> copy.readings.put(contender, new ArrayList<>(known)));
        copy.absences.putAll(absences);
        copy.failures.putAll(failures);
        return copy;
    }

    /// `contender` has measured this.
    public void add(Contender contender, Reading reading) {
        readings.computeIfAbsent(contender, _ -> new ArrayList<>()).add(reading);
    }

    /// `contender` is not on this machine.
    public void absent(Contender contender, String reason) {
        absences.put(contender, reason);
    }

    /// A process of `contender` ended without a reading.
    public void failed(Contender contender, String reason) {
        failures.put(contender, reason);
    }

    /// Why it is not here, if it is not.
    public Optional<String> absence(Contender contender) {
        return Optional.ofNullable(absences.get(contender));
    }

    /// What its last failed process said, if one has failed.
    public Optional<String> failure(Contender contender) {
        return Optional.ofNullable(failures.get(contender));
    }

    /// Its readings, in the order of the rounds.
    public List<Reading> readings(Contender contender) {
        return List.copyOf(readings.getOrDefault(contender, List.of()));
    }

    /// What its figures are called, in the order in which they were taken.
    public List<String> names() {
        return readings.values().stream()
                .flatMap(List::stream)
                .flatMap(reading -> reading.figures().sequencedKeySet().stream())
                .distinct()
                .toList();
    }

    /// A figure of its, over the rounds; empty where there is none. What is not a number was not measured.
    public Optional<Spread> spread(Contender contender, String figure) {
        List<Double> values = readings.getOrDefault(contender, List.of()).stream()
                .map(reading -> reading.figures().get(figure))
                .filter(Objects::nonNull)
                .filter(value -> !value.isNaN())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
