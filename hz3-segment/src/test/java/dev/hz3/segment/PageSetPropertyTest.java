package dev.hz3.segment;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Against a set of the JDK's, step by step.
class PageSetPropertyTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());

    private final PageSet pages = new PageSet();
    private final BitSet model = new BitSet(PAGES_PER_SEGMENT);

    @Test
    void a_set_of_pages_has_what_a_set_of_the_jdk_has() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int step = 0; step < 4000; step++) {
            String where = "-Dhz3.seed=" + SEED + ", step " + step;
            int before = model.cardinality();
            int added = change(random);
            if (added >= 0) {
                assertEquals(model.cardinality() - before, added, where);
            }
            verify(where);
        }
    }

    /// Does one thing to both.
    ///
    /// @return how many pages the set says that it has got; -1 if it says nothing
    private int change(SplittableRandom random) {
        int word = random.nextInt(FREE_BITS_WORDS);
        long mask = random.nextLong() >> random.nextInt(Long.SIZE); // from one page to nearly all
        int first = random.nextInt(PAGES_PER_SEGMENT);
        int end = random.nextInt(first, random.nextBoolean() ? PAGES_PER_SEGMENT : Math.min(first + 3, PAGES_PER_SEGMENT)) + 1;
        switch (random.nextInt(12)) {
            case 0 -> {
                pages.clear();
                model.clear();
            }
            case 1, 2 -> {
                pages.set(word, mask);
                model.clear(word << 6, word + 1 << 6);
                model.or(inWord(word, mask));
            }
            case 3, 4, 5, 6 -> {
                pages.remove(word, mask);
                model.andNot(inWord(word, mask));
            }
            case 7, 8, 9 -> {
                model.or(inWord(word, mask));
                return pages.add(word, mask);
            }
            default -> {
                model.set(first, end);
                return pages.addRange(first, end);
            }
        }
        return -1;
    }

    private static BitSet inWord(int word, long mask) {
        long[] words = new long[FREE_BITS_WORDS];
        words[word] = mask;
        return BitSet.valueOf(words);
    }

    private void verify(String where) {
        assertEquals(model.cardinality(), pages.count(), where);
        assertEquals(model.isEmpty(), pages.isEmpty(), where);
        for (int page = 0; page < PAGES_PER_SEGMENT; page++) {
            assertEquals(model.get(page), pages.contains(page), where);
            assertEquals(model.get(page), (pages.word(page >>> 6) >>> page & 1) != 0, where);
            int next = model.nextSetBit(page);
            assertEquals(next < 0 ? PAGES_PER_SEGMENT : next, pages.nextSet(page), where);
            assertEquals(Math.min(model.nextClearBit(page), PAGES_PER_SEGMENT), pages.nextClear(page), where);
        }
        assertEquals(PAGES_PER_SEGMENT, pages.nextSet(PAGES_PER_SEGMENT), where);
        assertEquals(PAGES_PER_SEGMENT, pages.nextClear(PAGES_PER_SEGMENT), where);
    }
}
