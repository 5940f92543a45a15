package dev.hz3.bench.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.Set;
import java.util.stream.Stream;

/// Where things are in the project: folders, compiled modules, documents.
final class Layout {

    /// The folders of the boxes that are the library.
    static final List<String> LIBRARY = List.of(
            "hz3-os",
            "hz3-segment",
            "hz3-release-boundary",
            "hz3-release-ledger",
            "hz3-medium-reclaim",
            "hz3-retire-scan",
            "hz3-epoch",
            "hz3-heap");
    /// The folder of the box that observes it.
    static final String BENCH = "hz3-bench";
    /// The machines that tests stand on: no box, because no box requires it.
    static final String TESTING = "hz3-os-testing";

    /// The folders of the drop-ins for other libraries and tools.
    static final List<String> ADAPTERS = List.of("adapters/hz3-management", "adapters/hz3-netty", "adapters/hz3-arrow");
    /// One class in a package of Arrow's, which no module may have: no module, and no box.
    static final String CLASS_PATH_ONLY = "adapters/hz3-arrow-memory-core";

    /// Programs that use the adapters as anybody would: on the class path, no modules, and no boxes.
    static final List<String> EXAMPLES = List.of("adapters/hz3-netty-example", "adapters/hz3-arrow-example");

    private Layout() {}

    /// The directory that has the boxes in it.
    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve("hz3-os"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException("no project around " + Path.of("").toAbsolutePath());
        }
        return at;
    }

    /// Every box's folder.
    static List<String> boxes() {
        return Stream.concat(LIBRARY.stream(), Stream.of(BENCH)).toList();
    }

    /// Every folder that holds a module.
    static List<String> modules() {
        return Stream.of(LIBRARY, List.of(BENCH), List.of(TESTING), ADAPTERS).flatMap(List::stream).toList();
    }

    /// The name that a folder's module must have.
    static String moduleOf(String folder) {
        return "dev." + folder.substring(folder.indexOf('/') + 1).replace('-', '.');
    }

    /// The compiled classes of a box, its descriptor among them.
    static Path classes(String folder) {
        Path classes = root().resolve(folder).resolve("target/classes");
        if (!Files.exists(classes.resolve("module-info.class"))) {
            throw new IllegalStateException(classes + ": not compiled");
        }
        return classes;
    }

    /// The compiled boxes of the library.
    static Path[] library() {
        return LIBRARY.stream().map(Layout::classes).toArray(Path[]::new);
    }

    /// The compiled boxes of the library, and the adapters that stand on them: what users have in their process.
    static Path[] atUsers() {
        return Stream.of(LIBRARY, ADAPTERS).flatMap(List::stream).map(Layout::classes).toArray(Path[]::new);
    }

    /// The source files of a box.
    static List<Path> sources(String folder) {
        try (Stream<Path> files = Files.walk(root().resolve(folder).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The folders at the top, without those that begin with a dot and what a build leaves behind.
    static Set<String> topFolders() {
        try (Stream<Path> files = Files.list(root())) {
            Set<String> names = new TreeSet<>();
            files.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !name.equals("target"))
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file of the project, as text.
    static String text(String path) {
        return text(root().resolve(path));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
