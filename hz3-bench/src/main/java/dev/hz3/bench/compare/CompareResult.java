package dev.hz3.bench.compare;

import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// What was seen of a whole comparison.
///
/// @param plan what was to be compared
/// @param machine where
/// @param versions who was there, and which version of them
/// @param absences who was not, and why
/// @param figures what came of each task
/// @param findings what that says of each goal
public record CompareResult(
        Plan plan,
        Machine machine,
        SequencedMap<Contender, String> versions,
        SequencedMap<Contender, String> absences,
        SequencedMap<Task, Figures> figures,
        List<Finding> findings) {

    /// Copies the collections.
    public CompareResult {
        versions = new LinkedHashMap<>(versions);
        absences = new LinkedHashMap<>(absences);
        figures = new LinkedHashMap<>(figures);
        findings = List.copyOf(findings);
    }

    /// Of `plan`, before anything is measured.
    public static CompareResult nothing(Plan plan) {
        return of(plan, new Machine(new LinkedHashMap<>()), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /// With what `figures` say of each line of `plan`.
    static CompareResult of(
            Plan plan,
            Machine machine,
            SequencedMap<Contender, String> versions,
            SequencedMap<Contender, String> absences,
            SequencedMap<Task, Figures> figures) {
        List<Finding> findings = plan.lines().stream()
                .flatMap(line -> line.judge(task -> Optional.ofNullable(figures.get(task))).stream())
                .toList();
        return new CompareResult(plan, machine, versions, absences, figures, findings);
    }

    /// Whether no goal is missed.
    public boolean isGo() {
        return misses() == 0;
    }

    /// How many goals are missed, or could not be measured.
    public long misses() {
        return findings.stream().filter(finding -> finding.outcome().isMiss()).count();
    }

    /// One sentence that says it all.
    public String verdict() {
        long open = count(Finding.Outcome.NO_RIVAL);
        return count(Finding.Outcome.MET) + " goals met, " + misses() + " missed" + (open == 0 ? "" : ", " + open + " without a peer to compare with");
    }

    /// How many there were, by this heap's readings: a table that is measured in parts, or broken off, has more of some than of others.
    private String rounds() {
        IntSummaryStatistics rounds =
                figures.values().stream().mapToInt(known -> known.readings(Contender.HZ3).size()).summaryStatistics();
        if (rounds.getCount() == 0) {
            return "no rounds";
        }
        return (rounds.getMin() == rounds.getMax() ? "" : rounds.getMin() + " to ") + rounds.getMax() + (rounds.getMax() == 1 ? " round" : " rounds");
    }

    private long count(Finding.Outcome outcome) {
        return findings.stream().filter(finding -> finding.outcome() == outcome).count();
    }

    /// What a reader must know of how the figures were made.
    String method() {
        return "Each measurement in a fresh virtual machine, " + rounds()
                + ", contenders in turn, the order reversed from round to round. Medians, in parentheses the least and the most of the rounds. "
                + "A peer gives back where it holds less than a tenth of a burst one second after the free; the others keep."
                + (plan.isQuick() ? " A quick look: measured too briefly to be believed." : "");
    }
}
