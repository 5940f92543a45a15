package dev.hz3.bench.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class CostedBoxTest {

    private static final String PACKAGE = "dev.hz3.bench.jmh.";

    @ParameterizedTest
    @EnumSource
    void every_box_has_a_benchmark_and_a_folder(CostedBox box) {
        assertTrue(!CostedBox.benchmarks(List.of(box.argument())).isEmpty(), box.argument());
        assertTrue(Files.isRegularFile(Path.of("..", "hz3-" + box.folder(), "pom.xml")), box.folder());
    }

    @Test
    void every_benchmark_is_of_one_box_and_all_of_them_are_all() {
        Set<String> all = CostedBox.all();
        assertTrue(all.size() >= 20, all.toString());
        assertEquals(Set.of(), all.stream().filter(benchmark -> CostedBox.of(benchmark).isEmpty()).collect(Collectors.toSet()));
        List<String> boxByBox = Arrays.stream(CostedBox.values()).flatMap(box -> CostedBox.benchmarks(List.of(box.argument())).stream()).toList();
        assertEquals(all.size(), boxByBox.size());
        assertEquals(all, new TreeSet<>(boxByBox));
        assertEquals(all, CostedBox.benchmarks(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "os, OS", "ledger, LEDGER", "release-ledger, LEDGER", "hz3-release-ledger, LEDGER", "reclaim, RECLAIM", "retire-scan, RETIRE_SCAN", "heap, HEAP"
    })
    void a_box_is_called_by_its_name_or_by_that_of_its_folder(String name, CostedBox box) {
        assertEquals(Optional.of(box), CostedBox.named(name));
    }

    @Test
    void a_box_or_one_operation_of_it_is_picked() {
        assertEquals(
                Set.of(PACKAGE + "LedgerBenchmark.emptyTick", PACKAGE + "LedgerBenchmark.enqueueAgain", PACKAGE + "LedgerBenchmark.enqueueAndTick"),
                CostedBox.benchmarks(List.of("ledger")));
        assertEquals(
                Set.of(PACKAGE + "LedgerBenchmark.emptyTick", PACKAGE + "EpochBenchmark.tick"),
                CostedBox.benchmarks(List.of("epoch", "ledger.emptyTick")));
        assertEquals(
                Set.of(PACKAGE + "FrontDoorBenchmark.pair", PACKAGE + "MemorySegmentBenchmark.pair"), CostedBox.benchmarks(List.of("heap.pair")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cellar | box is 'cellar', but must be one of os, segment, boundary, ledger, reclaim, retire-scan, epoch, heap",
        "LedgerBenchmark | box is 'LedgerBenchmark', but must be one of os, segment, boundary, ledger, reclaim, retire-scan, epoch, heap",
        "ledger.tick | operation is 'tick', but of ledger must be one of emptyTick, enqueueAgain, enqueueAndTick",
    })
    void what_there_is_not_is_refused_with_what_there_is(String name, String sentence) {
        assertEquals(sentence, assertThrows(IllegalArgumentException.class, () -> CostedBox.benchmarks(List.of("os", name))).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "dev.hz3.bench.jmh.LedgerBenchmark.enqueueAndTick | ledger: enqueue and tick",
        "dev.hz3.bench.jmh.FrontDoorBenchmark.twoWindows | heap, front door: two windows",
        "somebody.Else.runs | somebody.Else.runs",
    })
    void a_benchmark_is_named_in_words(String benchmark, String words) {
        assertEquals(words, CostedBox.words(benchmark));
    }
}
