package dev.hz3.bench.compare;

import java.util.Optional;

/// What was found of a line of the table.
///
/// @param line which
/// @param own this heap's figure
/// @param rival who it is compared with
/// @param rivalSpread the rival's figure
/// @param value what stands against the bar: the ratio of the medians, or the figure itself where there is no rival
/// @param outcome whether the goal is met
public record Finding(
        Line line, Optional<Spread> own, Optional<Contender> rival, Optional<Spread> rivalSpread, double value, Outcome outcome) {

    /// Whether a goal is met.
    public enum Outcome {
        /// It is.
        MET("met", false),
        /// It is not.
        MISSED("missed", true),
        /// There is no bar: the figure counts in a mean, or is there to be read.
        NOTED("—", false),
        /// This heap has no figure: as bad as a miss.
        NOT_MEASURED("not measured", true),
        /// No peer of the kind is on the machine: nothing is said.
        NO_RIVAL("no such peer here", false);

        private final String label;
        private final boolean isMiss;

        Outcome(String label, boolean isMiss) {
            this.label = label;
            this.isMiss = isMiss;
        }

        /// For a person.
        public String label() {
            return label;
        }

        /// Whether the comparison fails by it.
        public boolean isMiss() {
            return isMiss;
        }
    }
}
