package dev.hz3.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The jars of peers that the observatory is not compiled against: `hz3-bench/target/peers`, which the build fills. No other run has them on its path.
public final class PeerJars {

    /// The property that says where they are.
    public static final String PROPERTY = "hz3.peers";

    /// What brings one that is missing, but for its name.
    static final String SOURCE = "'mvn package' brings it from Maven Central: ";

    private PeerJars() {}

    /// Where they are, whether it is there or not.
    public static Path directory() {
        return Path.of(System.getProperty(PROPERTY, Path.of(System.getProperty("hz3.bench.output", "target"), "peers").toString()));
    }

    /// All of them; none where nothing was built.
    public static List<Path> all() {
        if (!Files.isDirectory(directory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot be listed: " + directory(), failure);
        }
    }

    /// The one called so, whatever its version.
    static Optional<Path> named(String stem) {
        return all().stream().filter(file -> file.getFileName().toString().startsWith(stem + "-")).findFirst();
    }

    /// Loads the library that lies in the jar called `name`, whatever its version, for as long as the process lives.
    ///
    /// @throws IllegalArgumentException where there is no such jar, no library in it, or one that cannot be loaded
    @SuppressWarnings("restricted") // A library's code is native code; the package's comment says why it is allowed here.
    static SymbolLookup library(String name) {
        String stem = name.substring(0, name.length() - ".jar".length());
        Optional<Path> jar = named(stem);
        if (jar.isEmpty()) {
            throw new IllegalArgumentException("not in " + directory() + ": " + name);
        }
        try (ZipFile zip = new ZipFile(jar.get().toFile())) {
            ZipEntry entry = zip.stream().filter(file -> file.getName().endsWith(".so")).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no library in " + name));
            Path file = Files.createTempFile("hz3-" + stem, ".so");
            try {
                Files.copy(zip.getInputStream(entry), file, StandardCopyOption.REPLACE_EXISTING);
                return SymbolLookup.libraryLookup(file, Arena.global());
            } finally {
                Files.delete(file); // it is mapped, or was refused
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot be read: " + name, failure);
        }
    }
}
