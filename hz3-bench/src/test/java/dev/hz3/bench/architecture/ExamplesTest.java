package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.hz3.bench.architecture.rogue.RogueWriter;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples of the documents, each a module of somebody else's, compiled and run.
final class ExamplesTest {

    private static final String EXAMPLES = "docs/examples/";
    private static final String BOX_RULES = EXAMPLES + "architecture-test/example/walls/BoxRules.java";

    @TempDir
    private Path output = Path.of("");

    @Test
    void the_page_cache_compiles_and_its_evicted_pages_leave_the_process() throws InterruptedException {
        String folder = EXAMPLES + "page-cache/";
        OutsiderCompiler compiler = new OutsiderCompiler(output);
        assertEquals(List.of(), compiler.errors(Map.of(
                "module-info.java", Layout.text(folder + "module-info.java"),
                "example/pagecache/PageCache.java", Layout.text(folder + "example/pagecache/PageCache.java"))));
        String printed = compiler.run("example.pagecache", "example.pagecache.PageCache");
        Matcher said = Pattern.compile("full=(\\d+) purged=(\\d+) left=(\\d+) page=page 990\nstatus=0").matcher(printed);
        assertTrue(said.matches(), printed);
        assertEquals(900, Long.parseLong(said.group(2)), printed);
        assertEquals(900L * 4096, Long.parseLong(said.group(1)) - Long.parseLong(said.group(3)), printed);
    }

    @Test
    void a_memory_of_ones_own_has_its_pages_purged_by_the_ledger() throws InterruptedException, IOException {
        String folder = EXAMPLES + "file-mapping/";
        OutsiderCompiler compiler = new OutsiderCompiler(output);
        assertEquals(List.of(), compiler.errors(Map.of(
                "module-info.java", Layout.text(folder + "module-info.java"),
                "example/filemapping/FileMemory.java", Layout.text(folder + "example/filemapping/FileMemory.java"),
                "example/filemapping/Example.java", Layout.text(folder + "example/filemapping/Example.java"))));
        Path file = output.resolve("memory");
        String said = "purged=50 pages, 204800 bytes; released page reads 0, kept page reads 2\nstatus=0";
        assertEquals(said, compiler.run("example.filemapping", "example.filemapping.Example", file.toString()));
        assertTrue(Files.size(file) >= 8L << 20);

        Path temporary = Files.createDirectory(output.resolve("temporary"));
        assertEquals(said, compiler.with("-Djava.io.tmpdir=" + temporary).run("example.filemapping", "example.filemapping.Example"), "without a file");
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
        assertEquals("Usage: Example [FILE]\nstatus=2", compiler.run("example.filemapping", "example.filemapping.Example", "one", "two"));
    }

    @Test
    void the_architecture_test_to_copy_passes_what_is_right_and_catches_what_is_wrong() throws ReflectiveOperationException, IOException {
        Path source = Files.createDirectories(output.resolve("walls")).resolve("BoxRules.java");
        Files.writeString(source, Layout.text(BOX_RULES));
        Path breach = source.resolveSibling("Breach.java");
        Files.writeString(breach, """
                package example.walls;
                class Breach {
                    void purge(dev.hz3.os.OperatingSystem os, dev.hz3.os.PurgeBatch batch) { os.purge(batch); }
                    void behind(dev.hz3.heap.NativeHeap heap, dev.hz3.segment.AddressMap map) { heap.trim(); map.unreserve(); }
                }
                """);
        int status = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler()).run(null, null, null,
                "-d", output.toString(), "-proc:none", "-classpath", System.getProperty("java.class.path"), source.toString(), breach.toString());
        assertEquals(0, status);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {output.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> rules = loader.loadClass("example.walls.BoxRules");
            var broken = rules.getMethod("broken", JavaClasses.class);
            ClassFileImporter importer = new ClassFileImporter();
            assertEquals(2L, broken.invoke(null, importer.importPath(output.resolve("example/walls/Breach.class"))), "purges, and goes behind the heap");
            assertEquals(1L, broken.invoke(null, importer.importClasses(RogueWriter.class)), "reaches the pen");
            assertEquals(0L, broken.invoke(null, importer.importPaths(Stream.of("netty", "arrow", "management")
                    .map(name -> Layout.classes("adapters/hz3-" + name)).toList())), "the adapters are as they should be");
        }
    }
}
