package dev.hz3.heap;

import dev.hz3.epoch.BusyBudgets;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// What a busy heap spends on a step: what the options say, or a part of the backlog if that is more, so that what rests is gone after a while, however much
/// it is. If the heap is eager, because it is nearly full, nothing is spared.
///
/// @param emptyPages of small runs that are empty
/// @param stockedPages of medium runs in stock
/// @param waitingPages in the ledger
/// @param learnedDelay for how many epochs pages rest, if the options ask for no more
record WorkBudgets(
        HeapOptions options, LongSupplier emptyPages, LongSupplier stockedPages, LongSupplier waitingPages, IntSupplier learnedDelay, BooleanSupplier eager)
        implements BusyBudgets {

    private static final int MANY = 1 << 30;
    /// A step does at least a quarter of its backlog.
    private static final int BACKLOG_SHARE = 4;

    @Override
    public boolean isEager() {
        return eager.getAsBoolean();
    }

    @Override
    public long retirePages() {
        return Math.max(options.retireBudgetPages(), share(emptyPages));
    }

    @Override
    public int reclaimRuns() {
        return Math.max(options.reclaimBudgetRuns(), runs(share(stockedPages)));
    }

    @Override
    public long reclaimPages() {
        return Math.max(options.reclaimBudgetPages(), share(stockedPages));
    }

    @Override
    public int delayEpochs() {
        return eager.getAsBoolean() ? 0 : Math.max(options.delayEpochsBusy(), learnedDelay.getAsInt());
    }

    @Override
    public long purgePages() {
        return Math.max(options.purgeBudgetPages(), share(waitingPages));
    }

    @Override
    public int purgeCalls() {
        return Math.max(options.purgeBudgetCalls(), runs(share(waitingPages)));
    }

    private static long share(LongSupplier backlog) {
        return backlog.getAsLong() / BACKLOG_SHARE;
    }

    /// As many as pages, at most: a run has one at least, and so has a call.
    private static int runs(long pages) {
        return (int) Math.min(pages, MANY);
    }
}
