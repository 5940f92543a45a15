package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.SimulatedSystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A load that comes back after a while of silence costs, page faults and held memory together, at most twice what the better of *keep all* and *give all back at
/// once* does, on a machine and by a clock of one's own.
class RegretCostTest {

    private static final int TURN_MILLIS = 50;
    private static final int FAULTS_PER_MIB_SECOND = 512;
    private static final int BLOCK = 8192;
    private static final int BLOCKS = 1024; // 8 MiB
    private static final int ROUNDS = 60;
    /// What it may cost to learn, in rounds that give everything back.
    private static final int LEARNING = 4;

    private final SimulatedSystem machine = new SimulatedSystem();
    private final List<Long> blocks = new ArrayList<>();
    private long millis;
    private long faults;
    private double mibSeconds;

    private NativeHeap heap(HeapOptions.Builder options) {
        HeapOptions built = options.reservedBytes(64L << 20).clock(false).clockPeriodMillis(TURN_MILLIS).slowPathsPerEpoch(0).hugePages(false)
                .faultsPerMiBSecond(FAULTS_PER_MIB_SECOND).build();
        return new NativeHeap(built, machine, 2, () -> millis * 1_000_000);
    }

    /// Allocates the load, writes it, and frees it.
    private void burst(NativeHeap heap) {
        for (int i = 0; i < BLOCKS; i++) {
            long block = heap.allocateAddress(BLOCK);
            for (long page = block; page < block + BLOCK; page += machine.pageBytes()) {
                faults += machine.pageState(page) == SimulatedSystem.PageState.RESIDENT ? 0 : 1;
            }
            machine.touch(block, BLOCK);
            blocks.add(block);
        }
        blocks.forEach(heap::freeAddress);
        blocks.clear();
    }

    /// Lets time go by with nothing but the ticks that a clock would make.
    private void silence(NativeHeap heap, int ms) {
        for (int passed = 0; passed < ms; passed += TURN_MILLIS) {
            mibSeconds += heap.residentBytes() / (double) (1 << 20) * TURN_MILLIS / 1000;
            millis += TURN_MILLIS;
            if (heap.upkeep().isWaiting()) {
                heap.tick();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 200, 300, 400, 500, 600, 1000, 2000, 10_000})
    void a_load_that_comes_back_costs_at_most_twice_what_the_better_choice_does(int ms) {
        try (NativeHeap heap = heap(HeapOptions.builder())) {
            for (int round = 0; round < ROUNDS; round++) {
                burst(heap);
                silence(heap, ms);
            }
            double pages = (double) BLOCKS * BLOCK / machine.pageBytes();
            double keep = pages / 256 * ms / 1000 * FAULTS_PER_MIB_SECOND;
            double best = Math.min(keep, pages) * ROUNDS;
            double cost = faults + mibSeconds * FAULTS_PER_MIB_SECOND;
            System.out.printf("silence of %d ms: %.2f times the better choice, %d faults and %.1f MiB s, %s%n", ms, cost / best, faults, mibSeconds, heap.stats());
            assertTrue(cost <= 2 * best + LEARNING * pages, "cost=" + cost + ", best=" + best + ", " + heap.stats());
        }
    }

    @Test
    void what_falls_silent_has_left_within_a_second_however_much_was_regretted() {
        try (NativeHeap heap = heap(HeapOptions.builder())) {
            for (int round = 0; round < ROUNDS; round++) {
                burst(heap);
                silence(heap, 150);
            }
            assertTrue(heap.stats().regrettedPages() > 0, () -> heap.stats().toString());
            assertTrue(heap.residentBytes() > 6 << 20, "it rests in vain");
            silence(heap, 1000);
            assertEquals(0, heap.residentBytes());
        }
    }

    @Test
    void what_somebody_has_asked_for_is_not_regretted() {
        try (NativeHeap heap = heap(HeapOptions.builder())) {
            for (int round = 0; round < ROUNDS; round++) {
                heap.tick(); // what leaves by itself from now on may be regretted
                burst(heap);
                if (round % 2 == 0) {
                    heap.trim();
                } else {
                    heap.trim(0);
                }
            }
            assertTrue(heap.stats().purgedPages() >= ROUNDS * BLOCKS, () -> heap.stats().toString());
            assertEquals(0, heap.stats().regrettedPages());
        }
    }

    @Test
    void the_options_can_forbid_it() {
        try (NativeHeap heap = heap(HeapOptions.builder().delayEpochsMost(0))) {
            for (int round = 0; round < ROUNDS; round++) {
                burst(heap);
                silence(heap, 100);
                assertEquals(0, heap.residentBytes());
            }
            assertEquals(0, heap.stats().regrettedPages());
        }
    }
}
