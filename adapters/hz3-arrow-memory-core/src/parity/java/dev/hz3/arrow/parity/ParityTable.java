package dev.hz3.arrow.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Two runs of the same tests side by side, as a table for a document. The exit status is 1 where they differ, or where a run was no proof.
public final class ParityTable {

    /// Fewer would mean that the tests did not run, or not on the manager that was meant.
    private static final int LEAST_TESTS = 1000;
    private static final int LEAST_ALLOCATIONS = 10_000;

    private ParityTable() {}

    /// A line of [ParityListener].
    private record Outcome(String jar, String end, long allocations) {}

    /// Compares the run on Arrow's own manager, the first file, with that on a heap, the second.
    public static void main(String[] args) throws IOException {
        Map<String, Outcome> own = read(Path.of(args[0]));
        Map<String, Outcome> hz3 = read(Path.of(args[1]));
        List<String> objections = objections(own, hz3);
        System.out.println(table(own, hz3));
        own.forEach((test, outcome) -> {
            if (!outcome.end().equals("SUCCESSFUL") && outcome.equals(hz3.get(test))) {
                System.out.println("with both: " + outcome.end() + ": " + test);
            }
        });
        objections.forEach(System.out::println);
        System.exit(objections.isEmpty() ? 0 : 1);
    }

    private static Map<String, Outcome> read(Path file) throws IOException {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("\t", -1);
            if (outcomes.put(fields[1], new Outcome(fields[0], fields[2], Long.parseLong(fields[3]))) != null) {
                throw new IllegalStateException("twice in one run: " + fields[1]);
            }
        }
        return outcomes;
    }

    private static List<String> objections(Map<String, Outcome> own, Map<String, Outcome> hz3) {
        List<String> objections = new ArrayList<>();
        Set<String> tests = new TreeSet<>(own.keySet());
        tests.addAll(hz3.keySet());
        for (String test : tests) {
            Outcome theirs = own.get(test);
            Outcome ours = hz3.get(test);
            if (!String.valueOf(theirs).equals(String.valueOf(ours))) {
                objections.add("differs: " + test + ": own=" + theirs + ", hz3=" + ours);
            }
        }
        long allocations = hz3.values().stream().mapToLong(Outcome::allocations).sum();
        if (hz3.size() < LEAST_TESTS || allocations < LEAST_ALLOCATIONS) {
            objections.add("no proof: tests=" + hz3.size() + ", allocations=" + allocations);
        }
        return objections;
    }

    private static String table(Map<String, Outcome> own, Map<String, Outcome> hz3) {
        StringBuilder table = new StringBuilder("| | Unsafe: passed, failed, aborted, skipped; buffers | hz3 | tests with buffers | differ |\n|---|---|---|---|---|\n");
        for (String jar : new TreeSet<>(own.values().stream().map(Outcome::jar).toList())) {
            List<Outcome> theirs = ofJar(own, jar);
            List<Outcome> ours = ofJar(hz3, jar);
            long withBuffers = ours.stream().filter(outcome -> outcome.allocations() > 0).count();
            long differ = own.entrySet().stream()
                    .filter(entry -> entry.getValue().jar().equals(jar) && !entry.getValue().equals(hz3.get(entry.getKey())))
                    .count();
            table.append("| ").append(String.join(" | ", jar, counts(theirs), counts(ours), Long.toString(withBuffers), Long.toString(differ))).append(" |\n");
        }
        return table.toString();
    }

    private static List<Outcome> ofJar(Map<String, Outcome> run, String jar) {
        return run.values().stream().filter(outcome -> outcome.jar().equals(jar)).toList();
    }

    private static String counts(List<Outcome> outcomes) {
        List<String> numbers = Arrays.asList("SUCCESSFUL", "FAILED", "ABORTED", "SKIPPED").stream()
                .map(end -> Long.toString(outcomes.stream().filter(outcome -> outcome.end().equals(end)).count()))
                .toList();
        return String.join(", ", numbers) + "; " + outcomes.stream().mapToLong(Outcome::allocations).sum();
    }
}
