package dev.hz3.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hz3.os.OperatingSystem.Advice;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What the kernel does to a range that it refuses half-way or wholly, in every way to purge; and purges of many threads.
///
/// Every page of the range is committed and full of its own byte before each test.
@ParameterizedClass
@EnumSource(LinuxSystem.PurgeWay.class)
final class PurgeRefusalIT {

    private static final int PAGES = 256;

    private final LinuxSystem system;
    private final LinuxSystem olderSystem; // the same, on a kernel before 5.18
    private final ReservedRange range;
    private final int page;
    private final PurgeBatch batch = new PurgeBatch();

    PurgeRefusalIT(LinuxSystem.PurgeWay way) {
        system = LinuxSystem.open(way);
        olderSystem = LinuxSystem.open(way, false);
        page = system.pageBytes();
        range = system.reserve((long) PAGES * page, (long) PAGES * page, page);
    }

    @BeforeEach
    void fill() {
        system.commit(range, range.base(), range.bytes());
        system.advise(range, range.base(), range.bytes(), Advice.SMALL_PAGES);
        for (int i = 0; i < PAGES; i++) {
            range.memory().asSlice((long) i * page, page).fill(content(i));
        }
    }

    @AfterEach
    void unreserve() {
        system.unreserve(range);
        system.close();
        olderSystem.close();
    }

    /// Never zero.
    private static byte content(int index) {
        return (byte) (index % 251 + 1);
    }

    private long address(int index) {
        return range.base() + (long) index * page;
    }

    private void add(int first, int count) {
        batch.add(address(first), (long) count * page);
    }

    private void assertZero(int first, int count) {
        for (int index = first; index < first + count; index++) {
            assertContent((byte) 0, index);
        }
    }

    private void assertKept(int first, int count) {
        for (int index = first; index < first + count; index++) {
            assertContent(content(index), index);
        }
    }

    private void assertContent(byte expected, int index) {
        byte[] bytes = new byte[page];
        Arrays.fill(bytes, expected);
        long differsAt = range.memory().asSlice((long) index * page, page).mismatch(MemorySegment.ofArray(bytes));
        assertEquals(-1, differsAt, () -> "page " + index + " is not all " + expected);
    }

    @Test
    void a_range_over_a_hole_is_not_marked_though_both_its_sides_may_be_gone() {
        add(0, 2);
        add(4, 3); // over the hole
        add(8, 2);
        add(20, 1);
        // One page, and not for long: too small for what the virtual machine may map meanwhile.
        assertEquals(0, Libc.munmap(address(5), page));

        int calls = system.purge(batch);

        assertTrue(batch.isPurged(0) && batch.isPurged(2) && batch.isPurged(3));
        assertFalse(batch.isPurged(1), "a purge that failed half-way is no purge");
        assertEquals(system.isVectored() ? 3 : 4, calls, "vectored: all, the one alone, the rest");
        assertZero(0, 2);
        assertZero(8, 2);
        assertZero(20, 1);
        assertKept(2, 2);
        assertKept(7, 1);
        assertKept(10, 10);
    }

    @Test
    void locked_pages_are_purged_wherever_they_stand_in_the_batch() throws Throwable {
        lockSomeOfMany();
        int calls = system.purge(batch);
        assumeTrue(batch.isPurged(0), "this kernel has no way to purge what is locked");

        for (int i = 0; i < 32; i++) {
            assertTrue(batch.isPurged(i), "range " + i);
            assertZero(2 * i, 1);
            assertKept(2 * i + 1, 1);
        }
        // The first is refused, alone too, and goes in another way: the rest follows it.
        assertEquals(system.isVectored() ? 4 : 33, calls);
        fill();
        assertEquals(system.isVectored() ? 1 : 32, system.purge(batch), "it is found out once");
        assertZero(0, 1);
    }

    private void lockSomeOfMany() throws Throwable {
        for (int index : new int[] {0, 30, 62}) {
            assumeTrue(lock(address(index), page), "RLIMIT_MEMLOCK");
        }
        for (int i = 0; i < 32; i++) {
            add(2 * i, 1);
        }
    }

    @Test
    void what_becomes_usable_in_a_locked_range_is_locked_when_it_is_touched() throws Throwable {
        ReservedRange locked = system.reserve(64L * page, 64L * page, page);
        try {
            var _ = lock(locked.base(), locked.bytes()); // which says no, because nothing is there; it is locked all the same
            assumeTrue(MachineFacts.lockedBytes(LinuxSystem.read("/proc/self/status")) >= locked.bytes(), "RLIMIT_MEMLOCK");
            system.commit(locked, locked.base(), locked.bytes());
            assertEquals(0, system.residentBytes(locked, locked.base(), locked.bytes()));
            locked.memory().fill((byte) 1);
            assertEquals(locked.bytes(), system.residentBytes(locked, locked.base(), locked.bytes()));
        } finally {
            system.unreserve(locked);
        }
    }

    @Test
    void locked_pages_that_the_kernel_has_no_way_to_purge_are_told_and_kept() throws Throwable {
        lockSomeOfMany();
        int calls = olderSystem.purge(batch);

        for (int i = 0; i < 32; i++) {
            boolean refused = i == 0 || i == 15 || i == 31;
            assertEquals(!refused, batch.isPurged(i), "range " + i);
            assertEquals(refused, batch.isLocked(i), "range " + i);
            if (refused) {
                assertKept(2 * i, 1);
            } else {
                assertZero(2 * i, 1);
            }
            assertKept(2 * i + 1, 1);
        }
        assertEquals(olderSystem.isVectored() ? 6 : 32, calls);
    }

    @Test
    void a_batch_that_is_refused_as_a_whole_comes_to_an_end() throws Throwable {
        assumeTrue(lock(address(0), 8L * page), "RLIMIT_MEMLOCK");
        for (int i = 0; i < 4; i++) {
            add(2 * i, 1);
        }

        int calls = olderSystem.purge(batch);

        assertTrue(calls <= 2 * batch.size(), "calls=" + calls);
        for (int i = 0; i < 4; i++) {
            assertFalse(batch.isPurged(i), "range " + i);
        }
        assertKept(0, 8);
    }

    @Test
    void threads_purge_their_own_pages_at_the_same_time() throws Exception {
        int threads = 4;
        int share = PAGES / threads;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread * share;
                done.add(pool.submit(() -> purgeAndFillAgain(first, share, 200)));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        assertKept(0, PAGES);
    }

    private void purgeAndFillAgain(int first, int count, int rounds) {
        PurgeBatch own = new PurgeBatch();
        for (int round = 0; round < rounds; round++) {
            own.clear();
            for (int i = first + round % 2; i < first + count; i += 2) {
                own.add(address(i), page);
            }
            system.purge(own);
            for (int i = 0; i < own.size(); i++) {
                int index = first + round % 2 + 2 * i;
                assertTrue(own.isPurged(i), "page " + index);
                assertEquals(0, range.memory().get(ValueLayout.JAVA_BYTE, (long) index * page), "page " + index);
                range.memory().asSlice((long) index * page, page).fill(content(index));
            }
        }
    }

    /// Pages that `mlock` keeps: the kernel refuses to drop them as others (`EINVAL`).
    @SuppressWarnings("restricted") // a test of the one place where native code is called
    private static boolean lock(long address, long bytes) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var mlock = linker.downcallHandle(
                linker.defaultLookup().find("mlock").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        return (int) mlock.invokeExact(address, bytes) == 0;
    }
}
