package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ways in which an application may allow native access, as docs/faq.md has them; in each of them whatever is not allowed is refused.
final class NativeAccessTest {

    private static final String DENY = "--illegal-native-access=deny";
    private static final String CLASS_PATH = Stream.of(Layout.library()).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    private static final String SOURCE = """
            package app;
            public class App {
                public static void main(String[] args) {
                    try {
                        dev.hz3.heap.NativeHeap.create().close();
                    } catch (IllegalCallerException e) {
                        System.out.println("again");    // what is refused once is refused in the same words ever after
                    }
                    try (var heap = dev.hz3.heap.NativeHeap.create()) {
                        heap.free(heap.allocate(100));
                        System.out.println("live=" + heap.stats().liveBytes());
                    }
                }
            }
            """;

    @TempDir
    private Path output = Path.of("");

    @BeforeEach
    void compile() {
        assertEquals(List.of(), new OutsiderCompiler(output).errors(Map.of("module-info.java", "module app { requires dev.hz3.heap; }", "app/App.java", SOURCE)));
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return printed + "status=" + process.waitFor();
    }

    private static void requireRefused(String printed) {
        assertTrue(printed.startsWith("again\nException in thread \"main\" java.lang.IllegalCallerException: ") && printed.endsWith("status=1"), printed);
    }

    @Test
    void on_the_module_path_one_module_is_named() throws Exception {
        String path = CLASS_PATH + File.pathSeparator + output;
        assertEquals("live=0\nstatus=0", run("-p", path, DENY, "--enable-native-access=dev.hz3.os", "-m", "app/app.App"));
        requireRefused(run("-p", path, DENY, "--enable-native-access=dev.hz3.heap", "-m", "app/app.App"));
    }

    @Test
    void on_the_class_path_all_of_it_is() throws Exception {
        String path = CLASS_PATH + File.pathSeparator + output;
        assertEquals("live=0\nstatus=0", run("-cp", path, DENY, "--enable-native-access=ALL-UNNAMED", "app.App"));
        requireRefused(run("-cp", path, DENY, "app.App"));
        String warned = run("-cp", path, "app.App"); // as the virtual machine does by itself today
        assertTrue(warned.contains("WARNING") && warned.contains("live=0\n") && warned.endsWith("status=0"), warned);
    }

    @Test
    void the_manifest_of_an_application_that_is_one_jar_says_it() throws Exception {
        String printed = run(DENY, "-jar", jar("allowed.jar", true).toString());
        assertEquals("live=0\nstatus=0", printed);
        requireRefused(run(DENY, "-jar", jar("silent.jar", false).toString()));
        assertFalse(run("-jar", jar("allowed.jar", true).toString()).contains("WARNING"));
    }

    private Path jar(String name, boolean isAllowed) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, "app.App");
        main.put(Attributes.Name.CLASS_PATH, Stream.of(Layout.library()).map(path -> path.toUri().toString()).collect(Collectors.joining(" ")));
        if (isAllowed) {
            main.putValue("Enable-Native-Access", "ALL-UNNAMED");
        }
        Path jar = output.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(file, manifest)) {
            entries.putNextEntry(new java.util.zip.ZipEntry("app/App.class"));
            entries.write(Files.readAllBytes(output.resolve("app/App.class")));
            entries.closeEntry();
        }
        return jar;
    }
}
