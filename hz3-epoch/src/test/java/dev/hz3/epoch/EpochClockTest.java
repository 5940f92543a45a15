package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// When the clock ticks, when it waits a period and when it sleeps, on the thread of the test: what happens during each sleep is a list, and time does
/// not pass.
///
///     sleep     until somebody calls; the sleep behind the last of the list closes the clock
///     call      the sleeper is called
///     wait      for a period, or for what is left of one
///     tick
///     fail      a tick that throws before it has asked for anything
class EpochClockTest {

    private static final Duration PERIOD = Duration.ofMillis(7);
    /// More lines than any of these lives has: a clock that has no end is told, not waited for.
    private static final int ENDLESS = 200;

    private final List<String> life = new ArrayList<>();
    private final Deque<Runnable> sleeps = new ArrayDeque<>();
    private final Deque<Runnable> waits = new ArrayDeque<>();
    private final Deque<Long> moves = new ArrayDeque<>();
    private final Deque<Boolean> answers = new ArrayDeque<>();
    private final IdleGate gate = new IdleGate(0);
    private long now = Long.MAX_VALUE; // the clock wraps in the first tick that takes time
    private long tickNanos; // how long a tick takes
    private long waitNanos = PERIOD.toNanos(); // how long the clock is to wait
    private Runnable inTick = () -> {};
    private final Deque<Throwable> failures = new ArrayDeque<>(); // of the ticks that come first
    private boolean answer; // of a question that is not in the list
    private final Epoch epoch = new Epoch(new Epoch.Steps(now -> tick(), EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING), gate);
    private EpochClock clock = clock(this::isWaiting, 0);

    private EpochClock clock(BooleanSupplier waiting, int restEpochs) {
        return new EpochClock(epoch, waiting, PERIOD, restEpochs, "nobody", new ByList());
    }

    private boolean isWaiting() {
        return answers.isEmpty() ? answer : answers.remove();
    }

    private long tick() {
        life.add("tick");
        inTick.run();
        now += tickNanos;
        if (life.size() > ENDLESS) {
            clock.close();
        }
        return moves.isEmpty() ? 0 : moves.remove();
    }

    private final class ByList implements Parking {

        @Override
        public void park(Object blocker) {
            assertTrue(clock.isAsleep());
            note("sleep");
            if (sleeps.isEmpty()) {
                clock.close();
            } else {
                sleeps.remove().run();
            }
        }

        @Override
        public void park(Object blocker, long nanos) {
            assertEquals(life.lastIndexOf("tick") == life.size() - 1 && !life.isEmpty() ? waitNanos : PERIOD.toNanos(), nanos);
            assertFalse(clock.isAsleep());
            note("wait");
            if (!waits.isEmpty()) {
                waits.remove().run();
            }
        }

        @Override
        public void unpark(Thread thread) {
            assertEquals("nobody", thread.getName());
            note("call");
        }

        @Override
        public long nanoTime() {
            if (!failures.isEmpty()) {
                note("fail");
                throw sneaky(failures.remove());
            }
            return now;
        }

