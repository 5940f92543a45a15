package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a class needs once, it needs at the birth of a heap. Later there may be neither stack nor Java memory left, and a class whose initializer fails is lost to
/// the virtual machine for good. Looks at what a virtual machine of its own says it initializes, and on which thread.
class BirthTest {

    private static final Pattern INITIALIZING = Pattern.compile("Initializing '([^']+)'(\\(no method\\))? .*by thread \"([^\"]*)\"");
    private static final String BOXES = "dev/hz3/";

    private static List<Initialized> life = List.of();

    /// A line of the log.
    private record Initialized(String name, boolean hasInitializer, String thread) {

        private static Initialized of(MatchResult line) {
            return new Initialized(line.group(1), line.group(2) == null, line.group(3));
        }

        boolean isOfBox() {
            return name.startsWith(BOXES) && !name.startsWith(nameOf(BirthChild.class));
        }
    }

    @BeforeAll
    static void live(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        ChildProcess.run(BirthChild.class, List.of("-Xlog:class+init=info:file=" + log, "-Xmx64m", "-XX:+UseSerialGC"), 300);
        life = INITIALIZING.matcher(Files.readString(log)).results().map(Initialized::of).toList();
    }

    private static String nameOf(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    /// What is initialized before a mark.
    private static List<Initialized> before(Class<?> mark) {
        return life.subList(0, indexOf(mark));
    }

    private static List<Initialized> after(Class<?> mark) {
        return life.subList(indexOf(mark), life.size());
    }

    private static int indexOf(Class<?> mark) {
        int index = life.stream().map(Initialized::name).toList().indexOf(nameOf(mark));
        assertTrue(index >= 0, mark::getName);
        return index;
    }

    @Test
    void every_class_that_has_an_initializer_has_it_run_when_a_heap_is_born() throws Exception {
        Set<String> born = before(BirthChild.Born.class).stream().map(Initialized::name).collect(Collectors.toSet());
        List<String> all = new ArrayList<>();
        for (Path root : ChildProcess.boxes()) {
            all.addAll(withInitializer(root));
        }
        assertTrue(all.size() >= 40, all::toString);
        assertEquals(List.of(), all.stream().filter(name -> !born.contains(name)).toList());
    }

    /// The classes below a directory, or in a jar, that have an initializer.
    private static List<String> withInitializer(Path root) throws IOException {
        if (Files.isDirectory(root)) {
            return withInitializerBelow(root);
        }
        try (FileSystem jar = FileSystems.newFileSystem(root)) {
            return withInitializerBelow(jar.getPath("/"));
        }
    }

    private static List<String> withInitializerBelow(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(BirthTest::parse)
                    .filter(type -> type.methods().stream().anyMatch(method -> method.methodName().equalsString("<clinit>")))
                    .map(type -> type.thisClass().asInternalName())
                    .toList();
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void no_initializer_runs_later() {
        assertEquals(List.of(), after(BirthChild.Born.class).stream().filter(line -> line.isOfBox() && line.hasInitializer()).toList());
    }

    @Test
    void no_class_is_used_for_the_first_time_by_a_free() {
        List<Initialized> whileFreeing = life.subList(indexOf(BirthChild.Frees.class), indexOf(BirthChild.Trims.class));
        assertEquals(List.of(), whileFreeing.stream().filter(Initialized::isOfBox).toList());
    }

    @Test
    void the_thread_of_the_clock_initializes_nothing() {
        assertEquals(List.of(), life.stream().filter(line -> line.thread().startsWith("hz3-clock")).toList());
        assertTrue(after(BirthChild.Frees.class).stream().anyMatch(line -> line.thread().equals("main")), "other threads are seen");
    }

    /// A free may have to wait for a tick, and a tick for a free.
    @Test
    void the_first_wait_for_a_lock_is_over() {
        assertTrue(before(BirthChild.Born.class).stream().anyMatch(line -> line.name().equals(nameOf(AbstractQueuedSynchronizer.class) + "$Node")));
    }
}
