package dev.hz3.release.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Random crossings against a set of booleans.
class ReleaseBoundaryPropertyTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());
    private static final int STEPS = Integer.getInteger("hz3.steps", 100_000);

    @Test
    void a_hundred_thousand_crossings_agree_with_a_plain_model() {
        SplittableRandom random = new SplittableRandom(SEED);
        SimulatedSystem os = new SimulatedSystem();
        AddressMap map = new AddressMap(os, os.reserve(16L << 20, 16L << 20, Geometry.SEGMENT_BYTES));
        ReleaseBoundary boundary = new ReleaseBoundary(map, ReleaseSink.KEEP);
        List<Segment> segments = new ArrayList<>();
        List<BitSet> model = new ArrayList<>(); // set = free
        List<BitSet> clean = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            SegmentKind kind = i == 3 ? SegmentKind.SMALL : SegmentKind.MEDIUM;
            segments.add(map.open(kind, new PackPool(i)));
            BitSet free = new BitSet();
            free.set(kind.headerPages(), 512);
            model.add(free);
            clean.add((BitSet) free.clone());
        }
        for (int step = 0; step < STEPS; step++) {
            String where = "-Dhz3.seed=" + SEED + ", step " + step;
            int s = random.nextInt(segments.size());
            Segment segment = segments.get(s);
            BitSet free = model.get(s);
            int first = random.nextInt(512);
            int count = Math.min(512 - first, 1 + random.nextInt(1 << random.nextInt(1, 10)));
            switch (random.nextInt(3)) {
                case 0 -> {
                    int claimed = boundary.claim(segment, count);
                    assertEquals(chosen(free, clean.get(s), count), claimed, where);
                    if (claimed >= 0) {
                        free.clear(claimed, claimed + count);
                        clean.get(s).clear(claimed, claimed + count); // whoever claims them touches them
                    }
                }
                case 1 -> {
                    boolean refused = first < segment.kind().headerPages() || free.get(first, first + count).cardinality() != 0;
                    if (refused) {
                        assertThrows(
                                BoundaryViolation.class,
                                () -> boundary.release(segment, new PageRange(first, count), ReleaseReason.LARGE_FREE),
                                where);
                    } else {
                        boundary.release(segment, new PageRange(first, count), ReleaseReason.LARGE_FREE);
                        free.set(first, first + count);
                        clean.get(s).clear(first, first + count);
                    }
                }
                default -> {
                    BitSet wanted = new BitSet();
                    wanted.set(first, first + count);
                    wanted.and(free);
                    boolean becomesClean = random.nextBoolean();
                    int lent = boundary.lend(segment, new PageRange(first, count), (of, pages) -> {
                        assertEquals(pages.count(), wanted.get(pages.first(), pages.end()).cardinality(), where);
                        return becomesClean;
                    });
                    assertEquals(wanted.cardinality(), lent, where);
                    if (becomesClean) {
                        clean.get(s).or(wanted);
                    } else {
                        clean.get(s).andNot(wanted);
                    }
                }
            }
            assertEquals(free.cardinality(), segment.freePages(), where);
            for (int w = 0; w < Geometry.FREE_BITS_WORDS; w++) {
                assertEquals(word(free, w), segment.freeWord(w), where);
            }
            for (int page = 0; page < 512; page += 37) {
                assertEquals(clean.get(s).get(page), segment.isClean(new PageRange(page, 1)), where + ", page " + page);
            }
        }
    }

    private static long word(BitSet set, int word) {
        long[] words = set.toLongArray();
        return word < words.length ? words[word] : 0;
    }

    /// The lowest pages that are resident, or else the lowest.
    private static int chosen(BitSet free, BitSet clean, int count) {
        BitSet dirty = (BitSet) free.clone();
        dirty.andNot(clean);
        int first = lowest(dirty, count);
        return first == ReleaseBoundary.NONE ? lowest(free, count) : first;
    }

    private static int lowest(BitSet free, int count) {
        int first = free.nextSetBit(0);
        while (first >= 0) {
            int end = free.nextClearBit(first);
            if (end - first >= count) {
                return first;
            }
            first = free.nextSetBit(end);
        }
        return ReleaseBoundary.NONE;
    }
}
