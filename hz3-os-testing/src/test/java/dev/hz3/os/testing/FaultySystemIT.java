package dev.hz3.os.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.LinuxSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import dev.hz3.os.testing.FaultySystem.Verb;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// Refusals before the real machine.
final class FaultySystemIT {

    private static final long MIB = 1L << 20;

    @Test
    void a_range_that_is_refused_and_lost_is_really_lost_and_no_other_is() {
        try (FaultySystem faulty = new FaultySystem(LinuxSystem.open())) {
            int page = faulty.pageBytes();
            ReservedRange range = faulty.reserve(2 * MIB, 2 * MIB, 2 * MIB);
            faulty.commit(range, range.base(), range.bytes());
            range.memory().fill((byte) 1);
            PurgeBatch batch = new PurgeBatch();
            batch.add(range.base(), page);
            batch.add(range.base() + 2L * page, page);
            faulty.failRanges(index -> index == 0);
            faulty.purgeWhatIsRefused(true);
            faulty.failNext(Verb.PURGE, 1);

            faulty.purge(batch);

            assertFalse(batch.isPurged(0));
            assertTrue(batch.isPurged(1));
            assertEquals(0, range.memory().get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(1, range.memory().get(ValueLayout.JAVA_BYTE, page));
            assertEquals(0, range.memory().get(ValueLayout.JAVA_BYTE, 2L * page));
            assertEquals(1, range.memory().get(ValueLayout.JAVA_BYTE, 3L * page));
            faulty.unreserve(range);
        }
    }
}
