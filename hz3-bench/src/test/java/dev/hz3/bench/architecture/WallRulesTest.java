package dev.hz3.bench.architecture;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wall three times: it stands, there is something on both sides of it, and it falls when it is broken.
final class WallRulesTest {

    static final JavaClasses LIBRARY = new ClassFileImporter().importPaths(Layout.atUsers());
    static final JavaClasses PROJECT = new ClassFileImporter().importPaths(
            Stream.concat(Arrays.stream(Layout.atUsers()), Stream.of(Layout.classes(Layout.BENCH))).toArray(Path[]::new));

    private static JavaClasses classesOf(WallRules wall) {
        return wall.isOfTheWholeProject() ? PROJECT : LIBRARY;
    }

    @ParameterizedTest
    @EnumSource
    void a_wall_stands(WallRules wall) {
        wall.rule().check(classesOf(wall));
    }

    @ParameterizedTest
    @EnumSource
    void a_wall_has_something_to_look_at(WallRules wall) {
        long subjects = wall.subjects(classesOf(wall));
        assertTrue(subjects >= wall.leastSubjects(), () -> wall + " saw " + subjects + " of at least " + wall.leastSubjects());
    }

    @ParameterizedTest
    @EnumSource
    void a_wall_falls_when_it_is_broken(WallRules wall) {
        JavaClasses rogues = new ClassFileImporter().importClasses(wall.rogue());
        EvaluationResult result = wall.rule().evaluate(rogues);
        assertEquals(wall.offences(), result.getFailureReport().getDetails().size(), () -> result.getFailureReport().toString());
    }

    @Test
    void all_the_boxes_are_looked_at() {
        assertEquals(
                atUsers().collect(toSet()),
                LIBRARY.stream().map(type -> moduleOf(type.getPackageName())).collect(toSet()));
        assertTrue(LIBRARY.size() >= 60, "saw " + LIBRARY.size() + " classes of the library");
        assertTrue(PROJECT.size() >= LIBRARY.size() + 25, "saw " + PROJECT.size() + " classes of the project");
    }

    private static Stream<String> atUsers() {
        return Stream.of(Layout.LIBRARY, Layout.ADAPTERS).flatMap(List::stream).map(Layout::moduleOf);
    }

    private static String moduleOf(String name) {
        return atUsers()
                .filter(module -> name.equals(module) || name.startsWith(module + "."))
                .findAny()
                .orElse(name);
    }

    @Test
    void every_exception_to_a_wall_is_still_needed() {
        Set<String> statics = LIBRARY.stream()
                .flatMap(type -> type.getFields().stream())
                .map(JavaField::getFullName)
                .collect(toSet());
        assertEquals(
                Set.of(),
                WallRules.CONSTANT_ALL_THE_SAME.keySet().stream().filter(name -> !statics.contains(name)).collect(toSet()));
    }
}
