package example.walls;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;

/// For a project that embeds single boxes of hz3: copy this class into your tests, and check it over your classes. On the module path the compiler keeps the first
/// rule for you; on the class path nothing does.
///
///     BoxRules.all().forEach(rule -> rule.check(new ClassFileImporter().importPackages("com.example")));
public final class BoxRules {

    private static final Set<String> BEHIND = Set.of(
            "dev.hz3.segment", "dev.hz3.release.boundary", "dev.hz3.release.ledger", "dev.hz3.medium.reclaim", "dev.hz3.retire.scan", "dev.hz3.epoch",
            "dev.hz3.heap.cache", "dev.hz3.heap.supply");

    /// Nothing reaches the pens: what writes `free_bits`, who holds a block, and bare addresses.
    public static final ArchRule NOTHING_REACHES_THE_PENS = noClasses()
            .should().dependOnClassesThat().resideInAnyPackage("dev.hz3.segment.bits", "dev.hz3.segment.states", "dev.hz3.os.raw")
            .because("a page that two can free will one day be freed twice");

    /// Nothing purges pages round the ledger, or borrows them for it.
    public static final ArchRule PAGES_ARE_PURGED_BY_THE_LEDGER = noClasses()
            .should().accessTargetWhere(describe("purge or lend pages", (JavaAccess<?> access) ->
                    access.getName().equals("purge") && access.getTargetOwner().isAssignableTo("dev.hz3.os.OperatingSystem")
                            || access.getName().equals("lend") && access.getTargetOwner().getName().equals("dev.hz3.release.boundary.ReleaseBoundary")))
            .because("purging live data is the one mistake that cannot be made good");

    /// What uses the heap uses its front door, and no box behind it.
    public static final ArchRule THE_HEAP_IS_USED_BY_ITS_FRONT_DOOR = noClasses()
            .that(describe("use the heap", (JavaClass type) -> type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(used -> used.getTargetClass().getName().equals("dev.hz3.heap.NativeHeap"))))
            .should().dependOnClassesThat(describe("stand behind it", (JavaClass type) -> BEHIND.contains(type.getPackageName())))
            .because("what the heap holds is the heap's: a page that somebody else releases is in two places")
            .allowEmptyShould(true); // who uses single boxes may have no heap at all

    private BoxRules() {}

    /// All of them.
    public static List<ArchRule> all() {
        return List.of(NOTHING_REACHES_THE_PENS, PAGES_ARE_PURGED_BY_THE_LEDGER, THE_HEAP_IS_USED_BY_ITS_FRONT_DOOR);
    }

    /// How many of them `classes` break.
    public static long broken(JavaClasses classes) {
        return all().stream().filter(rule -> rule.evaluate(classes).hasViolation()).count();
    }
}
