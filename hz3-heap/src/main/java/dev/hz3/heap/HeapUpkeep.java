package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;

import dev.hz3.epoch.BusyBudgets;
import dev.hz3.epoch.Epoch;
import dev.hz3.epoch.EpochBudgets;
import dev.hz3.epoch.EpochClock;
import dev.hz3.epoch.EpochStep;
import dev.hz3.epoch.IdleGate;
import dev.hz3.epoch.Load;
import dev.hz3.epoch.TickTime;
import dev.hz3.heap.supply.Shard;
import dev.hz3.heap.supply.StackRoom;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.retire.scan.RetireBudget;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the heap does in a tick, and when there is one: on the clock's thread, on that of an application whose clock is late, or when somebody asks.
///
/// Threads: any; the epoch lets one tick at a time.
final class HeapUpkeep {

    /// A thread of a busy heap that was not seen for fewer epochs than this waits for a processor, most likely.
    private static final int BUSY_LOOKS = 4;
    /// This many periods after the last tick the clock is late: a busy machine has not let it run.
    private static final int LATE_PERIODS = 2;
    /// Of so many parts of the clock's period a tick of the clock may take all but one.
    private static final int PARTS_OF_PERIOD = 8;
    /// How long a tick of a thread in the clock's place may take, in ns: the application waits for it.
    private static final long NANOS_IN_PASSING = 750_000;

    private final HeapParts parts;
    private final HeapOptions options;
    private final HeapLifetime lifetime;
    private final HeapObservers observers;
    private final BusyBudgets atWork;
    private final IdleGate gate;
    private final AdaptiveDelay delay;
    private final Epoch epoch;
    private final Epoch.Steps inPassing;
    private final Epoch.Steps unhurried;
    private final Epoch.Steps delivery;
    private final @Nullable EpochClock clock;
    private final long dueNanos;
    private volatile long lastTickNanos;

    /// @param number the heap's, for the name of its clock's thread
    HeapUpkeep(HeapParts parts, HeapLifetime lifetime, int number) {
        this.parts = parts;
        observers = parts.observers();
        this.lifetime = lifetime;
        options = parts.options();
        lastTickNanos = parts.nanoTime().getAsLong();
        long periodNanos = TimeUnit.MILLISECONDS.toNanos(options.clockPeriodMillis());
        delay = new AdaptiveDelay(options.delayEpochsMost(), periodNanos, options.faultsPerMiBSecond(), lastTickNanos);
        atWork = new WorkBudgets(options, parts.supply()::emptyPages, parts.supply()::stockedPages, parts.ledger()::waitingPages, delay::epochs, this::isNearlyFull);
        gate = new IdleGate(options.idleEvents());
        long tickNanos = periodNanos - periodNanos / PARTS_OF_PERIOD;
        epoch = new Epoch(stepsOf(tickNanos), gate);
        inPassing = stepsOf(Math.min(NANOS_IN_PASSING, tickNanos));
        unhurried = stepsOf(Long.MAX_VALUE);
        delivery = new Epoch.Steps(_ -> parts.cacheUpkeep().sort(), EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING);
        clock = options.release() && options.clock()
                ? new EpochClock(epoch, this::isWaiting, Duration.ofMillis(options.clockPeriodMillis()),
                        options.delayEpochsIdle(), "hz3-clock-" + number)
                : null;
        dueNanos = (clock == null ? 1 : LATE_PERIODS) * periodNanos;
    }

    /// Lets the clock run, if the heap has one.
    void start() {
        if (clock != null) {
            clock.start();
        }
    }

    Epoch epoch() {
        return epoch;
    }

    /// How often the clock's thread has woken up.
    long wakeUps() {
        return clock == null ? 0 : clock.wakeUps();
    }

    // ---- when ----------------------------------------------------------------------------------------------------

    /// A thread has left the fast path.
    ///
    /// @param mayTick whether it ticks in the clock's place if that is due
    void slowPathTaken(boolean mayTick) {
        gate.report();
        observers.deliver();
        if (clock != null) {
            clock.wake();
        }
        if (mayTick && options.release() && !lifetime.isClosed() && tryBeginEpoch() && StackRoom.isThere()) {
            lifetime.pin();
            try {
                epoch.tickBusy(inPassing);
            } finally {
                lifetime.unpin();
            }
        }
    }

    /// Begins an epoch for the calling thread, if the last tick, by any thread, is long enough ago. An epoch is a measure of time: pages rest for some epochs,
    /// threads are silent for some, and a busy heap must not make either of them shorter. If there is a clock, threads make the ticks that it is late for.
    ///
    /// @return whether the caller must tick; two threads that try at the same moment may both be told so, and the lock of the epoch lets in one
    private boolean tryBeginEpoch() {
        long now = parts.nanoTime().getAsLong();
        if (now - lastTickNanos < dueNanos) {
            return false;
        }
        lastTickNanos = now;
        return true;
    }

