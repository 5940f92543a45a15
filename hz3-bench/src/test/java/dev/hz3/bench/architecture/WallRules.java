package dev.hz3.bench.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveModifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.hz3.bench.architecture.rogue.RogueBorrower;
import dev.hz3.bench.architecture.rogue.RogueChatter;
import dev.hz3.bench.architecture.rogue.RogueDigger;
import dev.hz3.bench.architecture.rogue.RogueHolder;
import dev.hz3.bench.architecture.rogue.RogueManager;
import dev.hz3.bench.architecture.rogue.RogueNative;
import dev.hz3.bench.architecture.rogue.RoguePurger;
import dev.hz3.bench.architecture.rogue.RogueStatics;
import dev.hz3.bench.architecture.rogue.RogueWriter;
import dev.hz3.bench.architecture.rogue.heap.cache.RogueCache;
import dev.hz3.bench.architecture.rogue.heap.supply.RogueSupply;
import dev.hz3.os.OperatingSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.segment.Segment;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// The walls that the compiler does not keep, as sentences with a reason.
///
/// `accessTargetWhere` sees calls, field accesses and method references alike; `callMethodWhere` would not see the last.
@SuppressWarnings("ImmutableEnumChecker") // rules and functions of a library that does not say that they do not change
enum WallRules {

    FREE_BITS_HAVE_ONE_WRITER(
            noClasses()
                    .that().resideOutsideOfPackage(Names.BOUNDARY)
                    .should().accessTargetWhere(Names.WRITES_FREE_BITS)
                    .as("only the release boundary writes free_bits (I1)")
                    .because("a page that two boxes can free will one day be freed twice"),
            accesses(Names.WRITES_FREE_BITS), 6, RogueWriter.class, 4),

    THE_PEN_IS_HELD_BY_THE_BOUNDARY(
            noClasses()
                    .that().resideOutsideOfPackages(Names.BOUNDARY, Names.PEN)
                    .and().doNotBelongToAnyOf(Segment.class)
                    .should().dependOnClassesThat().resideInAPackage(Names.PEN)
                    .orShould().accessTargetWhere(Names.ASKS_FOR_THE_PEN)
                    .as("only the release boundary takes a segment's bits in hand; the segment itself reads them (I1)")
                    .because("whoever holds the pen can write, and whoever holds its monitor can stop the door"),
            accesses(Names.ASKS_FOR_THE_PEN), 3, RogueHolder.class, 4),

    PAGES_ARE_PURGED_BY_THE_LEDGER(
            noClasses()
                    .that().resideOutsideOfPackages("dev.hz3.os..", Names.JMH) // a benchmark of the machine is one of purging
                    .should().accessTargetWhere(describe("purge, but not in the ledger's two places", Names.PURGES
                            .and(describe("not in the ledger's two places", access -> !Names.MAY_PURGE.contains(
                                    access.getOriginOwner().getName() + "." + access.getOrigin().getName())))))
                    .as("only the ledger purges: what is lent to its round, and what is left in segments that are closed (I5)")
                    .because("purging live data is the one mistake that cannot be made good"),
            accesses(Names.PURGES), 2, RoguePurger.class, 2),

    PAGES_ARE_LENT_TO_THE_LEDGER(
            noClasses()
                    .that().resideOutsideOfPackages(Names.BOUNDARY, "dev.hz3.release.ledger", Names.JMH)
                    .should().accessTargetWhere(Names.LENDS)
                    .as("only the ledger borrows pages (I5)")
                    .because("lent pages are nobody's, and a heap that wakes up must not wait for a second borrower"),
            accesses(Names.LENDS), 1, RogueBorrower.class, 1),

    SUPPLY_KNOWS_NEITHER_CACHES_NOR_HEAP(
            noClasses()
                    .that().resideInAPackage(Names.SUPPLY)
                    .should().dependOnClassesThat().resideInAnyPackage(Names.HEAP, Names.CACHE)
                    .as("inside the heap's box, where blocks come from knows neither caches nor the heap")
                    .because("the arrows go down, heap to cache to supply, or the three are one"),
            standIn(Names.SUPPLY), 4, RogueSupply.class, 4),

