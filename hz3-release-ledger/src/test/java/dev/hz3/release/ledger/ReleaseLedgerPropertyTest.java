package dev.hz3.release.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.testing.FaultySystem;
import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Runs claimed, written, released and purged at random, with refusals, on kernel pages of three sizes: every live page keeps its tag, and at the
/// end everything that is free is gone. Each page that leaves is counted for the reason for which it was released last.
class ReleaseLedgerPropertyTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());
    private static final int STEPS = Integer.getInteger("hz3.steps", 34_000);

    private static final List<ReleaseReason> RELEASES =
            Arrays.stream(ReleaseReason.values()).filter(reason -> reason != ReleaseReason.NEVER_RELEASED).toList();

    private record Run(Segment segment, int first, int count, byte tag) {}

    /// Why each page was released last, and what has become clean for that reason since [#note()].
    private static final class Reasons {
        private final ReleaseLedger ledger;
        private final List<Segment> segments;
        private final ReleaseReason[][] last; // by segment and page
        private final long[][] clean; // by segment and word
        private final Map<ReleaseReason, Long> purged = new EnumMap<>(ReleaseReason.class);

        Reasons(ReleaseLedger ledger, List<Segment> segments) {
            this.ledger = ledger;
            this.segments = segments;
            last = new ReleaseReason[segments.size()][Geometry.PAGES_PER_SEGMENT];
            for (ReleaseReason[] pages : last) {
                Arrays.fill(pages, ReleaseReason.NEVER_RELEASED);
            }
            clean = new long[segments.size()][Geometry.FREE_BITS_WORDS];
        }

        void released(Run run, ReleaseReason reason) {
            Arrays.fill(last[segments.indexOf(run.segment())], run.first(), run.first() + run.count(), reason);
        }

        void note() {
            for (int i = 0; i < clean.length; i++) {
                Arrays.setAll(clean[i], segments.get(i)::cleanWord);
            }
        }

        void verify(String where) {
            for (int i = 0; i < clean.length; i++) {
                for (int page = 0; page < Geometry.PAGES_PER_SEGMENT; page++) {
                    int w = page >>> Geometry.WORD_SHIFT;
                    if ((segments.get(i).cleanWord(w) & ~clean[i][w] & 1L << page) != 0) {
                        purged.merge(last[i][page], 1L, Long::sum);
                        last[i][page] = ReleaseReason.NEVER_RELEASED; // since it has left
                    }
                }
            }
            for (ReleaseReason reason : RELEASES) {
                assertEquals(purged.getOrDefault(reason, 0L), ledger.purgedPages(reason), reason + ", " + where);
            }
        }
    }

    @Test
    void no_live_page_is_ever_purged_and_every_free_one_is_in_the_end() {
        for (int pageBytes : new int[] {4 << 10, 16 << 10, 64 << 10}) {
            steps(pageBytes, new SplittableRandom(SEED + pageBytes));
        }
    }

    private static void steps(int pageBytes, SplittableRandom random) {
        SimulatedSystem machine = new SimulatedSystem(pageBytes, 1L << 30);
        FaultySystem os = new FaultySystem(machine);
        AddressMap map = new AddressMap(os, os.reserve(16L << 20, 16L << 20, Geometry.SEGMENT_BYTES));
        ReleaseLedger ledger = new ReleaseLedger(os, map);
        ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            segments.add(map.open(SegmentKind.MEDIUM, new PackPool(i)));
        }
        List<Run> live = new ArrayList<>();
        Reasons reasons = new Reasons(ledger, segments);
        for (int step = 0; step < STEPS; step++) {
            String where = "-Dhz3.seed=" + SEED + ", pageBytes=" + pageBytes + ", step " + step;
            int dice = random.nextInt(100);
            if (dice < 47) {
                Segment segment = segments.get(random.nextInt(segments.size()));
                int count = 1 + random.nextInt(1 << random.nextInt(1, 7));
                int first = boundary.claim(segment, count);
                if (first != ReleaseBoundary.NONE) {
                    byte tag = (byte) (1 + random.nextInt(127));
                    for (int page = first; page < first + count; page++) {
                        if (segment.isClean(new PageRange(page, 1))) {
                            assertEquals(0, machine.readByte(segment.addressOf(page)), "not zero, " + where);
                        }
                        machine.write(segment.addressOf(page), tag);
                    }
                    live.add(new Run(segment, first, count, tag));
                }
            } else if (dice < 94 && !live.isEmpty()) {
                Run run = live.set(random.nextInt(live.size()), live.getLast());
                live.removeLast();
                verify(machine, run, where);
                ReleaseReason reason = RELEASES.get(random.nextInt(RELEASES.size()));
                reasons.released(run, reason);
                boundary.release(run.segment(), new PageRange(run.first(), run.count()), reason);
            } else if (dice < 99) {
                PurgePlan plan = new PurgePlan(random.nextInt(4), random.nextInt(600), random.nextInt(5), random.nextBoolean());
                long before = ledger.purgedPages();
                reasons.note();
                long purged = ledger.tick(boundary, plan);
                assertTrue(purged <= Math.max(plan.budgetPages() * pageBytes / 4096, 0), where);
                assertEquals(before + purged, ledger.purgedPages(), where);
                reasons.verify(where);
            } else {
                os.purgeWhatIsRefused(random.nextBoolean());
                os.failNext(FaultySystem.Verb.PURGE, 1);
            }
        }
        os.heal();
        String end = "-Dhz3.seed=" + SEED + ", pageBytes=" + pageBytes + ", at the end";
        for (Run run : live) {
            verify(machine, run, end);
            reasons.released(run, ReleaseReason.MEDIUM_RUN_RECLAIM);
            boundary.release(run.segment(), new PageRange(run.first(), run.count()), ReleaseReason.MEDIUM_RUN_RECLAIM);
        }
        reasons.note();
        ledger.flush(boundary);
        reasons.verify(end);
        assertEquals(0, ledger.waitingPages(), end);
        assertEquals(0, machine.processResidentBytes(), end);
        assertNotEquals(0, ledger.purgeFailures(), end);
    }

    private static void verify(SimulatedSystem machine, Run run, String where) {
        for (int page = run.first(); page < run.first() + run.count(); page++) {
            assertEquals(run.tag(), machine.readByte(run.segment().addressOf(page)), "purged while live, page " + page + ", " + where);
        }
    }
}
