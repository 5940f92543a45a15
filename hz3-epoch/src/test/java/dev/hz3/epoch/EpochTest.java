package dev.hz3.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class EpochTest {

    private final List<String> order = new ArrayList<>();
    private final IdleGate gate = new IdleGate(2);

    private EpochStep step(String name) {
        return now -> {
            order.add(name + " " + now);
            return 1;
        };
    }

    private EpochStep failing(String name, Throwable with) {
        return now -> {
            order.add(name);
            throw sneaky(with);
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable t) throws T {
        throw (T) t;
    }

    @Test
    void the_steps_run_in_their_one_order() {
        Epoch epoch = new Epoch(new Epoch.Steps(step("heap"), step("retire"), step("reclaim"), step("purge")), gate);
        assertEquals(Epoch.Outcome.MOVED, epoch.tick());
        assertEquals(List.of("heap IDLE", "retire IDLE", "reclaim IDLE", "purge IDLE"), order);
        assertEquals(1, epoch.epochs());
    }

    @Test
    void a_failing_step_is_counted_and_neither_the_caller_nor_the_steps_after_it_notice() {
        for (Throwable failure : List.of(new IllegalStateException("on purpose"), new OutOfMemoryError("on purpose"), new StackOverflowError())) {
            order.clear();
            Epoch epoch = new Epoch(
                    new Epoch.Steps(failing("heap", failure), failing("retire", failure), step("reclaim"), failing("purge", failure)), gate);
            assertEquals(Epoch.Outcome.MOVED, epoch.tick());
            assertEquals(List.of("heap", "retire", "reclaim IDLE", "purge"), order);
            assertEquals(3, epoch.failures());
            assertEquals(failure, epoch.lastFailure().orElseThrow());
            order.clear();
            epoch.tick();
            assertEquals(4, order.size());
        }
    }

    @Test
    void a_tick_has_moved_something_where_any_of_its_steps_has() {
        for (int moving = 1; moving < 1 << 4; moving++) {
            List<EpochStep> steps = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int moves = moving >>> i & 1;
                steps.add(now -> moves);
            }
            Epoch epoch = new Epoch(new Epoch.Steps(steps.get(0), steps.get(1), steps.get(2), steps.get(3)), gate);
            assertEquals(Epoch.Outcome.MOVED, epoch.tick(), "moving=" + Integer.toBinaryString(moving));
        }
    }

    @Test
    void ticks_do_not_nest() {
        AtomicReference<Epoch> self = new AtomicReference<>();
        List<Epoch.Outcome> inner = new ArrayList<>();
        EpochStep nested = now -> {
            if (inner.size() > 8) {
                return 0; // they do
            }
            inner.add(self.get().tick());
            inner.add(self.get().force(new Epoch.Steps(step("no"), step("no"), step("no"), step("no"))) ? Epoch.Outcome.MOVED
                    : Epoch.Outcome.SKIPPED);
            return 0;
        };
        self.set(new Epoch(new Epoch.Steps(nested, nested, nested, nested), gate));
        assertEquals(Epoch.Outcome.NOTHING_TO_DO, self.get().tick());
        assertEquals(8, inner.size());
        assertTrue(inner.stream().allMatch(Epoch.Outcome.SKIPPED::equals));
        assertEquals(1, self.get().epochs());
    }

    @Test
    void ticks_of_two_threads_do_not_overlap_and_a_forced_one_waits() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        EpochStep slow = now -> {
            inside.countDown();
            await(go);
            return 0;
        };
        Epoch epoch = new Epoch(new Epoch.Steps(slow, step("retire"), step("reclaim"), step("purge")), gate);
        Thread first = Thread.ofPlatform().start(() -> {
            epoch.tick();
            inside.countDown(); // also where it skipped its turn
        });
        await(inside);
        assertEquals(Epoch.Outcome.SKIPPED, epoch.tick());
        Thread forcing = Thread.ofPlatform()
                .start(() -> epoch.force(new Epoch.Steps(step("forced"), EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING)));
        go.countDown();
        first.join();
        forcing.join();
        assertEquals("forced IDLE", order.getLast());
        assertEquals(2, epoch.epochs());
    }

    @Test
    void whoever_comes_after_a_tick_is_not_skipped_whatever_his_thread() throws InterruptedException {
        Epoch.Steps steps = new Epoch.Steps(step("a"), step("b"), step("c"), step("d"));
        Epoch epoch = new Epoch(steps, gate);
        epoch.tick();
        assertEquals(Epoch.Outcome.MOVED, elsewhere(epoch::tick));
        assertTrue(epoch.force(steps));
        assertEquals(Epoch.Outcome.MOVED, elsewhere(epoch::tick));
        epoch.close(step("last"));
        order.clear();
        assertEquals(Epoch.Outcome.SKIPPED, elsewhere(epoch::tick));
        elsewhere(() -> {
            epoch.close(step("once more"));
            return Epoch.Outcome.SKIPPED;
        });
        assertEquals(List.of("once more IDLE"), order);
    }

    /// What a tick on another thread comes to; [Epoch.Outcome#BUSY] where it does not return.
    private static Epoch.Outcome elsewhere(Supplier<Epoch.Outcome> tick) throws InterruptedException {
        AtomicReference<Epoch.Outcome> outcome = new AtomicReference<>(Epoch.Outcome.BUSY);
        Thread.ofPlatform().daemon().start(() -> outcome.set(tick.get())).join(Duration.ofSeconds(30));
        return outcome.get();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void the_gate_is_busy_after_more_slow_paths_than_it_may_have_and_is_asked_once_a_tick() {
        Epoch epoch = new Epoch(new Epoch.Steps(step("a"), step("b"), step("c"), step("d")), gate);
        for (int i = 0; i < 3; i++) {
            gate.report();
        }
        assertEquals(Epoch.Outcome.BUSY, epoch.tick());
        assertEquals(List.of("a BUSY", "b BUSY", "c BUSY", "d BUSY"), order);
        gate.report();
        gate.report();
        assertEquals(Epoch.Outcome.MOVED, epoch.tick());
        assertEquals(1, epoch.busyTicks());
        assertEquals(1, epoch.idleTicks());
    }

    @Test
    void a_tick_from_the_slow_path_is_busy_and_leaves_the_decision_to_the_next() {
        Epoch epoch = new Epoch(new Epoch.Steps(step("a"), step("b"), step("c"), step("d")), gate);
        for (int i = 0; i < 3; i++) {
            gate.report();
        }
        assertEquals(Epoch.Outcome.BUSY, epoch.tickBusy(new Epoch.Steps(step("e"), step("f"), step("g"), step("h"))));
        assertEquals(List.of("e BUSY", "f BUSY", "g BUSY", "h BUSY"), order);
        assertEquals(Epoch.Outcome.BUSY, epoch.tick());
        assertEquals(Epoch.Outcome.MOVED, epoch.tick());
    }

    @Test
    void nothing_runs_after_the_end() {
        Epoch epoch = new Epoch(new Epoch.Steps(step("a"), step("b"), step("c"), step("d")), gate);
        epoch.close(step("last"));
        assertEquals(List.of("last IDLE"), order);
        assertEquals(Epoch.Outcome.SKIPPED, epoch.tick());
        assertFalse(epoch.force(new Epoch.Steps(step("a"), step("b"), step("c"), step("d"))));
        assertEquals(1, order.size());
    }

    @Test
    void gates_are_what_they_are_called() {
        assertEquals(Load.IDLE, gate.decide());
    }
}
