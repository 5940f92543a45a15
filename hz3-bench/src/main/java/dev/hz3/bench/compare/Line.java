package dev.hz3.bench.compare;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// A line of the table of goals: one figure with its bar, or the mean of several.
public sealed interface Line permits Goal, Mean {

    /// Where it stands.
    Row row();

    /// What is measured, for a person.
    String title();

    /// Of its figure; empty for a share or a multiple.
    String unit();

    /// Against whom, for a person.
    String against();

    /// The bar, such as `≤ 0.7`; a dash where there is none.
    String barText();

    /// What has to be run for it.
    Stream<Task> tasks();

    /// What is found of it; empty as long as a task of its has not been run.
    ///
    /// @param known what came of a task, if it has been run
    Optional<Finding> judge(Function<Task, Optional<Figures>> known);
}
