package dev.hz3.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.hz3.os.raw.RawMemory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What runs of several blocks have in stock, also where bookkeeping was torn in half by a stack that was full.
class SmallPagesTest {

    @Test
    void a_run_that_has_lost_a_block_ends_like_any_other() {
        AddressMap map = TestMap.of(1);
        Segment segment = map.open(SegmentKind.SMALL, new PackPool(0));
        int sizeClass = SizeClasses.of(1024);
        segment.enter(1, sizeClass);
        long run = segment.addressOf(1);
        SmallPages pages = new SmallPages(map);
        pages.add(run);
        long states = map.table().states(map.table().word(run));
        // A block is carved, and before it is counted as out the call breaks off.
        RawMemory.putShort(states + SmallRun.CARVED, (short) 1);

        long[] pairs = new long[2 * 8];
        // It goes round for ever or not at all.
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> assertEquals(3, pages.take(sizeClass, pairs, 0, 8)));
        assertEquals(0, pages.take(sizeClass, pairs, 0, 8));
        pages.give(sizeClass, pairs, 0, 2);
        assertEquals(2, pages.take(sizeClass, pairs, 0, 8));
    }

    @Test
    void what_is_in_stock_is_counted() {
        AddressMap map = TestMap.of(1);
        Segment segment = map.open(SegmentKind.SMALL, new PackPool(0));
        int sizeClass = SizeClasses.of(1024);
        segment.enter(1, sizeClass);
        SmallPages pages = new SmallPages(map);
        assertEquals(0, pages.stockedBytes(sizeClass));

        pages.add(segment.addressOf(1));
        assertEquals(4096, pages.stockedBytes(sizeClass));

        long[] pairs = new long[2 * 8];
        assertEquals(3, pages.take(sizeClass, pairs, 0, 3));
        assertEquals(1024, pages.stockedBytes(sizeClass));

        pages.give(sizeClass, pairs, 0, 3);
        assertEquals(4096, pages.stockedBytes(sizeClass));

        assertEquals(segment.addressOf(1), pages.takeEmpty(sizeClass));
        assertEquals(0, pages.stockedBytes(sizeClass));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void blocks_of_two_runs_that_come_back_together_each_find_their_own(int inTurn) {
        AddressMap map = TestMap.of(1);
        Segment segment = map.open(SegmentKind.SMALL, new PackPool(0));
        int sizeClass = SizeClasses.of(1024);
        SmallPages pages = new SmallPages(map);
        for (int page = 1; page <= 2; page++) {
            segment.enter(page, sizeClass);
            pages.add(segment.addressOf(page));
        }
        long[] pairs = new long[2 * 8];
        assertEquals(8, pages.take(sizeClass, pairs, 0, 8));

        long[] mixed = new long[2 * 6]; // so many of one run, as many of the other
        for (int i = 0; i < 2 * inTurn; i++) {
            int from = i < inTurn ? i : 4 + i - inTurn;
            System.arraycopy(pairs, 2 * from, mixed, 2 * i, 2);
        }
        pages.give(sizeClass, mixed, 0, 2 * inTurn);

        for (int page = 1; page <= 2; page++) {
            long states = map.table().states(map.table().word(segment.addressOf(page)));
            assertEquals(4 - inTurn, SmallRun.out(states));
            assertEquals(4 - inTurn, SmallRun.bucket(states)); // quarters of a run of four
        }
        assertEquals(2 * inTurn, pages.take(sizeClass, pairs, 0, 8));
    }
}
