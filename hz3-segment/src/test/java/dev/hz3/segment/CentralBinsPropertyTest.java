package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hz3.segment.states.BlockStates;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CentralBinsPropertyTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());

    @Test
    void the_lists_agree_with_plain_stacks() {
        SplittableRandom random = new SplittableRandom(SEED);
        AddressMap map = TestMap.of(60);
        CentralBins bins = new CentralBins(map);
        Deque<Long> unused = new ArrayDeque<>();
        for (long page : TestMap.pages(map, 60)) {
            unused.add(page);
        }
        int classes = SizeClasses.COUNT - SizeClasses.FIRST_MEDIUM;
        List<List<Long>> model = new ArrayList<>();
        int[] fewest = new int[classes];
        for (int i = 0; i < classes; i++) {
            model.add(new ArrayList<>());
        }
        long[] buffer = new long[700];
        for (int step = 0; step < 100_000; step++) {
            String where = "-Dhz3.seed=" + SEED + ", step " + step;
            int i = random.nextInt(3); // few lists, so that some grow long enough to shrink again
            int c = SizeClasses.FIRST_MEDIUM + i * 7;
            List<Long> stack = model.get(i * 7);
            int many = random.nextInt(step / 1_000 % 2 == 0 ? 200 : 20);
            switch (random.nextInt(5)) {
                case 0 -> {
                    long run = tagged(map, unused, c);
                    bins.push(c, run);
                    stack.add(run);
                }
                case 1 -> {
                    int from = random.nextInt(50);
                    for (int k = 0; k < many; k++) {
                        buffer[from + 2 * k] = tagged(map, unused, c);
                        stack.add(buffer[from + 2 * k]);
                    }
                    bins.push(c, buffer, from, many);
                }
                case 2 -> {
                    long run = bins.pop(c);
                    assertEquals(stack.isEmpty() ? CentralBins.NONE : stack.removeLast(), run, where);
                    untagged(map, unused, run, where);
                }
                case 3 -> {
                    int most = random.nextInt(250);
                    int taken = bins.pop(c, buffer, 10, most);
                    assertEquals(Math.min(most, stack.size()), taken, where);
                    for (int k = 0; k < taken; k++) {
                        assertEquals(stack.removeLast(), buffer[10 + 2 * k], where);
                        assertEquals(map.table().stateOf(buffer[10 + 2 * k]), buffer[11 + 2 * k], where);
                        untagged(map, unused, buffer[10 + 2 * k], where);
                    }
                }
                default -> {
                    assertEquals(fewest[i * 7], bins.takeSurplus(c), where);
                    fewest[i * 7] = stack.size();
                }
            }
            fewest[i * 7] = Math.min(fewest[i * 7], stack.size());
            assertEquals(stack.size(), bins.count(c), where);
            long pages = 0;
            for (int k = 0; k < classes; k++) {
                pages += (long) model.get(k).size() * (k + 1);
            }
            assertEquals(pages, bins.pages(), where);
        }
    }

    /// The words alone matter here, so that each run is one page, whatever its class.
    private static long tagged(AddressMap map, Deque<Long> unused, int sizeClass) {
        long run = unused.remove();
        map.find(run).tag(Segment.pageOf(run), 1, sizeClass);
        return run;
    }

    private static void untagged(AddressMap map, Deque<Long> unused, long run, String where) {
        if (run != CentralBins.NONE) {
            assertEquals(BlockStates.NOT_LIVE, BlockStates.peek(map.table().stateOf(run)), where);
            map.find(run).untag(Segment.pageOf(run), 1);
            unused.add(run);
        }
    }
}
