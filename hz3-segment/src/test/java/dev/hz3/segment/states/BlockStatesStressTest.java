package dev.hz3.segment.states;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BlockStatesStressTest {

    @Test
    void of_two_who_return_a_block_remotely_exactly_one_does() throws Exception {
        MemorySegment memory = Arena.ofAuto().allocate(8, 8);
        for (int round = 0; round < 2_000; round++) {
            long state = memory.address() + (round & 1) * 2L;
            BlockStates.handOut(state, 9);
            AtomicInteger winners = new AtomicInteger();
            CyclicBarrier start = new CyclicBarrier(2);
            Runnable free = () -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                if (BlockStates.returnRemotely(state) == 9) {
                    winners.incrementAndGet();
                }
            };
            Thread one = Thread.ofVirtual().start(free);
            Thread two = Thread.ofVirtual().start(free);
            one.join();
            two.join();
            assertEquals(1, winners.get(), "round " + round);
            assertEquals(9, BlockStates.owner(state));
        }
    }

    @Test
    void of_a_free_by_the_owner_and_a_remote_one_exactly_one_has_an_effect() throws Exception {
        int rounds = 30_000;
        MemorySegment memory = Arena.ofAuto().allocate((long) rounds * BlockStates.BYTES, 8);
        long first = memory.address();
        for (int i = 0; i < rounds; i++) {
            BlockStates.handOut(first + i * 2L, 9);
        }
        boolean[] told = new boolean[rounds];
        boolean[] taken = new boolean[rounds];
        CyclicBarrier start = new CyclicBarrier(2);
        Thread remote = Thread.ofPlatform().start(() -> {
            meet(start);
            for (int i = 0; i < rounds; i++) {
                told[i] = BlockStates.returnRemotely(first + i * 2L) == 9;
            }
        });
        meet(start);
        for (int i = 0; i < rounds; i++) {
            taken[i] = BlockStates.isOf(first + i * 2L, 9);
            if (taken[i]) {
                BlockStates.endLife(first + i * 2L);
            }
        }
        remote.join();
        for (int i = 0; i < rounds; i++) {
            boolean collected = told[i] && BlockStates.collect(first + i * 2L, 9);
            assertEquals(1, (taken[i] ? 1 : 0) + (collected ? 1 : 0), "block " + i + ", told=" + told[i]);
            assertEquals(BlockStates.NOT_LIVE, BlockStates.owner(first + i * 2L));
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