    CACHES_DO_NOT_KNOW_THE_HEAP(
            noClasses()
                    .that().resideInAPackage(Names.CACHE)
                    .should().dependOnClassesThat().resideInAPackage(Names.HEAP)
                    .as("inside the heap's box, caches know where blocks come from and not the heap")
                    .because("the arrows go down, heap to cache to supply, or the three are one"),
            standIn(Names.CACHE), 7, RogueCache.class, 4),

    NATIVE_CODE_IS_CALLED_IN_ONE_BOX(
            CompositeArchRule.of(noClasses()
                            .that().resideOutsideOfPackages("dev.hz3.os..", "dev.hz3.bench.peers") // the peers are native code
                            .should().accessTargetWhere(Names.IS_RESTRICTED))
                    .and(noMethods().should(haveModifier(JavaModifier.NATIVE)))
                    .as("native code is called in dev.hz3.os alone (I7); the observatory's peers are native code themselves")
                    .because("--enable-native-access=dev.hz3.os is all that a user should have to type"),
            accesses(Names.IS_RESTRICTED), 10, RogueNative.class, 5),

    NOBODY_GOES_ROUND_THE_WALLS(
            noClasses()
                    .should().dependOnClassesThat().resideInAnyPackage("java.lang.reflect..", "sun..", "jdk.internal..")
                    .orShould().accessTargetWhere(describe("look up by force", access -> access.getName().equals("privateLookupIn")
                            || access.getName().equals("forName") && access.getTargetOwner().isEquivalentTo(Class.class)))
                    .as("the library uses neither reflection nor what the JDK keeps for itself")
                    .because("a wall that can be walked round is a drawing"),
            accesses(describe("use method handles, the lawful way", access ->
                    access.getTargetOwner().isEquivalentTo(MethodHandles.Lookup.class))), 2, RogueDigger.class, 4),

    THE_LIBRARY_IS_SILENT(
            noClasses()
                    .should().accessTargetWhere(describe("print or log, but in the two places", Names.SPEAKS
                            .and(describe("not in the two places", access -> !Names.MAY_PRINT.contains(
                                    access.getOriginOwner().getName() + "." + access.getOrigin().getName())))))
                    .as("the library neither prints nor logs, but for what it was asked to say at its exit, and an option that there is not")
                    .because("the output of a process belongs to the application"),
            accesses(Names.SPEAKS), 2, RogueChatter.class, 4),

    NOTHING_STATIC_CHANGES(
            fields()
                    .that().areStatic()
                    .and().doNotHaveModifier(JavaModifier.SYNTHETIC)
                    .should(notChange())
                    .as("the library has no static state that changes")
                    .because("two heaps in one process know nothing of each other"),
            classes -> classes.stream()
                    .flatMap(type -> type.getFields().stream())
                    .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                    .count(),
            60, RogueStatics.class, 3),

    A_NAME_SAYS_WHAT_A_CLASS_IS(
            noClasses()
                    .that().resideOutsideOfPackage("..jmh_generated..")
                    .should(haveANameThatSaysNothing())
                    .as("no class is an Impl, a Util, a Manager, a Helper or a Common, a second or a new one")
                    .because("such a name says that nobody knew the noun"),
            JavaClasses::size, 90, RogueManager.class, 1);

