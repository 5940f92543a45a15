package dev.hz3.bench.architecture;

import static java.util.stream.Collectors.toSet;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The walls between the modules are those that the documents draw (I8), and the pen has one grant (I1).
final class ModuleWallsTest {

    private static final int BOXES = 9;
    private static final int ADAPTERS = 3;
    private static final int ARROWS = 10;
    private static final Pattern NAMED = Pattern.compile("dev\\.hz3(\\.[a-z]+)+");

    private final Picture picture = Picture.read();
    private final Map<String, ModuleDescriptor> modules = Layout.modules().stream()
            .map(ModuleWallsTest::descriptor)
            .collect(toMap(ModuleDescriptor::name, descriptor -> descriptor));

    private static ModuleDescriptor descriptor(String folder) {
        return ModuleFinder.of(Layout.classes(folder)).find(Layout.moduleOf(folder)).orElseThrow().descriptor();
    }

    private static Set<String> arrowsOf(ModuleDescriptor module) {
        return module.requires().stream()
                .map(ModuleDescriptor.Requires::name)
                .filter(name -> name.startsWith("dev.hz3."))
                .collect(toSet());
    }

    // ---- the picture ---------------------------------------------------------------------------------------------

    @Test
    void the_picture_draws_nine_boxes_and_ten_arrows_and_the_test_machines_and_each_adapter_with_one() {
        assertEquals(BOXES + 1 + ADAPTERS, picture.arrows().size());
        assertEquals(ARROWS + 1 + ADAPTERS, picture.arrows().values().stream().mapToInt(Set::size).sum());
        assertEquals(modules.keySet(), picture.arrows().keySet());
    }

    @Test
    void the_arrows_drawn_are_all_the_arrows() {
        assertAll(modules.values().stream().map(module -> () ->
                assertEquals(picture.arrows().get(module.name()), arrowsOf(module), module.name())));
    }

    @Test
    void an_arrow_that_is_drawn_but_not_required_is_noticed() {
        Picture wrong = Picture.parse(Layout.text("docs/architecture.md")
                .replace("    dev.hz3.segment --> dev.hz3.os\n", "    dev.hz3.segment --> dev.hz3.os\n    dev.hz3.epoch --> dev.hz3.os\n"));
        assertNotEquals(wrong.arrows().get("dev.hz3.epoch"), arrowsOf(descriptor("hz3-epoch")));
    }

    @Test
    void each_arrow_is_a_dependency_in_the_pom_and_no_dependency_is_without_an_arrow() {
        Pattern dependency = Pattern.compile("<artifactId>(hz3-[a-z-]+)</artifactId></dependency>");
        assertAll(Layout.modules().stream().map(folder -> () -> {
            Set<String> required = new TreeSet<>();
            Matcher matcher = dependency.matcher(Layout.text(folder + "/pom.xml"));
            while (matcher.find()) {
                required.add(Layout.moduleOf(matcher.group(1)));
            }
            assertEquals(picture.arrows().get(Layout.moduleOf(folder)), required, folder);
        }));
    }

    @Test
    void no_source_file_names_what_its_box_cannot_reach() {
        List<String> offences = new ArrayList<>();
        int files = 0;
        for (String folder : Layout.modules()) {
            Set<String> reachable = picture.reachable(Layout.moduleOf(folder));
            for (Path file : Layout.sources(folder)) {
                files++;
                if (!file.endsWith("module-info.java")) {
                    offences.addAll(unreachable(code(Layout.text(file)), reachable, file.getFileName().toString()));
                }
            }
        }
        assertEquals(List.of(), offences);
        assertTrue(files > 70, "looked at " + files + " files");
    }

    @Test
    void a_source_file_that_names_what_it_cannot_reach_is_noticed() {
        Set<String> reachable = picture.reachable("dev.hz3.release.boundary");
        assertEquals(1, unreachable("import dev.hz3.release.ledger.ReleaseLedger;", reachable, "Rogue.java").size());
        assertEquals(1, unreachable("new dev.hz3.heap.HeapStats();", reachable, "Rogue.java").size());
        assertEquals(1, unreachable("import static dev.hz3.os.testing.Any.NAME;", reachable, "Rogue.java").size());
        assertEquals(0, unreachable("import static dev.hz3.os.raw.Any.NAME;", reachable, "Fine.java").size());
        assertEquals(0, unreachable(code("/// [dev.hz3.heap.NativeHeap]\nint x; // dev.hz3.heap\n"), reachable, "Fine.java").size());
    }

