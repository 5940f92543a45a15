package dev.hz3.bench.burst;

import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.peers.ReleaseCounters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// Whether memory went back: GO or NO-GO, and why.
///
/// The bars descend from four numbers. Of a burst that leaves no survivors, a fiftieth may stay: bookkeeping, and caches
/// that the next burst wants. With survivors scattered over the pages, what they ask for is rounded up to pages (medium
/// blocks), or holds pages that others have left (small ones).
///
/// @param criteria one line each
public record BurstIdleVerdict(List<Criterion> criteria) {

    /// What may stay of a burst without survivors, and what the base may grow by.
    static final double BURST_SHARE = 0.02;

    /// What survivors of at least a page may hold, as a multiple of what they asked for.
    static final double MEDIUM_SURVIVORS = 1.15;

    /// What survivors may hold, as a multiple of their bytes, if some are smaller than a page.
    static final double SMALL_SURVIVORS = 2.0;

    /// What may stay beside the survivors.
    static final long SURVIVORS_ALLOWANCE_BYTES = 16 * Mebibytes.BYTES;

    /// Pages that a system call gives back on average, at the least: a burst leaves its segments empty.
    static final double PAGES_PER_CALL = 256;

    /// Pages that a purge call must give back if survivors lie between them: the ancestor's bar, calls ≤ a tenth of pages.
    static final double PAGES_PER_CALL_AMONG_SURVIVORS = 10;

    private static final int PAGE_BYTES = 4096;

    private static final String UNTOLD = "the allocator does not tell";

    /// Copies the list.
    public BurstIdleVerdict {
        criteria = List.copyOf(criteria);
    }

    /// Whether no criterion says no.
    public boolean isGo() {
        return criteria.stream().noneMatch(criterion -> criterion.outcome() == Criterion.Outcome.NO_GO);
    }

    /// Holds `result` against the bars.
    public static BurstIdleVerdict of(BurstIdleResult result) {
        List<Criterion> criteria = new ArrayList<>();
        criteria.add(reclaimRuns(result.counters()));
        criteria.add(residentFalls(
                result, "resident falls: one second after the free", CycleResult::afterOneSecondBytes));
        criteria.add(residentFalls(result, "resident falls: at the end of the idle", CycleResult::endBytes));
        criteria.add(baseStays(result));
        criteria.add(callsAreFew(result));
        criteria.add(nothingIsDamaged(result));
        return new BurstIdleVerdict(criteria);
    }

    private static Criterion reclaimRuns(Optional<ReleaseCounters> counters) {
        String claim = "reclaim runs, through the boundary";
        String bar = "reclaimedRuns + retiredPages > 0, boundaryCalls > 0, violations = 0";
        return counters.map(seen -> new Criterion(
                        'a',
                        claim,
                        Criterion.Outcome.of(seen.reclaimedRuns() + seen.retiredPages() > 0
                                && seen.boundaryCalls() > 0
                                && seen.violations() == 0),
                        "reclaimedRuns=" + seen.reclaimedRuns() + ", retiredPages=" + seen.retiredPages()
                                + ", boundaryCalls=" + seen.boundaryCalls() + ", violations=" + seen.violations(),
                        bar))
                .orElseGet(() -> new Criterion('a', claim, Criterion.Outcome.NOT_APPLICABLE, UNTOLD, bar));
    }

    private static Criterion residentFalls(
            BurstIdleResult result, String claim, ToLongFunction<CycleResult> whenBytes) {
        CycleResult worst = worst(result, cycle ->
                (double) (whenBytes.applyAsLong(cycle) - result.firstBaseBytes()) - heldBarBytes(result, cycle));
        long heldBytes = whenBytes.applyAsLong(worst) - result.firstBaseBytes();
        long barBytes = heldBarBytes(result, worst);
        long burstBytes = result.burstBytes(worst);
        String share = burstBytes <= 0
                ? ""
                : String.format(Locale.ROOT, ", %.1f %% of the burst", 100.0 * heldBytes / burstBytes);
        return new Criterion(
                'b',
                claim,
                Criterion.Outcome.of(heldBytes <= barBytes),
                Mebibytes.text(heldBytes) + " MiB above the base" + share + " (worst: cycle " + worst.number() + ")",
                "<= " + Mebibytes.text(barBytes) + " MiB: " + heldBarReason(result, worst));
    }

    private static long heldBarBytes(BurstIdleResult result, CycleResult cycle) {
        if (cycle.liveBytes() == 0) {
            return Math.round(result.burstBytes(cycle) * BURST_SHARE);
        }
        return Math.round(cycle.liveBytes() * survivorsFactor(result)) + SURVIVORS_ALLOWANCE_BYTES;
    }

    private static String heldBarReason(BurstIdleResult result, CycleResult cycle) {
        return cycle.liveBytes() == 0
                ? "2 % of the burst"
                : "live " + Mebibytes.text(cycle.liveBytes()) + " x " + survivorsFactor(result) + " + "
                        + Mebibytes.rounded(SURVIVORS_ALLOWANCE_BYTES);
    }

    private static double survivorsFactor(BurstIdleResult result) {
        return result.options().minBytes() >= PAGE_BYTES ? MEDIUM_SURVIVORS : SMALL_SURVIVORS;
    }

    private static Criterion baseStays(BurstIdleResult result) {
        long barBytes = Math.round(result.burstBytes(result.cycles().getFirst()) * BURST_SHARE);
        CycleResult worst = worst(result, CycleResult::baseBytes);
        long growthBytes = worst.baseBytes() - result.firstBaseBytes();
        return new Criterion(
                'c',
                "the base does not grow from cycle to cycle",
                Criterion.Outcome.of(growthBytes <= barBytes),
                "by " + Mebibytes.text(growthBytes) + " MiB (worst: cycle " + worst.number() + ")",
                "<= " + Mebibytes.text(barBytes) + " MiB: 2 % of the burst");
    }

    private static Criterion callsAreFew(BurstIdleResult result) {
        boolean hasSurvivors = result.cycles().stream().anyMatch(cycle -> cycle.liveBytes() > 0);
        double bar = hasSurvivors ? PAGES_PER_CALL_AMONG_SURVIVORS : PAGES_PER_CALL;
        String claim = "pages go back many at a time";
        String barText = String.format(Locale.ROOT, ">= %.0f pages per system call", bar);
        return result.counters()
                .map(seen -> new Criterion(
                        'd',
                        claim,
                        Criterion.Outcome.of(seen.pagesPerPurgeCall() >= bar),
                        String.format(
                                Locale.ROOT,
                                "%.1f pages per system call (%,d pages, %,d calls)",
                                seen.pagesPerPurgeCall(),
                                seen.purgedPages(),
                                seen.purgeCalls()),
                        barText))
                .orElseGet(() -> new Criterion('d', claim, Criterion.Outcome.NOT_APPLICABLE, UNTOLD, barText));
    }

    private static Criterion nothingIsDamaged(BurstIdleResult result) {
        return new Criterion(
                'e',
                "no block is damaged",
                Criterion.Outcome.of(result.damagedBlocks() == 0),
                result.damagedBlocks() == 0
                        ? "0 damaged blocks"
                        : result.damagedBlocks() + " damaged, the first: " + result.firstDamage(),
                "0");
    }

    private static CycleResult worst(BurstIdleResult result, ToDoubleFunction<CycleResult> badness) {
        return result.cycles().stream().max(Comparator.comparingDouble(badness)).orElseThrow();
    }
}
