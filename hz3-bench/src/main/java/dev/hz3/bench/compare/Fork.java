package dev.hz3.bench.compare;

import dev.hz3.bench.compare.measure.Measured;
import dev.hz3.bench.compare.measure.Reading;
import dev.hz3.bench.peers.PeerJars;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A fresh virtual machine for each measurement, with the modules of this one. One at a time; what still runs when this process ends, ends with it.
public final class Fork implements AutoCloseable {

    /// What came of one.
    public sealed interface Outcome {
        /// A reading.
        record Read(Reading reading) implements Outcome {}

        /// The contender is not on this machine.
        record Absent(String reason) implements Outcome {}

        /// There is neither: what the process said instead.
        record Failed(String reason) implements Outcome {}
    }

    /// jemalloc's thread data must be reserved when a process starts; the same environment for all.
    private static final String TUNABLES = "glibc.rtld.optional_static_tls=16384";
    private static final String MODULE = "dev.hz3.bench";
    private static final String MAIN = "dev.hz3.bench.Main";
    private static final String HZ3_PROPERTIES = "dev.hz3.";
    private static final int LIMIT_SECONDS = 900;
    private static final int LONGEST_REASON = 300;

    private final Thread reaper = new Thread(this::reap, "hz3-reaper");
    private volatile boolean isEnding;
    private volatile @Nullable Process running;

    /// Its child, if there is one, ends with this process.
    public static Fork open() {
        Fork fork = new Fork();
        Runtime.getRuntime().addShutdownHook(fork.reaper);
        return fork;
    }

    private Fork() {}

    /// Makes the measurement of `task` for `contender`, and waits for it.
    ///
    /// @throws IOException where no process can be started
    public Outcome run(Task task, Contender contender, boolean isQuick)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(task, contender, isQuick)).redirectErrorStream(true);
        builder.environment().put("GLIBC_TUNABLES", TUNABLES);
        builder.environment().putAll(contender.environment());
        Process process = builder.start();
        running = process;
        CompletableFuture<Process> _ = process.onExit()
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((_, lateness) -> {
                    if (lateness != null) {
                        process.destroyForcibly();
                    }
                });
        List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        int status = process.waitFor();
        running = null;
        if (isEnding) {
            new CountDownLatch(1).await(); // the reaper was faster: nothing was measured, and nothing more begins
        }
        return outcome(said, status);
    }

    static Outcome outcome(List<String> said, int status) {
        for (String line : said) {
            Optional<Reading> reading = Reading.parse(line);
            if (reading.isPresent() && status == 0) {
                return new Outcome.Read(reading.get());
            }
            if (line.startsWith(Reading.ABSENT)) {
                return new Outcome.Absent(line.substring(Reading.ABSENT.length()));
            }
        }
        String words = String.join(" | ", said);
        return new Outcome.Failed("exit status " + status + ": " + words.substring(0, Math.min(words.length(), LONGEST_REASON)));
    }

    private static List<String> command(Task task, Contender contender, boolean isQuick) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(contender.isOnClassPath() ? classPath() : modulePath());
        command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--illegal-native-access=deny", "-XX:MaxDirectMemorySize=8g"));
        command.addAll(task.flags().options(task.instrument().heapMebibytes()));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(HZ3_PROPERTIES))
                .sorted()
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(contender.virtualMachineOptions());
        command.add("-D" + Measured.PROPERTY + "=" + contender.source());
        command.add("-D" + PeerJars.PROPERTY + "=" + PeerJars.directory());
        command.addAll(contender.isOnClassPath() ? List.of(MAIN) : List.of("-m", MODULE + "/" + MAIN));
        command.addAll(List.of("measure", task.instrument().argument()));
        if (isQuick) {
            command.add("--quick");
        }
        command.addAll(task.arguments());
        return command;
    }

    private static String ownPath() {
        return Objects.requireNonNull(System.getProperty("jdk.module.path"), "not started from a module path");
    }

    private static List<String> modulePath() {
        return List.of(
                "-p", ownPath(),
                "--add-modules=dev.hz3.bench,jdk.unsupported", // the second for Netty, which is faster with it
                "--enable-native-access=dev.hz3.os,dev.hz3.bench");
    }

    private static List<String> classPath() {
        Stream<String> own = Arrays.stream(ownPath().split(File.pathSeparator))
                .map(entry -> Files.isDirectory(Path.of(entry)) && !Files.exists(Path.of(entry, "module-info.class")) ? entry + "/*" : entry);
        String path = Stream.concat(own, PeerJars.all().stream().map(Path::toString)).collect(Collectors.joining(File.pathSeparator));
        return List.of("-cp", path, "--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/java.nio=ALL-UNNAMED");
    }

    private void reap() {
        isEnding = true;
        end();
    }

    private void end() {
        Process process = running;
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException ending) {
            return; // the reaper is at work
        }
    }
}
