package dev.hz3.bench.burst;

/// One line of a verdict: a number against its bar.
///
/// @param letter by which people speak of it
/// @param claim what has to be so
/// @param outcome whether it is
/// @param measured the number
/// @param bar what the number had to be
public record Criterion(char letter, String claim, Outcome outcome, String measured, String bar) {

    /// Whether a claim holds.
    public enum Outcome {
        /// It does.
        GO("GO"),
        /// It does not.
        NO_GO("NO-GO"),
        /// This allocator does not tell.
        NOT_APPLICABLE("n/a");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        /// As a table has it.
        public String label() {
            return label;
        }

        static Outcome of(boolean holds) {
            return holds ? GO : NO_GO;
        }
    }
}
