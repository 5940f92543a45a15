package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// A clock with a thread of its own: it comes when it is called, ends when it is closed, and costs nothing meanwhile.
class EpochClockThreadTest {

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
    void it_gives_up_when_tick_after_tick_moves_nothing_although_something_waits() throws InterruptedException {
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
    void it_uses_no_processor_while_it_sleeps_and_while_it_waits_a_period() throws Exception {
        CompletableFuture<Thread> asked = new CompletableFuture<>();
        EpochClock clock = new EpochClock(epoch, () -> {
            asked.complete(Thread.currentThread());
            return false;
        }, Duration.ofDays(1), "test-clock");
        clock.start();
        awaitAsleep(clock);
        Thread thread = asked.get(30, TimeUnit.SECONDS); // it is asleep a moment before it asks
        awaitState(thread, Thread.State.WAITING, () -> clock.wakeUps() > 0);
        clock.wake();
        awaitState(thread, Thread.State.TIMED_WAITING, () -> epoch.epochs() > 0);
        assertEquals(1, clock.wakeUps());
        clock.close(); // does not wait for the day to end
        assertFalse(thread.isAlive());
        assertEquals(0, epoch.epochs());
    }

    /// Waits until a thread is as it should be, unless something shows that it never will.
    private static void awaitState(Thread thread, Thread.State wanted, BooleanSupplier hopeless) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (thread.getState() != wanted) {
            assertFalse(hopeless.getAsBoolean() || System.nanoTime() - deadline > 0, () -> thread + " is " + thread.getState());
            Thread.sleep(1);
        }
    }

    @Test
    void closing_it_ends_the_thread_and_keeps_an_interrupt() {
        EpochClock clock = clock(() -> false);
        Thread.currentThread().interrupt();
        clock.close();
        assertTrue(Thread.interrupted());
        clock.close();
        assertFalse(Thread.interrupted());
    }

    @Test
    void closing_it_waits_for_the_tick_that_runs_and_an_interrupt_does_not_shorten_that() throws InterruptedException {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        EpochClock clock = clockOf(() -> {
            inside.countDown();
            await(go);
            order.add("tick ends");
        });
        await(inside);
        Thread closing = Thread.ofPlatform().start(() -> {
            clock.close();
            order.add(Thread.currentThread().isInterrupted() ? "closed, interrupted" : "closed");
        });
        awaitState(closing, Thread.State.WAITING, () -> !closing.isAlive());
        closing.interrupt();
        while (closing.isInterrupted()) {
            Thread.sleep(1); // until it has noticed
        }
        awaitState(closing, Thread.State.WAITING, () -> !closing.isAlive());
        go.countDown();
        closing.join();
        assertEquals(List.of("tick ends", "closed, interrupted"), order);
    }

    @Test
    void a_step_may_close_the_clock_that_ticks() throws InterruptedException {
        AtomicReference<EpochClock> self = new AtomicReference<>();
        AtomicReference<Thread> ticking = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        self.set(clockOf(() -> {
            ticking.set(Thread.currentThread());
            await(known);
            self.get().close();
            closed.countDown();
        }));
        known.countDown();
        await(closed);
        assertTrue(ticking.get().join(Duration.ofSeconds(30)));
    }

    /// A clock whose ticks are `step` and which always has something to wait for, ticking.
    private static EpochClock clockOf(Runnable step) {
        EpochStep heap = now -> {
            step.run();
            return 0;
        };
        Epoch epoch = new Epoch(new Epoch.Steps(heap, EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING), new IdleGate(0));
        EpochClock clock = new EpochClock(epoch, () -> true, Duration.ofMillis(1), "test-clock");
        clock.start();
        return clock;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
