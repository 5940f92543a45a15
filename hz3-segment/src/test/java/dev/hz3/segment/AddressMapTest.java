package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.FaultySystem;
import dev.hz3.os.testing.SimulatedSystem;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AddressMapTest {

    private static final long SEED = Long.getLong("hz3.seed", System.nanoTime());
    private static final long SEGMENT = Geometry.SEGMENT_BYTES;

    private final SimulatedSystem machine = new SimulatedSystem();
    private final FaultySystem os = new FaultySystem(machine);
    private final ReservedRange range = os.reserve(8 * SEGMENT, 8 * SEGMENT, SEGMENT);
    private final AddressMap map = new AddressMap(os, range);
    private final PackPool pool = new PackPool(6);

    private void claimAll(Segment segment) {
        synchronized (segment.bits()) {
            for (int w = 0; w < 8; w++) {
                segment.bits().take(w, segment.freeWord(w));
            }
        }
    }

    private void close(Segment segment) {
        claimAll(segment);
        map.close(segment);
        map.free(segment);
    }

    @Test
    void every_number_finds_the_segment_it_lies_in_or_nowhere() {
        Segment first = map.open(SegmentKind.MEDIUM, pool);
        Segment second = map.open(SegmentKind.SMALL, pool);
        assertSame(first, map.find(range.base()));
        assertSame(first, map.find(range.base() + SEGMENT - 1));
        assertSame(second, map.find(range.base() + SEGMENT));
        assertSame(second, map.find(range.base() + 2 * SEGMENT - 1));
        for (long outside : new long[] {
            0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, range.base() - 1, -range.base(), range.base() + 2 * SEGMENT, range.end() - 1, range.end(),
            range.end() + SEGMENT, range.base() + Long.MIN_VALUE, range.base() | 1L << 62, range.base() + (1L << 32) * SEGMENT
        }) {
            assertSame(Segment.NOWHERE, map.find(outside), "0x" + Long.toHexString(outside));
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 1_000_000; i++) {
            long address = random.nextLong() >> random.nextInt(64);
            boolean inside = address >= range.base() && address < range.base() + 2 * SEGMENT;
            Segment expected = !inside ? Segment.NOWHERE : address < second.base() ? first : second;
            assertSame(expected, map.find(address), () -> "-Dhz3.seed=" + SEED + ", address 0x" + Long.toHexString(address));
        }
    }

    @Test
    void segments_open_where_they_are_wanted_or_not_at_all() {
        map.open(SegmentKind.MEDIUM, pool);
        assertTrue(map.isNobodys(3, 5));
        assertEquals(List.of(3, 4), map.openAt(SegmentKind.MEDIUM, pool, 3, 2).stream().map(Segment::index).toList());
        assertFalse(map.isNobodys(2, 2));
        assertTrue(map.isNobodys(1, 2));
        assertFalse(map.isNobodys(5, 4), "behind the range");
        assertEquals(List.of(), map.openAt(SegmentKind.MEDIUM, pool, 2, 2));
        assertEquals(List.of(), map.openAt(SegmentKind.MEDIUM, pool, 5, 4));
        assertEquals(3, map.open());
        assertEquals(1, map.open(SegmentKind.SMALL, pool).index());
        map.limit(5);
        assertThrows(OutOfMemoryError.class, () -> map.openAt(SegmentKind.MEDIUM, pool, 5, 2));
        assertEquals(4, map.open());
        assertEquals(List.of(5), map.openAt(SegmentKind.MEDIUM, pool, 5, 1).stream().map(Segment::index).toList());
    }

    @Test
    void the_lowest_slot_is_taken_and_a_closed_one_is_used_again() {
        List<Segment> three = map.open(SegmentKind.MEDIUM, pool, 3);
        assertEquals(List.of(0, 1, 2), three.stream().map(Segment::index).toList());
        close(three.get(1));
        assertSame(Segment.NOWHERE, map.find(three.get(1).base()));
        assertEquals(2, map.open());
        List<Segment> two = map.open(SegmentKind.MEDIUM, pool, 2);
        assertEquals(3, two.getFirst().index(), "two that adjoin do not fit between two others");
        Segment again = map.open(SegmentKind.SMALL, pool);
        assertEquals(1, again.index());
        assertNotSame(three.get(1), again);
        assertSame(again, map.find(three.get(1).base()));
        assertEquals(5, map.usedSlots());
        assertEquals(8, map.slots());
    }

    @Test
    void a_closed_segments_slot_stays_taken_until_it_is_freed_and_is_freed_once() {
        Segment first = map.open(SegmentKind.MEDIUM, pool);
        assertThrows(IllegalStateException.class, () -> map.free(first));
        assertThrows(IllegalStateException.class, () -> map.close(first), "not claimed whole");
        claimAll(first);
        map.close(first);
        assertTrue(first.isClosed());
        assertThrows(IllegalArgumentException.class, () -> map.close(first));
        assertEquals(1, map.open(SegmentKind.MEDIUM, pool).index());
        map.free(first);
        Segment next = map.open(SegmentKind.MEDIUM, pool);
        assertEquals(0, next.index());
        assertThrows(IllegalStateException.class, () -> map.free(first), "or two segments would stand in one slot");
        assertEquals(2, map.open(SegmentKind.MEDIUM, pool).index());
        assertFalse(next.isClosed());
    }

    @Test
    void a_refused_commit_leaves_nothing_behind() {
        map.open(SegmentKind.MEDIUM, pool);
        os.failNext(FaultySystem.Verb.COMMIT, 2);
        assertThrows(OutOfMemoryError.class, () -> map.open(SegmentKind.SMALL, pool));
        assertThrows(OutOfMemoryError.class, () -> map.open(SegmentKind.MEDIUM, pool, 3));
        assertEquals(1, map.open());
        assertEquals(1, map.usedSlots());
        assertSame(Segment.NOWHERE, map.find(range.base() + SEGMENT));
        assertEquals(1, map.open(SegmentKind.SMALL, pool).index());
    }

    @Test
    void the_limit_and_the_range_end_in_a_refusal_with_nothing_changed() {
        map.limit(3);
        map.open(SegmentKind.MEDIUM, pool, 2);
        String message = assertThrows(OutOfMemoryError.class, () -> map.open(SegmentKind.MEDIUM, pool, 2)).getMessage();
        assertTrue(String.valueOf(message).contains("open=2, limit=3, slots=8"), message);
        assertEquals(2, map.open());
        map.open(SegmentKind.MEDIUM, pool);
        assertThrows(OutOfMemoryError.class, () -> map.open(SegmentKind.MEDIUM, pool));
        map.limit(8);
        assertThrows(OutOfMemoryError.class, () -> map.open(SegmentKind.MEDIUM, pool, 6));
        assertThrows(OutOfMemoryError.class, () -> map.open(SegmentKind.MEDIUM, pool, Integer.MAX_VALUE));
        assertEquals(5, map.open(SegmentKind.MEDIUM, pool, 5).size());
        assertThrows(OutOfMemoryError.class, () -> map.open(SegmentKind.MEDIUM, pool));
        assertThrows(IllegalArgumentException.class, () -> map.limit(0));
        assertThrows(IllegalArgumentException.class, () -> map.limit(9));
    }

    @Test
    void a_range_that_is_no_range_of_segments_is_refused() {
        MemorySegment memory = MemorySegment.ofArray(new byte[4096]);
        assertThrows(IllegalArgumentException.class, () -> new AddressMap(os, new ReservedRange(SEGMENT, 4096, memory)));
        MemorySegment whole = MemorySegment.ofArray(new byte[(int) SEGMENT]);
        assertThrows(IllegalArgumentException.class, () -> new AddressMap(os, new ReservedRange(SEGMENT + 4096, SEGMENT, whole)));
    }

    @Test
    void a_small_segments_header_says_who_it_is_and_each_byte_of_it_that_changes_is_noticed() {
        Segment segment = map.open(SegmentKind.SMALL, pool);
        assertTrue(SegmentHeader.isOf(range, segment));
        assertTrue(SegmentHeader.describe(range, segment).contains("shard=6, base=0x" + Long.toHexString(segment.base())));
        for (int i = 0; i < 24; i++) {
            byte was = machine.readByte(segment.base() + i);
            machine.write(segment.base() + i, (byte) ~was);
            assertFalse(SegmentHeader.isOf(range, segment), "byte " + i);
            machine.write(segment.base() + i, was);
        }
        machine.write(segment.base() + 24, (byte) 1);
        assertTrue(SegmentHeader.isOf(range, segment), "the rest of the page is not the header's");
    }
}
