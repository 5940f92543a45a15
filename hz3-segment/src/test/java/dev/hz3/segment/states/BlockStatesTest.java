package dev.hz3.segment.states;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class BlockStatesTest {

    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);

    private long at(int block) {
        return memory.address() + (long) block * BlockStates.BYTES;
    }

    @Test
    void a_block_that_is_held_cannot_be_freed() {
        assertFalse(BlockStates.isOf(at(0), 7));
        assertEquals(BlockStates.NOT_LIVE, BlockStates.returnRemotely(at(0)));
        assertFalse(BlockStates.collect(at(0), 7));
    }

    @Test
    void only_the_owner_takes_a_live_block_back_and_only_once() {
        BlockStates.handOut(at(1), 7);
        assertTrue(BlockStates.isLive(at(1)));
        assertFalse(BlockStates.isOf(at(1), 8));
        assertTrue(BlockStates.isOf(at(1), 7));
        BlockStates.endLife(at(1));
        assertFalse(BlockStates.isOf(at(1), 7));
        assertFalse(BlockStates.isLive(at(1)));
    }

    @Test
    void a_block_returned_remotely_is_collected_once_and_cannot_be_freed_again() {
        BlockStates.handOut(at(2), BlockStates.MAX_OWNER);
        assertEquals(BlockStates.MAX_OWNER, BlockStates.returnRemotely(at(2)));
        assertEquals(BlockStates.MAX_OWNER, BlockStates.owner(at(2)));
        assertFalse(BlockStates.isLive(at(2)));
        assertEquals(BlockStates.NOT_LIVE, BlockStates.returnRemotely(at(2)));
        assertFalse(BlockStates.isOf(at(2), BlockStates.MAX_OWNER));
        assertTrue(BlockStates.collect(at(2), BlockStates.MAX_OWNER));
        assertFalse(BlockStates.collect(at(2), BlockStates.MAX_OWNER));
    }

    @Test
    void a_mark_that_the_owners_own_free_ran_over_is_not_collected_even_from_a_later_life() {
        BlockStates.handOut(at(3), 5);
        assertEquals(5, BlockStates.returnRemotely(at(3)));
        BlockStates.handOut(at(3), 5); // as if the owner's plain write, of a free and an allocation, had come after the mark
        assertFalse(BlockStates.collect(at(3), 5));
        assertTrue(BlockStates.isOf(at(3), 5));
    }

    @Test
    void a_stale_remote_mark_and_a_new_one_for_a_later_life_have_one_effect_together() {
        BlockStates.handOut(at(3), 5);
        assertEquals(5, BlockStates.returnRemotely(at(3))); // the owner is told once
        BlockStates.handOut(at(3), 5); // and its own free and next allocation run over the mark
        assertEquals(5, BlockStates.returnRemotely(at(3))); // the later life ends remotely too: it is told twice
        assertTrue(BlockStates.collect(at(3), 5));
        assertFalse(BlockStates.collect(at(3), 5));
        assertFalse(BlockStates.isLive(at(3)));
    }

    @Test
    void a_block_in_stock_is_nobodys_to_free_and_remembers_the_next_one() {
        BlockStates.stock(at(1), BlockStates.NO_BLOCK);
        BlockStates.stock(at(2), 1);
        assertTrue(BlockStates.isInStock(at(2)));
        assertFalse(BlockStates.isLive(at(2)));
        assertEquals(BlockStates.NOT_LIVE, BlockStates.owner(at(2)));
        assertFalse(BlockStates.isOf(at(2), 1));
        assertEquals(BlockStates.NOT_LIVE, BlockStates.returnRemotely(at(2)));
        assertFalse(BlockStates.collect(at(2), 1));
        assertEquals(1, BlockStates.unstock(at(2)));
        assertEquals(BlockStates.NO_BLOCK, BlockStates.unstock(at(1)));
        assertEquals(BlockStates.NOT_LIVE, BlockStates.peek(at(2)));
    }

    @Test
    void a_mark_leaves_the_other_half_of_its_word_alone() {
        for (int block = 0; block < 4; block++) {
            BlockStates.handOut(at(block), 5 + block);
        }
        assertEquals(6, BlockStates.returnRemotely(at(1)));
        assertEquals(7, BlockStates.returnRemotely(at(2)));
        assertTrue(BlockStates.isOf(at(0), 5) && BlockStates.isOf(at(3), 8));
        assertTrue(BlockStates.collect(at(1), 6) && BlockStates.collect(at(2), 7));
    }
}
