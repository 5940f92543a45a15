package dev.hz3.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
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

    private long count(Finding.Outcome outcome) {
        return findings.stream().filter(finding -> finding.outcome() == outcome).count();
    }

    /// What a reader must know of how the figures were made.
    String method() {
        return "Each measurement in a fresh virtual machine, " + plan.rounds() + (plan.rounds() == 1 ? " round" : " rounds")
                + ", contenders in turn, the order reversed from round to round. Medians, in parentheses the least and the most of the rounds. "
                + "A peer gives back where it holds less than a tenth of a burst one second after the free; the others keep."
                + (plan.isQuick() ? " A quick look: measured too briefly to be believed." : "");
    }
}
