package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BlockStatesStressTest {

    @Test
    void of_two_who_return_a_block_from_afar_exactly_one_does() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            BlockStates shared = new BlockStates(1);
            shared.handOut(0, 9);
            AtomicInteger winners = new AtomicInteger();
            CyclicBarrier start = new CyclicBarrier(2);
            Runnable free = () -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                if (shared.returnFromAfar(0) == 9) {
                    winners.incrementAndGet();
                }
            };
            Thread one = Thread.ofVirtual().start(free);
            Thread two = Thread.ofVirtual().start(free);
            one.join();
            two.join();
            assertEquals(1, winners.get(), "round " + round);
        }
    }

    @Test
    void of_a_free_by_the_owner_and_one_from_afar_exactly_one_has_an_effect() throws Exception {
        int rounds = 30_000;
        BlockStates shared = new BlockStates(rounds);
        for (int i = 0; i < rounds; i++) {
            shared.handOut(i, 9);
        }
        boolean[] told = new boolean[rounds];
        boolean[] taken = new boolean[rounds];
        CyclicBarrier start = new CyclicBarrier(2);
        Thread afar = Thread.ofPlatform().start(() -> {
            meet(start);
            for (int i = 0; i < rounds; i++) {
                told[i] = shared.returnFromAfar(i) == 9;
            }
        });
        meet(start);
        for (int i = 0; i < rounds; i++) {
            taken[i] = shared.isOf(i, 9);
            if (taken[i]) {
                shared.hold(i);
            }
        }
        afar.join();
        for (int i = 0; i < rounds; i++) {
            boolean collected = told[i] && shared.collect(i, 9);
            assertEquals(1, (taken[i] ? 1 : 0) + (collected ? 1 : 0), "block " + i + ", told=" + told[i]);
            assertEquals(BlockStates.HELD, shared.owner(i));
        }
    }

    private static void meet(CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
