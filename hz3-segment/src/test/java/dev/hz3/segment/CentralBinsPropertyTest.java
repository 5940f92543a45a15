package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CentralBinsPropertyTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());

    @Test
    void the_lists_agree_with_plain_stacks() {
        SplittableRandom random = new SplittableRandom(SEED);
        CentralBins bins = new CentralBins();
        int classes = SizeClasses.COUNT - SizeClasses.FIRST_MEDIUM;
        List<List<Long>> model = new ArrayList<>();
        int[] fewest = new int[classes];
        for (int i = 0; i < classes; i++) {
            model.add(new ArrayList<>());
        }
        long[] buffer = new long[300];
        for (int step = 0; step < 100_000; step++) {
            String where = "-Dhz3.seed=" + SEED + ", step " + step;
            int i = random.nextInt(3); // few lists, so that some grow long enough to shrink again
            int c = SizeClasses.FIRST_MEDIUM + i * 7;
            List<Long> stack = model.get(i * 7);
            int many = random.nextInt(step / 1_000 % 2 == 0 ? 200 : 20);
            switch (random.nextInt(5)) {
                case 0 -> {
                    bins.push(c, step + 1L);
                    stack.add(step + 1L);
                }
                case 1 -> {
                    int from = random.nextInt(50);
                    for (int k = 0; k < many; k++) {
                        buffer[from + k] = step * 1_000L + k + 1;
                        stack.add(buffer[from + k]);
                    }
                    bins.push(c, buffer, from, many);
                }
                case 2 -> {
                    long run = bins.pop(c);
                    assertEquals(stack.isEmpty() ? CentralBins.NONE : stack.removeLast(), run, where);
                }
                case 3 -> {
                    int most = random.nextInt(250);
                    int taken = bins.pop(c, buffer, 10, most);
                    assertEquals(Math.min(most, stack.size()), taken, where);
                    for (int k = taken - 1; k >= 0; k--) {
                        assertEquals(stack.removeLast(), buffer[10 + k], where);
                    }
                }
                default -> {
                    assertEquals(fewest[i * 7], bins.surplus(c), where);
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
}
