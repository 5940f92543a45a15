package dev.hz3.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Two classes that use each other cannot be read one after the other. Inside the boxes there are as few such pairs as these.
final class MutualUseTest {

    /// Each pair that stays, and why. That they are found at all is also the proof that a pair is noticed.
    private static final Map<String, String> PAIRS = Map.of(
            "dev.hz3.heap.cache.CacheTable and dev.hz3.heap.cache.ThreadCache",
            "a cache sends what it has freed to caches that it knows by number, and the table has the numbers",
            "dev.hz3.segment.PackPool and dev.hz3.segment.Segment",
            "a pool is made of its segments, and whoever frees pages of a segment must find the pool that it is in");

    /// The classes that each class uses; a nested class counts as the one around it.
    private static Map<String, Set<String>> uses() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter().importPaths(Layout.library())) {
            type.getDirectDependenciesFromSelf().forEach(dependency -> uses.computeIfAbsent(outermost(type), _ -> new TreeSet<>())
                    .add(outermost(dependency.getTargetClass().getBaseComponentType())));
        }
        return uses;
    }

    private static String outermost(JavaClass type) {
        int nested = type.getName().indexOf('$');
        return nested < 0 ? type.getName() : type.getName().substring(0, nested);
    }

    @Test
    void no_two_classes_use_each_other_but_those_that_have_a_reason() {
        Map<String, Set<String>> uses = uses();
        Set<String> pairs = new TreeSet<>();
        uses.forEach((user, used) -> used.stream()
                .filter(name -> user.compareTo(name) < 0 && uses.getOrDefault(name, Set.of()).contains(user))
                .forEach(name -> pairs.add(user + " and " + name)));
        assertEquals(new TreeSet<>(PAIRS.keySet()), pairs);
        assertTrue(uses.size() > 80, "looked at " + uses.size() + " classes");
    }
}
