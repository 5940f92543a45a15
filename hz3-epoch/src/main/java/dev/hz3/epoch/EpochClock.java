package dev.hz3.epoch;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// One daemon thread that ticks while something waits to be returned, and sleeps without a single wake-up when nothing does.
///
///     ASLEEP ──wake()──▶ WAITS a period ──▶ TICKS ──┬── something waits ──▶ WAITS for what is left of a period
///        ▲                                          ├── something waits, and it was idle and moved something ──▶ TICKS again at once
///        └──── nothing waits, or nothing moves ─────┘
///
/// A period is from the beginning of a tick to the beginning of the next one, so that a tick that takes long makes nothing rest longer.
///
/// An application that has gone quiet gives its memory back by this thread alone. So it outlives a tick that fails beside its steps, which counts as one that found
/// nothing to do.
///
/// Threads: [#wake()] and [#renew()] from any, at the price of two reads while awake.
public final class EpochClock implements AutoCloseable {

    /// After so many idle ticks in a row that moved nothing although something waits, it sleeps all the same; and after more of them where what
    /// waits has to rest first.
    public static final int FRUITLESS_TICKS = 8;

    /// However long a tick took, the clock waits this part of a period: the application may have need of the processor.
    private static final int PARTS = 8;

    private final Epoch epoch;
    private final BooleanSupplier waiting;
    private final long periodNanos;
    private final int fruitlessTicks;
    private final Parking parking;
    private final Thread thread;
    private int fruitless; // ticks in a row; the thread's own
    private boolean hasMoved; // whether the last tick did; the thread's own
    private long leftNanos; // of the period after the last tick; the thread's own
    private volatile long wakeUps; // written by the thread
    private volatile boolean asleep;
    private volatile boolean called; // wake() came since the last tick began
    private volatile boolean renewed; // renew() came since the last tick began
    private volatile boolean closed;

    /// A clock that ticks `epoch` each `period` while `waiting` says that something waits to be returned.
    public EpochClock(Epoch epoch, BooleanSupplier waiting, Duration period, String name) {
        this(epoch, waiting, period, 0, name);
    }

    /// A clock for what may rest for up to `restEpochs` idle ticks that move nothing.
    public EpochClock(Epoch epoch, BooleanSupplier waiting, Duration period, int restEpochs, String name) {
        this(epoch, waiting, period, restEpochs, name, new Parking.OfThreads());
    }

    /// A clock whose thread waits by `parking`.
    EpochClock(Epoch epoch, BooleanSupplier waiting, Duration period, int restEpochs, String name, Parking parking) {
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("period=" + period + ": not positive");
        }
        this.epoch = epoch;
        this.waiting = waiting;
        fruitlessTicks = FRUITLESS_TICKS + restEpochs;
        periodNanos = period.toNanos();
        this.parking = parking;
        // It may outlive whoever made it, and must keep nothing of theirs alive.
        thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(name).unstarted(this::run);
        thread.setContextClassLoader(null);
    }

    /// Starts the thread, asleep.
    public void start() {
        thread.start();
    }

    /// Something may be waiting to be returned from now on.
    public void wake() {
        if (asleep) {
            asleep = false;
            parking.unpark(thread);
        } else if (!called) {
            called = true;
        }
    }

    /// Does the same for something that is in use now, so that only a later tick can find that it is not any more: it does not give up before.
    public void renew() {
        if (!renewed) {
            renewed = true;
        }
        wake();
    }

    /// How often the thread has woken up.
    public long wakeUps() {
        return wakeUps;
    }

    /// Whether it sleeps until somebody calls [#wake()].
    public boolean isAsleep() {
        return asleep;
    }

    /// What the thread does until the clock is closed.
    void run() {
        sleepUnless(true);
        park(periodNanos);
        while (!closed) {
            tick();
            rest();
        }
    }

    /// Ticks once, whatever the tick throws, and notes what that says of the next.
    private void tick() {
        fruitless = renewed ? 0 : fruitless + 1;
        hasMoved = false;
        leftNanos = periodNanos;
        renewed = false;
        called = false;
        try {
            tickEpoch();
        } catch (Throwable failure) { // an Error too: a thread that ends gives nothing back any more
            epoch.failed(failure);
        }
    }

    private void tickEpoch() {
        long begun = parking.nanoTime();
        Epoch.Outcome outcome = epoch.tick();
        leftNanos = Math.max(periodNanos / PARTS, periodNanos - (parking.nanoTime() - begun));
        fruitless = outcome == Epoch.Outcome.NOTHING_TO_DO ? fruitless : 0;
        hasMoved = outcome == Epoch.Outcome.MOVED;
    }

    /// Sleeps if nothing waits or nothing moves; else waits for the next tick, unless that follows at once.
    private void rest() {
        boolean isHopeful = fruitless < fruitlessTicks;
        boolean more = isHopeful && isWaiting();
        if (!more && sleepUnless(isHopeful)) {
            fruitless = 0;
            park(periodNanos);
        } else if (!hasMoved || !more) {
            park(leftNanos);
        }
    }

    private boolean isWaiting() {
        try {
            return waiting.getAsBoolean();
        } catch (RuntimeException | Error failure) { // the clock outlives what it asks
            return true;
        }
    }

    /// Sleeps until somebody calls [#wake()].
    ///
    /// @param ask whether to stay awake where something waits after all
    /// @return whether it slept
    private boolean sleepUnless(boolean ask) {
        asleep = true;
        // Asked again after saying so: whoever made something wait a moment ago has not seen that this thread sleeps.
        if (called || ask && isWaiting()) {
            asleep = false;
            return false;
        }
        while (asleep && !closed) {
            parking.park(this);
            woken();
        }
        asleep = false;
        return true;
    }

    private void park(long nanos) {
        if (!closed) {
            parking.park(this, nanos);
            woken();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by the one thread
    private void woken() {
        wakeUps++;
        // Nobody interrupts this thread to any purpose, and one that stays interrupted cannot park: it would spin for ever.
        Thread.interrupted();
    }

    /// Ends the thread and waits until it has ended, but for a thread that ends itself. Harmless to repeat. An interrupt does not shorten it, and is
    /// kept.
    @Override
    public void close() {
        closed = true;
        parking.unpark(thread);
        boolean ended = Thread.currentThread() == thread;
        boolean interrupted = false;
        while (!ended) {
            try {
                thread.join();
                ended = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