    @Test
    void an_adapter_stands_on_the_heap_and_on_what_it_serves() {
        assertEquals(ADAPTERS, Layout.ADAPTERS.size());
        int files = 0;
        for (String folder : Layout.ADAPTERS) {
            ModuleDescriptor adapter = descriptor(folder);
            assertEquals(Set.of("dev.hz3.heap"), arrowsOf(adapter), folder);
            assertTrue(adapter.exports().stream().noneMatch(Exports::isQualified) && adapter.opens().isEmpty(), folder);
            for (Path file : Layout.sources(folder)) {
                files++;
                assertEquals(List.of(), unreachable(code(Layout.text(file)), Set.of(adapter.name(), "dev.hz3.heap"), file.toString()));
            }
        }
        assertTrue(files >= 4 * ADAPTERS, "looked at " + files + " files");
        assertEquals(1, unreachable("import dev.hz3.segment.SizeClasses;", Set.of("dev.hz3.netty", "dev.hz3.heap"), "Rogue.java").size());
    }

    @Test
    void the_test_machines_are_in_no_jar_of_the_library_and_in_no_pom_but_for_tests() {
        Set<String> with = Layout.modules().stream()
                .filter(folder -> descriptor(folder).packages().contains(Layout.moduleOf(Layout.TESTING)))
                .collect(toSet());
        assertEquals(Set.of(Layout.TESTING), with);
        List<String> offences = new ArrayList<>();
        int users = 0;
        for (String folder : Layout.modules()) {
            for (String line : Layout.text(folder + "/pom.xml").lines().filter(line -> line.contains("<groupId>") && line.contains(Layout.TESTING)).toList()) {
                users++;
                if (!line.contains("<scope>test</scope>")) {
                    offences.add(folder + ": " + line.strip());
                }
            }
        }
        assertEquals(List.of(), offences);
        assertEquals(BOXES - 1, users); // all but the machine
    }

    /// Comments and texts may name anything.
    private static String code(String source) {
        return source.replaceAll("(?m)//.*$", "").replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("\"(\\\\.|[^\"\\\\\\n])*\"", "\"\"");
    }

    private List<String> unreachable(String code, Set<String> reachable, String where) {
        List<String> found = new ArrayList<>();
        Matcher named = NAMED.matcher(code);
        while (named.find()) {
            String module = moduleOf(named.group());
            if (!reachable.contains(module)) {
                found.add(where + " names " + named.group());
            }
        }
        return found;
    }

    /// The module with the longest name that a package begins with.
    private String moduleOf(String name) {
        return picture.arrows().keySet().stream()
                .filter(module -> name.equals(module) || name.startsWith(module + "."))
                .max((a, b) -> Integer.compare(a.length(), b.length()))
                .orElse(name);
    }

    // ---- the grants ----------------------------------------------------------------------------------------------

    /// The packages that one module alone may use: each is a pen, and this is its writer.
    private static final Map<String, String> PENS = Map.of(
            "dev.hz3.segment.bits", "dev.hz3.release.boundary",
            "dev.hz3.segment.states", "dev.hz3.heap",
            "dev.hz3.os.raw", "dev.hz3.segment");

    @Test
    void each_pen_is_exported_to_its_one_writer_and_to_nobody_else() {
        Map<String, Set<String>> granted = new TreeMap<>();
        for (String folder : Layout.LIBRARY) {
            for (Exports export : descriptor(folder).exports()) {
                if (PENS.containsKey(export.source())) {
                    granted.put(export.source(), export.targets());
                }
            }
        }
        assertEquals(PENS.keySet(), granted.keySet());
        PENS.forEach((pen, writer) -> assertEquals(Set.of(writer), granted.get(pen), pen));
    }

    @Test
    void there_is_no_other_grant_and_every_grant_names_a_module_that_exists() {
        for (String folder : Layout.LIBRARY) {
            ModuleDescriptor module = descriptor(folder);
            for (Exports export : module.exports()) {
                boolean isPen = PENS.containsKey(export.source());
                assertEquals(isPen, export.isQualified(), module.name() + " exports " + export);
                assertTrue(modules.keySet().containsAll(export.targets()), () -> module.name() + " exports " + export);
            }
            assertEquals(Set.of(), module.opens(), module.name());
            assertTrue(!module.isOpen(), module.name());
        }
    }

    @Test
    void the_lower_floors_of_the_heap_are_exported_to_nobody() {
        ModuleDescriptor heap = descriptor("hz3-heap");
        assertEquals(Set.of("dev.hz3.heap", "dev.hz3.heap.cache", "dev.hz3.heap.supply"), heap.packages());
        assertEquals(Set.of("dev.hz3.heap"), heap.exports().stream().map(Exports::source).collect(toSet()));
    }

    @Test
    void a_library_module_requires_the_boxes_below_it_and_nothing_else_at_run_time() {
        assertAll(Layout.LIBRARY.stream().map(folder -> () -> {
            Set<String> foreign = descriptor(folder).requires().stream()
                    .filter(requires -> !requires.modifiers().contains(Modifier.STATIC))
                    .map(ModuleDescriptor.Requires::name)
                    .filter(name -> !name.startsWith("dev.hz3.") && !name.equals("java.base"))
                    .collect(toSet());
            assertEquals(Set.of(), foreign, folder);
        }));
    }

    // ---- names and sentences -------------------------------------------------------------------------------------

