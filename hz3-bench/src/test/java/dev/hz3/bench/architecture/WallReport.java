package dev.hz3.bench.architecture;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.FailureReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// `mvn -q -Pwalls`: every wall on a line of its own, with what was looked at and the breach that it caught. The exit status is 1 where one has fallen.
///
///     STANDS  only the release boundary writes free_bits (I1): looked at 12 places in 432 classes; caught RogueWriter, 4 of 4
final class WallReport implements TestExecutionListener {

    private static final int LONGEST_REASON = 400;

    private final PrintStream out;
    private int stand;
    private int fallen;

    private WallReport(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        WallReport report = new WallReport(System.out);
        report.heading("Walls that the compiler keeps, and the outsider that it refused");
        for (CompilerWalls wall : CompilerWalls.values()) {
            report.compile(wall);
        }
        report.heading("Walls between classes, and the class that breaks each on purpose");
        for (WallRules wall : WallRules.values()) {
            report.evaluate(wall);
        }
        report.heading("Walls between modules, and the documents that draw them");
        report.run(ModuleWallsTest.class);
        report.heading("Inside the boxes, two classes that use each other");
        report.run(MutualUseTest.class);
        report.heading("Boxes by themselves: what their pages show, compiled and run");
        report.run(BoxSnippetTest.class);
        report.run(ExamplesTest.class);
        report.heading("Invariants, one case each");
        report.run(InvariantsTest.class);
        report.out.printf(Locale.ROOT, "%n%d stand, %d fallen%n", report.stand, report.fallen);
        if (report.fallen != 0) {
            System.exit(1);
        }
    }

    private void heading(String text) {
        out.printf(Locale.ROOT, "%n%s%n", text);
    }

    private void say(boolean stands, String line) {
        stand += stands ? 1 : 0;
        fallen += stands ? 0 : 1;
        out.println((stands ? "  STANDS  " : "  FALLEN  ") + line);
    }

    private void compile(CompilerWalls wall) throws IOException {
        Path output = Files.createDirectories(Layout.root().resolve(Layout.BENCH).resolve("target/walls"));
        List<String> errors = new OutsiderCompiler(output).errors(wall.outsider());
        say(errors.equals(List.of(wall.refusal())), wall.sentence() + ": " + (errors.isEmpty() ? "it compiled" : String.join("; ", errors).lines().findFirst().orElse("")));
    }

    private void evaluate(WallRules wall) {
        var classes = wall.isOfTheWholeProject() ? WallRulesTest.PROJECT : WallRulesTest.LIBRARY;
        FailureReport breaches = wall.rule().evaluate(classes).getFailureReport();
        long subjects = wall.subjects(classes);
        int caught = wall.rule().evaluate(new ClassFileImporter().importClasses(wall.rogue())).getFailureReport().getDetails().size();
        String line = String.format(Locale.ROOT, "%s: looked at %d places in %d classes; caught %s, %d of %d", wall.sentence(), subjects, classes.size(),
                wall.rogue().getSimpleName(), caught, wall.offences());
        say(breaches.isEmpty() && subjects >= wall.leastSubjects() && caught == wall.offences(), line);
        breaches.getDetails().forEach(breach -> out.println("          " + breach));
    }

    private void run(Class<?> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build();
        LauncherFactory.create().execute(request, this);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        boolean passed = result.getStatus() == Status.SUCCESSFUL;
        if (test.isTest() || !passed) {
            String why = result.getThrowable().map(Throwable::toString).orElse("");
            say(passed, sentence(test) + (passed ? "" : ": " + why.substring(0, Math.min(LONGEST_REASON, why.length())).replace("\n", " ")));
        }
    }

    /// A test's name is a sentence; a case of one has the name of the case only.
    private static String sentence(TestIdentifier test) {
        String method = test.getLegacyReportingName();
        String name = method.contains("(") ? method.substring(0, method.indexOf('(')) : method;
        String words = name.replace('_', ' ');
        return test.getDisplayName().startsWith("[") ? words + " " + test.getDisplayName() : words;
    }
}
