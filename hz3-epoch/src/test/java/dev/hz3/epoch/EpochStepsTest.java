package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hz3.medium.reclaim.MediumReclaim;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.os.testing.SimulatedSystem;
import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.retire.scan.RetireBudget;
import dev.hz3.retire.scan.RetireScan;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.CentralBins;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallPages;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The steps over real boxes: 20 empty small pages, 20 free runs of one page, and what the gate lets go of them.
class EpochStepsTest {

    private static final EpochBudgets IDLE =
            new EpochBudgets(new RetireBudget(5, false), new ReclaimBudget(6, 100, false), new PurgePlan(0, 7, 100));
    private static final Budgets BUSY = new Budgets(true, 1, 2, 100, 0, 3, 100);
    private static final Budgets EAGER = new Budgets(true, 4, 4, 100, 0, 4, 100);

    private record Budgets(boolean isEager, long retirePages, int reclaimRuns, long reclaimPages, int delayEpochs, long purgePages, int purgeCalls)
            implements BusyBudgets {}

    private static final TickTime TIME = new TickTime(() -> 0, 8);

    private final SimulatedSystem os = new SimulatedSystem();
    private final AddressMap map = new AddressMap(os, os.reserve(16L << 20, 16L << 20, Geometry.SEGMENT_BYTES));
    private final ReleaseLedger ledger = new ReleaseLedger(os, map);
    private final ReleaseBoundary boundary = new ReleaseBoundary(map, ledger);
    private final PackPool pool = new PackPool(0);
    private final SmallPages pages = new SmallPages(map);
    private final CentralBins runs = new CentralBins(map);
    private final RetireScan retire = new RetireScan(map, boundary, List.of(pages));
    private final MediumReclaim reclaim = new MediumReclaim(map, boundary, List.of(runs));

    @BeforeEach
    void stock() {
        Segment small = map.open(SegmentKind.SMALL, pool);
        Segment medium = map.open(SegmentKind.MEDIUM, pool);
        for (int i = 0; i < 20; i++) {
            int page = boundary.claim(small, 1);
            small.enter(page, SizeClasses.of(64));
            pages.add(small.addressOf(page));
            int first = boundary.claim(medium, 1);
            medium.tag(new PageRange(first, 1), SizeClasses.ofPages(1));
            runs.push(SizeClasses.ofPages(1), medium.addressOf(first));
        }
    }

    @Test
    void each_step_has_the_budget_that_the_gate_says() {
        Epoch.Steps steps = Epoch.Steps.of(EpochStep.NOTHING, retire, reclaim, ledger, boundary, IDLE, BUSY, TIME);
        assertEquals(5, steps.retireScan().run(Load.IDLE));
        assertEquals(6, steps.mediumReclaim().run(Load.IDLE));
        assertEquals(7, steps.ledgerPurge().run(Load.IDLE));
        assertEquals(1, steps.retireScan().run(Load.BUSY));
        assertEquals(2, steps.mediumReclaim().run(Load.BUSY));
        assertEquals(3, steps.ledgerPurge().run(Load.BUSY));
    }

    @Test
    void what_a_busy_heap_may_spend_is_asked_each_time() {
        long[] pages = {3};
        BusyBudgets busy = new BusyBudgets() {
            @Override
            public boolean isEager() {
                return pages[0] != 3;
            }

            @Override
            public long retirePages() {
                return pages[0];
            }

            @Override
            public int reclaimRuns() {
                return (int) pages[0];
            }

            @Override
            public long reclaimPages() {
                return 100;
            }

            @Override
            public int delayEpochs() {
                return pages[0] == 5 ? 100 : 0;
            }

            @Override
            public long purgePages() {
                return pages[0];
            }

            @Override
            public int purgeCalls() {
                return pages[0] == 6 ? 0 : 100;
            }
        };
        Epoch.Steps steps = Epoch.Steps.of(EpochStep.NOTHING, retire, reclaim, ledger, boundary, IDLE, busy, TIME);
        assertEquals(0, steps.retireScan().run(Load.BUSY), "all of it was wanted a moment ago, and this heap is not eager");
        assertEquals(0, steps.mediumReclaim().run(Load.BUSY));
        for (pages[0] = 1; pages[0] <= 2; pages[0]++) {
            assertEquals(pages[0], steps.retireScan().run(Load.BUSY));
            assertEquals(pages[0], steps.mediumReclaim().run(Load.BUSY));
            assertEquals(pages[0], steps.ledgerPurge().run(Load.BUSY));
        }
        pages[0] = 5;
        assertEquals(3, retire.tick(3, false, () -> true));
        assertEquals(0, steps.ledgerPurge().run(Load.BUSY), "younger than that");
        pages[0] = 6;
        assertEquals(0, steps.ledgerPurge().run(Load.BUSY), "no calls");
    }

    @Test
    void a_step_that_has_no_time_ends_after_its_first_run_whether_the_heap_is_busy_or_not() {
        Epoch.Steps steps = Epoch.Steps.of(EpochStep.NOTHING, retire, reclaim, ledger, boundary, IDLE, EAGER, new TickTime(() -> 0, 0));
        assertEquals(1, steps.retireScan().run(Load.BUSY));
        assertEquals(1, steps.mediumReclaim().run(Load.BUSY));
        assertEquals(1, steps.retireScan().run(Load.IDLE));
        assertEquals(1, steps.mediumReclaim().run(Load.IDLE));
    }

    @Test
    void a_backlog_of_small_pages_does_not_keep_the_pages_that_wait_from_leaving() {
        long[] reads = {0};
        Epoch.Steps steps = Epoch.Steps.of(
                EpochStep.NOTHING, retire, reclaim, ledger, boundary, EpochBudgets.ALL, BUSY, new TickTime(() -> reads[0]++, 8));
        assertEquals(Epoch.Outcome.MOVED, new Epoch(steps, new IdleGate(0)).tick());
        assertEquals(5, retire.retiredPages());
        assertEquals(1, reclaim.reclaimedRuns());
        assertEquals(6, ledger.purgedPages());
    }

    @Test
    void the_heaps_own_step_is_the_first_and_what_is_reclaimed_in_a_tick_can_leave_in_it() {
        EpochStep own = now -> 0;
        Epoch.Steps steps = Epoch.Steps.of(own, retire, reclaim, ledger, boundary, EpochBudgets.ALL, BUSY, TIME);
        assertSame(own, steps.heap());
        assertEquals(Epoch.Outcome.MOVED, new Epoch(steps, new IdleGate(0)).tick());
        assertEquals(40, ledger.purgedPages());
    }
}
