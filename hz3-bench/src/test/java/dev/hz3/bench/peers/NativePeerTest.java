package dev.hz3.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NativePeerTest {

    @ParameterizedTest
    @EnumSource(value = AllocatorChoice.class, mode = EnumSource.Mode.EXCLUDE, names = "HZ3")
    void a_peer_allocates_and_frees_or_says_that_it_is_absent(AllocatorChoice choice) {
        try (BenchAllocator peer = choice.open()) {
            assertEquals(choice.argument(), peer.name());
            long first = peer.allocate(5000);
            long second = peer.allocate(5000);
            assertNotEquals(first, second);
            RawMemory.writeLong(first + 4992, 42);
            assertEquals(42, RawMemory.readLong(first + 4992));
            peer.free(first);
            peer.free(second);
            peer.tick();
            peer.trim();
            assertEquals(Optional.empty(), peer.counters());
        } catch (AbsentAllocatorException absence) {
            assertTrue(String.valueOf(absence.getMessage()).startsWith(choice.argument() + " is absent: "), absence.getMessage());
            assertNotEquals(AllocatorChoice.GLIBC, choice, "the C library is always there");
        }
    }

    @Test
    void what_cannot_be_had_is_out_of_memory() throws AbsentAllocatorException {
        try (BenchAllocator glibc = AllocatorChoice.GLIBC.open()) {
            OutOfMemoryError refusal = assertThrows(OutOfMemoryError.class, () -> glibc.allocate(Long.MAX_VALUE));
            assertEquals("glibc refuses: bytes=" + Long.MAX_VALUE, refusal.getMessage());
        }
    }

    @Test
    void a_library_that_is_not_there_is_said_to_be_absent() {
        NativeLibrary nowhere = new NativeLibrary(
                "nowhere", List.of("libnowhere.so.1", "libnowhere.so.2"), "Debian: apt-get install libnowhere", "malloc", "free", Optional.empty());

        AbsentAllocatorException absence =
                assertThrows(AbsentAllocatorException.class, () -> NativePeer.open(nowhere));
        assertEquals(
                "nowhere is absent: libnowhere.so.1 or libnowhere.so.2 cannot be loaded"
                        + " (Debian: apt-get install libnowhere)",
                absence.getMessage());
    }

    @Test
    void a_library_without_the_verbs_is_absent_too() {
        NativeLibrary mute = new NativeLibrary("mute", List.of(), "libc6", "no_such_malloc", "free", Optional.empty());

        AbsentAllocatorException absence = assertThrows(AbsentAllocatorException.class, () -> NativePeer.open(mute));
        assertEquals("mute is absent: its library has no no_such_malloc", absence.getMessage());
    }

    @Test
    void jemalloc_is_told_how_to_come_in() {
        assertTrue(NativeLibrary.JEMALLOC.absence(Map.of()).contains("GLIBC_TUNABLES=glibc.rtld.optional_static_tls="));
        assertFalse(NativeLibrary.JEMALLOC
                .absence(Map.of("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=16384"))
                .contains("start the process"));
        assertFalse(NativeLibrary.MIMALLOC.absence(Map.of()).contains("GLIBC_TUNABLES"));
    }

    @Test
    void counters_are_told_since_an_earlier_moment_and_levels_as_of_now() {
        ReleaseCounters earlier = new ReleaseCounters(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
        ReleaseCounters now =
                new ReleaseCounters(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170);

        assertEquals(
                new ReleaseCounters(10, 20, 27, 36, 45, 54, 63, 72, 81, 90, 99, 120, 117, 126, 135, 144, 153),
                now.since(earlier));
        assertEquals(0.9, now.pagesPerPurgeCall(), 0.02);
        assertEquals(0, now.since(now).pagesPerPurgeCall());
    }
}
