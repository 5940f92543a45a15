package dev.hz3.bench.burst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.peers.BenchAllocator;
import dev.hz3.bench.peers.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShareTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 15, 16, 17, 4095, 4096, 4097, 4103, 4104, 4105, 8192, 8200, 12_289, 32_768})
    void a_block_is_as_it_was_written_until_a_tagged_byte_changes(int size) throws AbsentAllocatorException {
        try (BenchAllocator glibc = AllocatorChoice.GLIBC.open()) {
            long address = glibc.allocate(size);
            Share.write(address, size, 0x1234_5678_9ABC_DEF1L);
            assertEquals(-1, Share.firstWrongOffset(address, size, 0x1234_5678_9ABC_DEF1L));

            for (int offset : new int[] {0, size - 1}) {
                byte before = RawMemory.readByte(address + offset);
                RawMemory.writeByte(address + offset, (byte) (before + 1));
                assertTrue(Share.firstWrongOffset(address, size, 0x1234_5678_9ABC_DEF1L) >= 0, "offset=" + offset);
                RawMemory.writeByte(address + offset, before);
            }
            glibc.free(address);
        }
    }

    @Test
    void a_page_that_was_purged_is_found() throws AbsentAllocatorException {
        try (BenchAllocator glibc = AllocatorChoice.GLIBC.open()) {
            long address = glibc.allocate(32_768);
            Share.write(address, 32_768, 77);
            for (int offset = 8192; offset < 12_288; offset++) {
                RawMemory.writeByte(address + offset, (byte) 0);
            }
            assertEquals(8192, Share.firstWrongOffset(address, 32_768, 77));
            glibc.free(address);
        }
    }

    @Test
    void exactly_as_many_blocks_are_kept_as_asked_for() {
        Damage damage = new Damage();
        Counting allocator = new Counting();
        BurstIdleOptions options = BurstIdleOptions.parse(Map.of(
                BurstIdleArgument.KEEP_PERCENT, "7", BurstIdleArgument.MIN, "1", BurstIdleArgument.MAX, "20000"));
        Share share = new Share(0, 1000, damage);
        share.plan(options, 1);

        share.allocate(allocator);
        assertEquals(share.plannedBytes(), share.liveBytes());
        share.check("in a test");
        share.freeMost(allocator);
        assertEquals(930, allocator.freed.size());
        share.freeKept(allocator);
        assertEquals(1000, allocator.freed.size());
        assertEquals(0, share.liveBytes());
        assertEquals(0, damage.blocks(), damage.first());
    }

    @Test
    void damage_names_the_block() {
        Damage damage = new Damage();
        Counting allocator = new Counting();
        Share share = new Share(3, 10, damage);
        share.plan(BurstIdleOptions.parse(Map.of()), 2);
        share.allocate(allocator);
        RawMemory.writeLong(allocator.allocated.get(4), 0);
        share.check("in a test");
        share.freeKept(allocator);

        assertEquals(2, damage.blocks(), "seen by the check and once more before the free");
        assertTrue(damage.first().startsWith("cycle 2, thread 3, block 4 at 0x"), damage.first());
        assertTrue(damage.first().endsWith("offset 0, in a test"), damage.first());
    }

    /// glibc, and what was asked of it.
    private static final class Counting implements BenchAllocator {

        private final BenchAllocator glibc;
        private final List<Long> allocated = new ArrayList<>();
        private final List<Long> freed = new ArrayList<>();

        Counting() {
            try {
                glibc = AllocatorChoice.GLIBC.open();
            } catch (AbsentAllocatorException impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public long allocate(long bytes) {
            long address = glibc.allocate(bytes);
            allocated.add(address);
            return address;
        }

        @Override
        public void free(long address) {
            freed.add(address);
            glibc.free(address);
        }
    }
}
