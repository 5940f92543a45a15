package dev.hz3.arrow.parity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Writes what became of each test, a line each: its jar, its name, how it ended, and how many buffers it asked the manager for.
///
/// Threads: the tests run one after the other.
public final class ParityListener implements TestExecutionListener {

    private static final String TO = "hz3.parity.to";
    private static final String MANAGER = "hz3.parity.manager";

    private final Path file = Path.of(System.getProperty(TO, ""));
    private final CountingFactory manager = CountingFactory.install(System.getProperty(MANAGER, ""));
    private long allocationsBefore;

    /// Found and made by the platform.
    public ParityListener() {}

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        try {
            Files.writeString(file, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            allocationsBefore = manager.allocations();
        }
    }

    /// A class of tests is listed too where it did not succeed: its tests may have had no chance.
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            write(test, result.getStatus().toString(), manager.allocations() - allocationsBefore);
        } else if (result.getStatus() != Status.SUCCESSFUL) {
            write(test, result.getStatus().toString(), 0);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, "SKIPPED", 0);
    }

    private void write(TestIdentifier test, String end, long allocations) {
        String line = String.join("\t", jarOf(test), test.getUniqueId(), end, Long.toString(allocations)) + "\n";
        try {
            Files.writeString(file, line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jarOf(TestIdentifier test) {
        Class<?> from = switch (test.getSource().orElse(null)) {
            case MethodSource method -> method.getJavaClass();
            case ClassSource source -> source.getJavaClass();
            case null, default -> ParityListener.class;
        };
        return Path.of(from.getProtectionDomain().getCodeSource().getLocation().getPath()).getFileName().toString();
    }
}
