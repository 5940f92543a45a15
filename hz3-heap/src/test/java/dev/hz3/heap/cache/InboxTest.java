package dev.hz3.heap.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InboxTest {

    private final Inbox inbox = new Inbox();
    private final long[] read = new long[64];

    @Test
    void what_is_added_comes_out_once_the_oldest_first() {
        long[] letters = LongStream.rangeClosed(1, 40).toArray();
        for (int round = 0; round < 200; round++) { // several times round the ring
            assertEquals(40, inbox.add(letters, 0, 40));
            assertEquals(30, inbox.add(letters, 10, 30));
            assertEquals(70, inbox.count());
            assertEquals(64, inbox.take(read));
            assertArrayEquals(letters, Arrays.copyOf(read, 40));
            assertArrayEquals(Arrays.copyOfRange(letters, 10, 34), Arrays.copyOfRange(read, 40, 64));
            assertEquals(6, inbox.take(read));
            assertArrayEquals(Arrays.copyOfRange(letters, 34, 40), Arrays.copyOf(read, 6));
            assertTrue(inbox.isEmpty());
        }
    }

    @Test
    void a_full_inbox_takes_what_it_has_room_for() {
        long[] letters = LongStream.rangeClosed(1, Inbox.CAPACITY - 10).toArray();
        assertEquals(Inbox.CAPACITY - 10, inbox.add(letters, 0, letters.length));
        assertEquals(10, inbox.add(letters, 0, 20));
        assertEquals(0, inbox.add(letters, 0, 20));
        assertEquals(Inbox.CAPACITY, inbox.count());
        assertEquals(64, inbox.take(read));
        assertEquals(64, inbox.add(letters, 0, 100));
    }

    @Test
    void a_letter_names_a_block_and_its_class() {
        long letter = Inbox.letter(58, 0x7fff_ffff_f000L);
        assertEquals(58, Inbox.sizeClassOf(letter));
        assertEquals(0x7fff_ffff_f000L, Inbox.addressOf(letter));
    }
}