    @Test
    void the_top_folders_are_the_nine_boxes_the_test_machines_the_adapters_and_the_documents() {
        Set<String> expected = new TreeSet<>(Layout.boxes());
        expected.addAll(List.of(Layout.TESTING, "adapters", "bin", "docs", "hz3-bom"));
        assertEquals(expected, Layout.topFolders());
        assertEquals(BOXES, Layout.boxes().size());
    }

    @Test
    void the_poms_build_the_nine_boxes_the_test_machines_and_the_adapters() {
        Set<String> expected = new TreeSet<>(Layout.boxes());
        expected.addAll(List.of(Layout.TESTING, "adapters", "hz3-bom"));
        assertEquals(expected, built("pom.xml", ""));
        Set<String> adapters = new TreeSet<>(Layout.ADAPTERS);
        adapters.add(Layout.CLASS_PATH_ONLY);
        adapters.addAll(Layout.EXAMPLES);
        assertEquals(adapters, built("adapters/pom.xml", "adapters/"));
    }

    @Test
    void the_bill_of_materials_names_every_artifact_that_a_user_may_want() {
        Set<String> expected = new TreeSet<>(Layout.LIBRARY);
        expected.add(Layout.TESTING);
        Stream.concat(Layout.ADAPTERS.stream(), Stream.of(Layout.CLASS_PATH_ONLY)).forEach(folder -> expected.add(folder.substring(folder.indexOf('/') + 1)));
        Matcher artifact = Pattern.compile("<dependency><groupId>dev.hz3</groupId><artifactId>(.+?)</artifactId>").matcher(Layout.text("hz3-bom/pom.xml"));
        assertEquals(expected, artifact.results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Set<String> built(String pom, String prefix) {
        Matcher module = Pattern.compile("<module>(.+?)</module>").matcher(Layout.text(pom));
        Set<String> built = new TreeSet<>();
        while (module.find()) {
            built.add(prefix + module.group(1));
        }
        return built;
    }

    @Test
    void a_module_and_its_root_package_have_the_name_of_their_folder() {
        assertAll(Layout.modules().stream().map(folder -> () -> {
            ModuleDescriptor module = descriptor(folder);
            assertTrue(module.packages().contains(module.name()), module + " has no package of its name");
            assertTrue(module.packages().stream().allMatch(name -> name.equals(module.name()) || name.startsWith(module.name() + ".")),
                    () -> module.name() + " has packages " + module.packages());
        }));
    }

    @Test
    void the_one_sentence_of_a_box_is_the_same_in_the_documents_the_module_and_the_pom() {
        assertEquals(Layout.modules(), List.copyOf(picture.sentences().keySet()));
        assertAll(picture.sentences().entrySet().stream().map(box -> () -> {
            String folder = box.getKey();
            String sentence = box.getValue();
            assertEquals(sentence, moduleComment(folder), "module comment of " + folder);
            assertEquals(sentence.replace("`", ""), pomDescription(folder).replace("`", ""), "description in the pom of " + folder);
            assertTrue(Layout.text("README.md").contains(sentence), "README on " + folder);
        }));
    }

    private static String moduleComment(String folder) {
        return String.join(" ", Layout.text(folder + "/src/main/java/module-info.java")
                .lines()
                .filter(line -> line.startsWith("/// "))
                .map(line -> line.substring(4))
                .toList());
    }

    private static String pomDescription(String folder) {
        Matcher description = Pattern.compile("<description>(.+?)</description>").matcher(Layout.text(folder + "/pom.xml"));
        assertTrue(description.find(), folder);
        return description.group(1);
    }

    // ---- the picture's classes -----------------------------------------------------------------------------------

    @Test
    void every_class_that_the_architecture_page_names_exists() {
        Set<String> known = Layout.modules().stream()
                .flatMap(folder -> Stream.concat(Layout.sources(folder).stream(), tests(folder)))
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(toSet());
        String pointers = Layout.text("docs/architecture.md");
        Set<String> missing = new TreeSet<>();
        // `ThreadCache.free` names a class; `HeapStats` does; words in code style without a second capital are not asked about.
        Matcher name = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?:[.(#][^`]*)?`").matcher(pointers);
        int names = 0;
        while (name.find()) {
            names++;
            if (!known.contains(name.group(1)) && !FOREIGN.contains(name.group(1))) {
                missing.add(name.group(1));
            }
        }
        assertEquals(Set.of(), missing);
        assertTrue(names > 60, "saw " + names + " names");
    }

    /// Names of the JDK and of the ancestor that the page uses.
    private static final Set<String> FOREIGN = Set.of(
            "MemorySegment", "IllegalArgumentException", "IllegalStateException", "OutOfMemoryError", "ThreadLocal", "ModuleFinder",
            "Hz3ReleaseReason", "Hz3SegHdr", "Hz3SegMeta", "SegmentAllocator");

    private static Stream<Path> tests(String folder) {
        Path tests = Layout.root().resolve(folder).resolve("src/test/java");
        try (Stream<Path> files = Files.exists(tests) ? Files.walk(tests) : Stream.empty()) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
