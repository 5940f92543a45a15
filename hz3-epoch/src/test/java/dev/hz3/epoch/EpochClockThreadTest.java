package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.release.ledger.IdleGate;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class EpochClockTest {

    private final Semaphore ticks = new Semaphore(0);
    private final AtomicLong backlog = new AtomicLong();
    private final Epoch epoch = new Epoch(
            new Epoch.Steps(
                    now -> {
                        ticks.release();
                        return backlog.get() > 0 ? backlog.getAndDecrement() : 0;
                    },
                    EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING),
            new IdleGate(0));

    private EpochClock clock(BooleanSupplier waiting) {
        EpochClock clock = new EpochClock(epoch, waiting, Duration.ofMillis(1), "test-clock");
        clock.start();
        return clock;
    }

    private void awaitTicks(int count) throws InterruptedException {
        assertTrue(ticks.tryAcquire(count, 30, TimeUnit.SECONDS), "no tick came");
    }

    @Test
    void it_ticks_until_nothing_waits_and_then_does_not_wake_up_at_all() throws InterruptedException {
        backlog.set(5);
        try (EpochClock clock = clock(() -> backlog.get() > 0)) {
            clock.wake();
            awaitTicks(5);
            awaitAsleep(clock);
            assertTrue(backlog.get() <= 0);
            long wakeUps = clock.wakeUps();
            long epochs = epoch.epochs();
            Thread.sleep(100); // not to wait for something: to give it time to do what it must not
            assertEquals(wakeUps, clock.wakeUps());
            assertEquals(epochs, epoch.epochs());
            backlog.set(1);
            ticks.drainPermits();
            clock.wake();
            awaitTicks(1);
        }
    }

    private static void awaitAsleep(EpochClock clock) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!clock.isAsleep() && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        assertTrue(clock.isAsleep());
    }

    @Test
    void it_gives_up_when_turn_after_turn_moves_nothing_although_something_waits() throws InterruptedException {
        try (EpochClock clock = clock(() -> true)) {
            awaitTicks(8);
            awaitAsleep(clock);
            ticks.drainPermits();
            clock.wake();
            awaitTicks(8);
            awaitAsleep(clock);
        }
    }

    @Test
    void it_survives_a_question_that_fails() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        backlog.set(2);
        try (EpochClock clock = clock(() -> {
            if (asked.getAndIncrement() < 3) {
                throw new IllegalStateException("on purpose");
            }
            return backlog.get() > 0;
        })) {
            clock.wake();
            awaitTicks(1);
            awaitAsleep(clock);
        }
    }

    @Test
    void closing_it_ends_the_thread_and_keeps_an_interrupt() {
        EpochClock clock = clock(() -> false);
        Thread.currentThread().interrupt();
        clock.close();
        assertTrue(Thread.interrupted());
        clock.close();
    }
}
