package dev.hz3.bench.architecture;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Compiles and runs modules that are none of ours against the boxes, as a user's build would.
final class OutsiderCompiler {

    private static final String MODULE_PATH =
            Stream.of(Layout.library()).map(Path::toString).collect(joining(File.pathSeparator));

    private final Path output;
    private final List<String> options;

    OutsiderCompiler(Path output) {
        this(output, List.of());
    }

    private OutsiderCompiler(Path output, List<String> options) {
        this.output = output;
        this.options = options;
    }

    /// One for the modules that this one has compiled, which runs them with options of the virtual machine.
    OutsiderCompiler with(String... more) {
        return new OutsiderCompiler(output, List.of(more));
    }

    /// Compiles the sources of one module, path → text.
    ///
    /// @return the errors, none where it compiled
    List<String> errors(Map<String, String> sources) {
        JavaCompiler javac = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "these tests need a JDK");
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((path, text) -> units.add(new Source(path, text)));
        // Without a class path of its own the compiler takes this process's, on which there are no walls.
        List<String> flags = List.of("--module-path", MODULE_PATH, "--class-path", "", "-d", output.toString(), "-proc:none");
        javac.getTask(null, null, diagnostics, flags, null, units).call();
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
                .toList();
    }

    /// Runs a class of the module that was compiled, in a process of its own where native access is allowed to `dev.hz3.os` alone.
    ///
    /// @return what it printed, errors included, and its exit status on a last line
    String run(String module, String mainClass, String... arguments) throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-ea",
                            "--module-path",
                            MODULE_PATH + File.pathSeparator + output,
                            "--enable-native-access=dev.hz3.os",
                            "--illegal-native-access=deny",
                            "--module",
                            module + "/" + mainClass));
            command.addAll(1, options);
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return printed + "status=" + process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