    /// Static finals whose type could change, and why each does not. [WallRulesTest] looks that all of them still exist.
    static final Map<String, String> CONSTANT_ALL_THE_SAME = Map.ofEntries(
            Map.entry("dev.hz3.heap.NativeHeap.NUMBERS", "numbers heaps, for the names of their threads; nothing is decided by it"),
            Map.entry("dev.hz3.heap.OptionProperties.REPORTED", "which wrong options were reported in this process; nothing is decided by it"),
            Map.entry("dev.hz3.epoch.EpochStep.NOTHING", "a lambda without state"),
            Map.entry("dev.hz3.os.raw.RawMemory.ALL", "a view of all addresses: what it shows changes, and belongs to the tables of single heaps"),
            Map.entry("dev.hz3.release.boundary.ReleaseSink.KEEP", "a lambda without state"),
            Map.entry("dev.hz3.segment.PackPool.NOBODYS", "a sentinel: lists nothing, because the one segment it is home to is in no map"),
            Map.entry("dev.hz3.segment.Segment.NOWHERE", "a sentinel: the boundary refuses it, and nobody else writes a segment's bits"),
            Map.entry("dev.hz3.segment.SizeClasses.BYTES", "a private table, filled while the class is initialized"),
            Map.entry("dev.hz3.segment.SizeClasses.BY_GRANULES", "a private table, filled while the class is initialized"),
            Map.entry("dev.hz3.segment.SizeClasses.PAGES", "a private table, filled while the class is initialized"),
            Map.entry("dev.hz3.segment.SizeClasses.RECIPROCALS", "a private table, filled while the class is initialized"),
            Map.entry("dev.hz3.heap.cache.BlockStacks.NOTHING", "an array without elements"));

    private final ArchRule rule;
    private final ToLongFunction<JavaClasses> subjects;
    private final int leastSubjects;
    private final Class<?> rogue;
    private final int offences;

    /// @param subjects counts, over the whole project, the things that the rule is about, lawful ones included
    /// @param leastSubjects with fewer than that the rule looks past what it means
    /// @param rogue breaks the rule
    /// @param offences how often
    WallRules(ArchRule rule, ToLongFunction<JavaClasses> subjects, int leastSubjects, Class<?> rogue, int offences) {
        this.rule = rule;
        this.subjects = subjects;
        this.leastSubjects = leastSubjects;
        this.rogue = rogue;
        this.offences = offences;
    }

    ArchRule rule() {
        return rule;
    }

    /// The rule in words, without its reason.
    String sentence() {
        return rule.getDescription().replaceFirst(", because .*", "");
    }

    long subjects(JavaClasses classes) {
        return subjects.applyAsLong(classes);
    }

    int leastSubjects() {
        return leastSubjects;
    }

    Class<?> rogue() {
        return rogue;
    }

    int offences() {
        return offences;
    }

    /// Whether the rule is about the observatory too.
    boolean isOfTheWholeProject() {
        return switch (this) {
            case NOBODY_GOES_ROUND_THE_WALLS, THE_LIBRARY_IS_SILENT, NOTHING_STATIC_CHANGES -> false;
            default -> true;
        };
    }

    private static ToLongFunction<JavaClasses> accesses(Predicate<? super JavaAccess<?>> wanted) {
        return classes -> classes.stream()
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(wanted)
                .count();
    }

    private static ToLongFunction<JavaClasses> standIn(String floor) {
        return classes -> classes.stream().filter(JavaClass.Predicates.resideInAPackage(floor)).count();
    }

