package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BlockStatesTest {

    private final BlockStates states = new BlockStates(4);

    @Test
    void a_block_that_is_held_cannot_be_freed() {
        assertFalse(states.isOf(0, 7));
        assertEquals(BlockStates.HELD, states.returnFromAfar(0));
        assertFalse(states.collect(0, 7));
    }

    @Test
    void only_the_owner_takes_a_live_block_back_and_only_once() {
        states.handOut(1, 7);
        assertTrue(states.isLive(1));
        assertFalse(states.isOf(1, 8));
        assertTrue(states.isOf(1, 7));
        states.hold(1);
        assertFalse(states.isOf(1, 7));
        assertFalse(states.isLive(1));
    }

    @Test
    void a_block_returned_from_afar_is_collected_once_and_cannot_be_freed_again() {
        states.handOut(2, BlockStates.MAX_OWNER);
        assertEquals(BlockStates.MAX_OWNER, states.returnFromAfar(2));
        assertTrue(states.isReturned(2));
        assertFalse(states.isLive(2));
        assertEquals(BlockStates.HELD, states.returnFromAfar(2));
        assertFalse(states.isOf(2, BlockStates.MAX_OWNER));
        assertTrue(states.collect(2, BlockStates.MAX_OWNER));
        assertFalse(states.collect(2, BlockStates.MAX_OWNER));
    }

    @Test
    void a_mark_that_the_owners_own_free_ran_over_is_not_collected_even_from_a_later_life() {
        states.handOut(3, 5);
        assertEquals(5, states.returnFromAfar(3));
        states.handOut(3, 5); // as if the owner's plain write, of a free and an allocation, had come after the mark
        assertFalse(states.collect(3, 5));
        assertTrue(states.isOf(3, 5));
    }

    @Test
    void a_stale_word_from_afar_and_a_new_one_for_a_later_life_have_one_effect_together() {
        states.handOut(3, 5);
        assertEquals(5, states.returnFromAfar(3)); // the owner is told once
        states.handOut(3, 5); // and its own free and next allocation run over the mark
        assertEquals(5, states.returnFromAfar(3)); // the later life ends from afar too: it is told twice
        assertTrue(states.collect(3, 5));
        assertFalse(states.collect(3, 5));
        assertFalse(states.isLive(3));
    }

    @Test
    void a_block_that_is_aside_is_for_its_owner_alone() {
        states.handOut(0, 9);
        states.setAside(0, 9);
        assertEquals(9, states.keeper(0));
        assertEquals(9, states.owner(0));
        assertFalse(states.isLive(0));
        assertFalse(states.isOf(0, 9));
        assertFalse(states.isReturned(0));
        assertEquals(BlockStates.HELD, states.returnFromAfar(0));
        assertFalse(states.collect(0, 9));
        assertEquals(9, states.keeper(0));
    }

    @Test
    void what_was_returned_while_it_was_aside_is_collected_once() {
        states.handOut(0, BlockStates.MAX_OWNER);
        states.setAside(0, BlockStates.MAX_OWNER);
        states.setReturned(0, BlockStates.MAX_OWNER);
        assertEquals(BlockStates.HELD, states.keeper(0));
        assertTrue(states.isReturned(0));
        assertTrue(states.collect(0, BlockStates.MAX_OWNER));
        assertFalse(states.collect(0, BlockStates.MAX_OWNER));
    }
}
