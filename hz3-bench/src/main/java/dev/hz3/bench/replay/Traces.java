package dev.hz3.bench.replay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where recordings are found.
public final class Traces {

    private Traces() {}

    /// The recording called `name`: a file, or one of those that come with the project.
    public static Optional<Path> named(String name) {
        return List.of(
                        Path.of(name),
                        Path.of("hz3-bench", "traces", name + ".oht.gz"),
                        Path.of("traces", name + ".oht.gz"),
                        Path.of(System.getProperty("hz3.traces", "hz3-bench/traces"), name + ".oht.gz"))
                .stream()
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