        private void note(String what) {
            life.add(what);
            assertTrue(life.size() < ENDLESS, () -> "it has no end: " + life);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /// So many ticks, a period apart.
    private static String ticks(int count) {
        return String.join(" wait ", Collections.nCopies(count, "tick"));
    }

    /// Runs the clock to its end, and compares.
    private void lives(String... expected) {
        clock.run();
        assertEquals(String.join(" ", expected), String.join(" ", life));
    }

    private static final String SLEEPS_AND_IS_CALLED = "sleep call wait";
    private static final String SLEEPS_UNTIL_CLOSED = "sleep call";

    @Test
    void it_sleeps_until_it_is_called_and_waits_a_period_before_it_ticks() {
        sleeps.add(clock::wake);
        lives(SLEEPS_AND_IS_CALLED, ticks(1), SLEEPS_UNTIL_CLOSED);
        assertEquals(3, clock.wakeUps());
        assertFalse(clock.isAsleep());
    }

    @Test
    void it_does_not_sleep_at_first_where_something_waits_already() {
        answers.add(true);
        lives("wait", ticks(1), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void ticks_that_move_something_follow_each_other_at_once_while_something_waits() {
        sleeps.add(clock::wake);
        sleeps.add(clock::wake);
        moves.addAll(List.of(5L, 5L, 5L));
        Collections.addAll(answers, false, true, true, false);
        lives(SLEEPS_AND_IS_CALLED, "tick tick tick", SLEEPS_AND_IS_CALLED, ticks(1), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_tick_that_moved_something_is_followed_by_a_period_where_something_waits_only_when_asked_again() {
        sleeps.add(clock::wake);
        moves.add(5L);
        Collections.addAll(answers, false, false, true);
        lives(SLEEPS_AND_IS_CALLED, ticks(2), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_tick_that_moves_nothing_is_followed_by_a_period_while_something_waits() {
        sleeps.add(clock::wake);
        Collections.addAll(answers, false, true, true, false);
        lives(SLEEPS_AND_IS_CALLED, ticks(3), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_busy_heap_is_turned_once_a_period_for_as_long_as_something_waits() {
        int ticks = 3 * EpochClock.FRUITLESS_TICKS;
        sleeps.add(clock::wake);
        inTick = gate::report;
        gate.report();
        answers.add(false);
        answers.addAll(Collections.nCopies(ticks - 1, true));
        lives(SLEEPS_AND_IS_CALLED, ticks(ticks), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_tick_that_took_a_part_of_a_period_is_followed_by_what_is_left_of_it() {
        sleeps.add(clock::wake);
        tickNanos = 3_000_000;
        waitNanos = 4_000_000;
        Collections.addAll(answers, false, true, true, false);
        lives(SLEEPS_AND_IS_CALLED, ticks(3), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void after_a_tick_that_took_longer_than_a_period_it_waits_an_eighth_of_one_all_the_same() {
        sleeps.add(clock::wake);
        tickNanos = 9_000_000;
        waitNanos = 875_000;
        Collections.addAll(answers, false, true, true, false);
        lives(SLEEPS_AND_IS_CALLED, ticks(3), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void it_gives_up_after_eight_ticks_that_move_nothing_and_has_eight_again_after_the_next_call() {
        sleeps.add(clock::wake);
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        lives(SLEEPS_AND_IS_CALLED, ticks(8), SLEEPS_AND_IS_CALLED, ticks(8), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void what_has_to_rest_first_gives_it_as_many_ticks_more() {
        clock = clock(this::isWaiting, 5);
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        lives(SLEEPS_AND_IS_CALLED, ticks(8 + 5), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_tick_that_moves_something_begins_the_count_of_the_others_anew() {
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        moves.addAll(Collections.nCopies(7, 0L));
        moves.add(1L);
        lives(SLEEPS_AND_IS_CALLED, ticks(8), ticks(8), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_call_during_a_tick_calls_nobody_and_is_worth_a_tick_more() {
        sleeps.add(clock::wake);
        inTick = () -> {
            assertFalse(clock.isAsleep());
            if (Collections.frequency(life, "tick") == 1) {
                clock.wake();
                clock.wake();
            }
        };
        lives(SLEEPS_AND_IS_CALLED, ticks(2), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_call_during_the_tick_in_which_it_gives_up_is_worth_one_more_and_not_eight() {
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        inTick = () -> {
            if (Collections.frequency(life, "tick") == 8) {
                clock.wake();
            }
        };
        lives(SLEEPS_AND_IS_CALLED, ticks(9), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_call_for_something_in_use_begins_the_count_anew() {
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        inTick = () -> {
            if (Collections.frequency(life, "tick") == 7) {
                clock.renew();
            }
        };
        lives(SLEEPS_AND_IS_CALLED, ticks(7 + 1 + 8), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_sleeper_is_woken_for_something_in_use() {
        sleeps.add(clock::renew);
        lives(SLEEPS_AND_IS_CALLED, ticks(1), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void two_calls_during_a_sleep_are_one() {
        sleeps.add(() -> {
            clock.wake();
            clock.wake();
        });
        lives(SLEEPS_AND_IS_CALLED, ticks(1), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void it_asks_once_more_whether_something_waits_when_it_says_already_that_it_sleeps() {
        List<Boolean> asleepWhenAsked = new ArrayList<>();
        clock = clock(() -> {
            asleepWhenAsked.add(clock.isAsleep());
            return asleepWhenAsked.size() == 3;
        }, 0);
        sleeps.add(clock::wake);
        lives(SLEEPS_AND_IS_CALLED, ticks(2), SLEEPS_UNTIL_CLOSED);
        assertEquals(List.of(true, false, true, false, true), asleepWhenAsked);
    }

    @Test
    void a_question_that_fails_is_a_yes() {
        clock = clock(() -> {
            throw new IllegalStateException("on purpose");
        }, 0);
        lives("wait", ticks(8), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void it_outlives_a_tick_that_fails() {
        Throwable last = new NoClassDefFoundError("on purpose");
        Collections.addAll(failures, new OutOfMemoryError("on purpose"), new StackOverflowError(), new IllegalStateException("on purpose"), last);
        sleeps.add(clock::wake);
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        lives(SLEEPS_AND_IS_CALLED, "fail wait fail wait fail wait fail wait", ticks(4), SLEEPS_AND_IS_CALLED, ticks(8), SLEEPS_UNTIL_CLOSED);
        assertEquals(4, epoch.failures());
        assertSame(last, epoch.lastFailure().orElseThrow());
    }

    @Test
    void it_gives_up_when_tick_after_tick_fails_and_begins_anew_when_it_is_called() {
        failures.addAll(Collections.nCopies(16, new OutOfMemoryError("on purpose")));
        sleeps.add(clock::wake);
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        String eight = String.join(" wait ", Collections.nCopies(8, "fail"));
        lives(SLEEPS_AND_IS_CALLED, eight, SLEEPS_AND_IS_CALLED, eight, SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_tick_that_fails_has_moved_nothing_whatever_it_has_done() {
        sleeps.add(clock::wake);
        moves.addAll(Collections.nCopies(3, 5L));
        inTick = () -> failures.add(new OutOfMemoryError("on purpose"));
        answers.add(false);
        answer = true;
        lives(SLEEPS_AND_IS_CALLED, String.join(" wait ", Collections.nCopies(8, "tick fail")), SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_tick_that_fails_is_followed_by_a_period_also_where_the_one_before_it_moved_something() {
        clock = clock(() -> {
            if (Collections.frequency(life, "tick") == 1 && !life.contains("fail")) {
                failures.add(new OutOfMemoryError("on purpose"));
            }
            return life.size() < 5;
        }, 0);
        moves.add(5L);
        lives("wait tick fail wait tick", SLEEPS_UNTIL_CLOSED);
    }

    @Test
    void a_sleep_that_ends_for_no_reason_goes_on_and_an_interrupt_is_no_reason() {
        sleeps.add(() -> {});
        sleeps.add(() -> Thread.currentThread().interrupt());
        sleeps.add(() -> {
            assertFalse(Thread.currentThread().isInterrupted(), "it could not park");
            clock.wake();
        });
        waits.add(() -> Thread.currentThread().interrupt());
        inTick = () -> assertFalse(Thread.currentThread().isInterrupted());
        lives("sleep sleep", SLEEPS_AND_IS_CALLED, ticks(1), SLEEPS_UNTIL_CLOSED);
        assertFalse(Thread.interrupted());
        assertEquals(5, clock.wakeUps());
    }

    @Test
    void closed_during_a_tick_it_neither_waits_nor_ticks_again() {
        sleeps.add(clock::wake);
        answers.add(false);
        answer = true;
        inTick = clock::close;
        lives(SLEEPS_AND_IS_CALLED, "tick call");
    }

    @Test
    void closed_while_it_waits_it_does_not_tick() {
        sleeps.add(clock::wake);
        waits.add(clock::close);
        lives(SLEEPS_AND_IS_CALLED, "call");
    }

    @Test
    void closed_before_it_begins_it_does_nothing() {
        clock.close();
        lives("call");
        assertEquals(0, clock.wakeUps());
    }

    @Test
    void a_period_is_longer_than_nothing() {
        Epoch epoch = new Epoch(new Epoch.Steps(EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING), gate);
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            assertThrows(IllegalArgumentException.class, () -> new EpochClock(epoch, () -> false, none, "nobody"));
        }
    }
}
