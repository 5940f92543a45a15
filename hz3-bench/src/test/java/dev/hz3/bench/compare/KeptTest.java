package dev.hz3.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.compare.measure.Instrument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptTest {

    private static final Plan PLAN = new Plan(
            EnumSet.of(Row.PAIR, Row.REPLAY), EnumSet.allOf(Contender.class), 2, false, 60, new TreeMap<>(Map.of("nginx", Path.of("/a/nginx.oht.gz"))));

    private final Path directory;

    KeptTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static Task task(String name) {
        return PLAN.tasks().stream().filter(task -> task.name().equals(name)).findAny().orElseThrow();
    }

    private static CompareResult result(Plan plan, Task task, Figures figures, String cores) {
        return CompareResult.of(
                plan,
                new Machine(new LinkedHashMap<>(Map.of("cores", cores, "load before", cores))),
                new LinkedHashMap<>(Map.of(Contender.HZ3, "1")),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(Map.of(task, figures)));
    }

    private static Figures figures(double... nanos) {
        Figures figures = new Figures();
        for (double value : nanos) {
            figures.add(Contender.HZ3, Tables.reading("ns", value));
        }
        return figures;
    }

    private Kept kept() {
        return new Kept(directory.resolve("kept"));
    }

    @Test
    void parts_that_were_measured_apart_are_one_table() throws IOException {
        Figures first = figures(4, 5);
        first.absent(Contender.MIMALLOC, "mimalloc is absent:\tnowhere");
        first.failed(Contender.TCMALLOC, "exit status 139:\nboom");
        kept().put(result(PLAN, task("pair 64 B"), first, "2"), task("pair 64 B"));
        kept().put(result(PLAN, task("replay nginx"), figures(7), "4"), task("replay nginx"));

        CompareResult joined = kept().join(PLAN);

        assertEquals(Set.of(task("pair 64 B"), task("replay nginx")), joined.figures().keySet());
        Figures back = Objects.requireNonNull(joined.figures().get(task("pair 64 B")));
        assertEquals(first.readings(Contender.HZ3), back.readings(Contender.HZ3));
        assertEquals("exit status 139: boom", back.failure(Contender.TCMALLOC).orElseThrow());
        assertEquals("mimalloc is absent: nowhere", joined.absences().get(Contender.MIMALLOC));
        assertEquals(Map.of(Contender.HZ3, "1"), joined.versions());
        assertEquals(Map.of("cores", "2 / 4"), joined.machine().facts(), "what differs is said, what was true of one sitting is not");
        assertTrue(joined.method().contains("1 to 2 rounds"), joined.method());
    }

    @Test
    void what_is_measured_anew_takes_the_place_of_what_was_kept() throws IOException {
        kept().put(result(PLAN, task("pair 64 B"), figures(4, 5, 6), "2"), task("pair 64 B"));
        kept().put(result(PLAN, task("pair 64 B"), figures(9), "2"), task("pair 64 B"));
        assertEquals(1, kept().join(PLAN).figures().firstEntry().getValue().readings(Contender.HZ3).size());
    }

    @Test
    void a_quick_look_is_not_mixed_with_what_is_to_be_believed() throws IOException {
        Plan quick = new Plan(PLAN.rows(), PLAN.peers(), 1, true, 60, PLAN.traces());
        kept().put(result(quick, task("pair 64 B"), figures(4), "2"), task("pair 64 B"));
        assertTrue(kept().join(PLAN).figures().isEmpty());
        assertEquals(1, kept().join(quick).figures().size());
    }

    @Test
    void a_recording_is_known_by_its_name_wherever_it_lies() throws IOException {
        kept().put(result(PLAN, task("replay nginx"), figures(4), "2"), task("replay nginx"));
        assertEquals(Map.of("nginx", Path.of("/a/nginx.oht.gz")), kept().recordings());
        Plan moved = new Plan(PLAN.rows(), PLAN.peers(), 2, false, 60, new TreeMap<>(Map.of("nginx", Path.of("/b/nginx.oht.gz"))));
        assertEquals(1, kept().join(moved).figures().size());
    }

    @Test
    void where_nothing_is_kept_nothing_is_known() throws IOException {
        assertTrue(kept().join(PLAN).figures().isEmpty());
        assertTrue(kept().recordings().isEmpty());
    }

    @Test
    void a_line_that_was_cut_short_is_no_figure() throws IOException {
        kept().put(result(PLAN, task("pair 64 B"), figures(4), "2"), task("pair 64 B"));
        Path file;
        try (var files = Files.list(directory.resolve("kept"))) {
            file = files.findAny().orElseThrow();
        }
        Files.writeString(file, Files.readString(file) + "reading\thz3\treading\tns=");
        assertEquals(1, kept().join(PLAN).figures().firstEntry().getValue().readings(Contender.HZ3).size());
        assertEquals(Instrument.PAIR, task("pair 64 B").instrument());
        assertEquals(List.of("64"), task("pair 64 B").arguments());
    }
}
