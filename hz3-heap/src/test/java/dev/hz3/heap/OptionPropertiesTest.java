package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Options by system properties, in a process of their own where the properties are wrong.
class OptionPropertiesTest {

    private static List<String> child(String flags) throws Exception {
        return ChildProcess.run(OptionsChild.class, List.of(flags), 60);
    }

    @Test
    void a_name_that_no_option_has_is_reported_once_with_the_nearest() throws Exception {
        assertEquals(
                List.of("hz3: no option dev.hz3.cacheByts; the nearest is dev.hz3.cacheBytes", "cacheBytes=262144 delayEpochsBusy=4"),
                child("-Ddev.hz3.cacheByts=64k -Ddev.hz3.of.somebody=1 -Dhz3.maxByte=1"));
    }

    @Test
    void names_that_are_right_are_not_spoken_of() throws Exception {
        assertEquals(List.of("cacheBytes=65536 delayEpochsBusy=4"), child("-Ddev.hz3.cacheBytes=64k -Ddev.hz3.hugePages=false"));
    }

    @Test
    void a_preset_is_chosen_by_a_property_and_an_option_beside_it_wins() throws Exception {
        assertEquals(List.of("cacheBytes=65536 delayEpochsBusy=0"), child("-Ddev.hz3.preset=smallest -Ddev.hz3.cacheBytes=64k"));
    }

    @Test
    void a_preset_that_there_is_not_is_refused() {
        System.setProperty("dev.hz3.preset", "fast");
        try {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, HeapOptions::builder);
            assertEquals("dev.hz3.preset=fast: none of throughput, balanced and smallest", refused.getMessage());
        } finally {
            System.clearProperty("dev.hz3.preset");
        }
    }

    @Test
    void the_balanced_preset_is_the_default() {
        assertEquals(HeapOptions.builder().build(), HeapOptions.builder(HeapPreset.BALANCED).build());
    }

    @Test
    void a_heap_lives_with_each_preset() {
        for (HeapPreset preset : HeapPreset.values()) {
            try (NativeHeap heap = NativeHeap.create(HeapOptions.builder(preset).clock(false).build())) {
                long block = heap.allocateAddress(10_000);
                heap.freeAddress(block);
                heap.trim();
                assertEquals(0, heap.stats().liveBytes(), preset::name);
            }
        }
    }

    @Test
    void the_distance_of_two_words_counts_letters() {
        Map.of("maxByts", 1, "maxBytes", 0, "", 8, "xamBytes", 2, "maxBytesss", 2, "mxBytes", 1).forEach((word, letters) ->
                assertEquals((int) letters, OptionProperties.distance(word, "maxBytes"), word));
        assertTrue(OptionProperties.distance("cacheByts", "cacheBytes") < OptionProperties.distance("cacheByts", "largeCacheBytes"));
    }
}