    /// Whether a tick would find anything to give back.
    boolean isWaiting() {
        if (parts.ledger().isWaiting() || parts.cacheUpkeep().isWaiting()) {
            return true;
        }
        for (int i = 0; i < parts.shards().size(); i++) { // by index: an iterator would be an object for each tick
            Shard shard = parts.shards().get(i);
            if (shard.runs().pages() != 0 || shard.smallPages().hasEmpty()
                    || shard.mediumPool().hasEmpty() || shard.smallPool().hasEmpty()) {
                return true;
            }
        }
        return false;
    }

    // ---- what ----------------------------------------------------------------------------------------------------

    private Epoch.Steps stepsOf(long tickNanos) {
        return observers.watched(Epoch.Steps.of(this::ownStep, parts.retire(), parts.reclaim(), parts.ledger(), parts.boundary(), options.idleBudgets(),
                atWork, new TickTime(parts.nanoTime(), tickNanos)));
    }

    /// What the heap contributes to a tick.
    private long ownStep(Load now) {
        long begun = parts.nanoTime().getAsLong();
        lastTickNanos = begun;
        learn(begun);
        parts.limit().settle();
        long moved = parts.cacheUpkeep().trim(now == Load.IDLE ? 1 : BUSY_LOOKS);
        if (clock != null && parts.cacheUpkeep().isInUse()) {
            clock.renew(); // its owner may fall silent without another slow path, and only the clock would see it
        }
        return now == Load.IDLE ? moved + parts.supply().closeEmpty() : moved;
    }

    /// What was regretted says how long pages rest from now on. A heap that is nearly full has no choice, so it has nothing to regret.
    private void learn(long now) {
        delay.tick(now, parts.ledger().purgedPages(), parts.ledger().regrettedPages());
        gate.quietEpochs(delay.quietEpochs());
        parts.ledger().regretNanos(isNearlyFull() ? 0 : delay.regretNanos());
    }

    /// Whether so much of what the heap may have is in use that giving back is worth more than sparing page faults.
    private boolean isNearlyFull() {
        return parts.map().residentPages() * 100 >= parts.limit().softBytes() / PAGE_BYTES * options.eagerPercent();
    }

    private Epoch.Steps everything() {
        return observers.watched(new Epoch.Steps(
                _ -> asked() + parts.cacheUpkeep().trim(0),
                now -> parts.retire().tick(EpochBudgets.ALL.retire()),
                now -> parts.reclaim().tick(EpochBudgets.ALL.reclaim()),
                now -> parts.ledger().flush(parts.boundary()) + parts.supply().closeEmpty()));
    }

    // ---- asked for -----------------------------------------------------------------------------------------------

    /// One tick, now, on this thread, however long it takes. Nothing happens if one is running, or if the heap was told to release nothing.
    void tick() {
        if (options.release()) {
            epoch.tick(unhurried);
        }
    }

    /// Gives back everything that is free, after the tick that is running. Nothing happens if the heap was told to release nothing.
    void flush() {
        if (options.release()) {
            epoch.force(everything());
        }
    }

    /// Gives back until at most `targetPages` may be resident, or nothing is free: what waits for its purge first, then stock, then what threads keep. Nothing happens if the heap was told to
    /// release nothing.
    void trimTo(long targetPages) {
        if (!options.release()) {
            return;
        }
        for (Share share : Share.values()) {
            long excess = parts.map().residentPages() - targetPages;
            if (excess <= 0) {
                return;
            }
            epoch.force(share == Share.ALL ? everything() : some(share, excess));
        }
    }

    /// What leaves because somebody has asked for it is no mistake of the heap's, however soon it is wanted again.
    private long asked() {
        parts.ledger().regretNanos(0);
        return 0;
    }

    /// What a trim to a target takes from, the cheapest first.
    enum Share {
        WAITING, STOCK, CACHES, ALL
    }

    private Epoch.Steps some(Share share, long pages) {
        boolean isStockToo = share != Share.WAITING;
        return observers.watched(new Epoch.Steps(
                share == Share.CACHES ? _ -> asked() + parts.cacheUpkeep().trim(0) : _ -> asked(),
                isStockToo ? _ -> parts.retire().tick(new RetireBudget(pages, false)) : EpochStep.NOTHING,
                isStockToo ? _ -> parts.reclaim().tick(new ReclaimBudget(Integer.MAX_VALUE, pages, false)) : EpochStep.NOTHING,
                _ -> parts.ledger().tick(parts.boundary(), new PurgePlan(0, pages, Integer.MAX_VALUE))));
    }

    /// Empties the inboxes whose owners are not inside their caches, between two ticks.
    ///
    /// @throws IllegalStateException if the heap is closed
    void deliver() {
        if (!epoch.force(delivery)) {
            throw HeapLifetime.closedException();
        }
    }

    /// Lets the clock end, and makes the last tick.
    ///
    /// @param last all that it does
    void close(EpochStep last) {
        if (clock != null) {
            clock.close();
        }
        epoch.close(last);
    }
}