    private static ArchCondition<JavaClass> haveANameThatSaysNothing() {
        return new ArchCondition<>("have such a name") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String name = type.getSimpleName(); // empty where the class is anonymous
                boolean saysNothing = name.matches("New[A-Z].*|.*(Impl|Utils?|Managers?|Helpers?|Common|2)");
                events.add(new SimpleConditionEvent(type, saysNothing, type.getDescription() + " is named so"));
            }
        };
    }

    private static ArchCondition<JavaField> notChange() {
        return new ArchCondition<>("be final, and of a type that cannot change") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                if (CONSTANT_ALL_THE_SAME.containsKey(field.getFullName())) {
                    return;
                }
                boolean isConstant = field.getModifiers().contains(JavaModifier.FINAL) && cannotChange(field.getRawType());
                events.add(new SimpleConditionEvent(field, isConstant, field.getDescription() + " can change"));
            }
        };
    }

    private static boolean cannotChange(JavaClass type) {
        return type.isPrimitive() || type.isEnum() || type.isRecord() || type.isEquivalentTo(String.class)
                || type.isAssignableTo(MethodHandle.class) || type.isAssignableTo(VarHandle.class)
                || type.getPackageName().equals("java.lang.foreign") && !type.isEquivalentTo(MemorySegment.class);
    }

    /// What the rules are about. A class of its own, because an enum's constants are made before its other statics.
    private static final class Names {

        static final String BOUNDARY = "dev.hz3.release.boundary";
        static final String PEN = "dev.hz3.segment.bits";
        static final String HEAP = "dev.hz3.heap";
        /// With a name in front of it as well, for a class that breaks the wall in another module.
        static final String CACHE = "..heap.cache..";
        static final String SUPPLY = "..heap.supply..";
        /// The observatory's benchmarks of single boxes.
        static final String JMH = "dev.hz3.bench.jmh..";

        /// What may be asked of the bits by reading; every other method counts as a writer, new ones too.
        private static final Set<String> READERS = Set.of("freeWord", "cleanWord", "freePages", "popCount", "<init>");

        static final DescribedPredicate<JavaAccess<?>> WRITES_FREE_BITS = describe("write free_bits", access ->
                access.getTargetOwner().getPackageName().equals(PEN)
                        && !access.getOriginOwner().getPackageName().equals(PEN)
                        && !READERS.contains(access.getName()));

        static final DescribedPredicate<JavaAccess<?>> ASKS_FOR_THE_PEN = describe("ask a segment for its bits", access ->
                access.getTargetOwner().isEquivalentTo(Segment.class) && access.getName().equals("bits")
                        && !access.getOriginOwner().isEquivalentTo(Segment.class));

        static final DescribedPredicate<JavaAccess<?>> PURGES = describe("purge", access ->
                access.getTargetOwner().isAssignableTo(OperatingSystem.class) && access.getName().equals("purge")
                        && !access.getOriginOwner().isAssignableTo(OperatingSystem.class));

        /// The first runs while its pages are lent, the second on pages that are in no map any more.
        static final Set<String> MAY_PURGE =
                Set.of("dev.hz3.release.ledger.PurgeRound.submit", "dev.hz3.release.ledger.ReleaseLedger.purgeClosed");

        static final DescribedPredicate<JavaAccess<?>> LENDS = describe("lend pages", access ->
                access.getTargetOwner().isEquivalentTo(ReleaseBoundary.class) && access.getName().equals("lend")
                        && !access.getOriginOwner().isEquivalentTo(ReleaseBoundary.class));

        static final DescribedPredicate<JavaAccess<?>> IS_RESTRICTED = describe("call native code", access -> {
            JavaClass owner = access.getTargetOwner();
            return switch (access.getName()) {
                case "reinterpret" -> owner.isAssignableTo(MemorySegment.class);
                case "withTargetLayout" -> owner.isAssignableTo(AddressLayout.class);
                case "load", "loadLibrary" -> owner.isEquivalentTo(System.class) || owner.isEquivalentTo(Runtime.class);
                case "enableNativeAccess" -> owner.isEquivalentTo(ModuleLayer.Controller.class);
                default -> owner.isAssignableTo(Linker.class) || owner.isAssignableTo(Linker.Option.class)
                        || owner.isAssignableTo(SymbolLookup.class);
            };
        });

        static final Set<String> MAY_PRINT = Set.of("dev.hz3.heap.NativeHeap.atExit", "dev.hz3.heap.HeapRecorder.say", "dev.hz3.heap.OptionProperties.reportUnknown");

        static final DescribedPredicate<JavaAccess<?>> SPEAKS = describe("print or log", access -> {
            JavaClass owner = access.getTargetOwner();
            return owner.isEquivalentTo(System.class) && Set.of("out", "err", "getLogger", "console").contains(access.getName())
                    || owner.getPackageName().startsWith("java.util.logging")
                    || owner.isAssignableTo(System.Logger.class)
                    || owner.isAssignableTo(Throwable.class) && access.getName().equals("printStackTrace");
        });

        private Names() {}
    }
}
