package dev.hz3.heap.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.os.LinuxSystem;
import dev.hz3.segment.SizeClasses;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CachePresenceTest {

    private static final int CLOSES = 100_000;

    private final CacheFixture fixture = new CacheFixture(1);
    private final ThreadCache cache = fixture.caches.byId(1);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void of_several_that_try_one_is_inside_until_it_goes_out() {
        assertTrue(cache.tryEnter());
        assertFalse(cache.tryEnter());
        assertFalse(cache.isOutside());

        cache.exit();

        assertTrue(cache.isOutside());
        assertTrue(cache.tryEnter());
        cache.exit();
    }

    @Test
    void nobody_gets_into_a_cache_that_upkeep_has_borrowed() {
        cache.revoke();

        assertFalse(cache.tryEnter());
        assertTrue(cache.isOutside());
        assertEquals(ThreadCache.NO_BLOCK, cache.tryAllocate(SizeClasses.of(64)));
        assertFalse(cache.tryFree(fixture.map.table(), fixture.map.range().base(), ThreadCache.ANY_CLASS));

        cache.restore();

        assertTrue(cache.tryEnter());
        cache.exit();
    }

    @Test
    void a_cache_is_silent_that_nobody_has_entered_between_two_looks() {
        assertFalse(cache.observeSilence(1));
        assertTrue(cache.observeSilence(1));

        assertTrue(cache.tryEnter());
        cache.exit();

        assertFalse(cache.observeSilence(1));
    }

    @Test
    void a_cache_is_in_use_until_a_look_finds_it_silent() {
        cache.observeSilence(1);
        assertTrue(cache.isInUse());

        cache.observeSilence(1);
        assertFalse(cache.isInUse());

        assertTrue(cache.tryEnter());
        cache.observeSilence(1);
        assertTrue(cache.isInUse());
    }

    @Test
    void an_owner_who_never_comes_out_again_does_not_use_its_cache() {
        assertTrue(cache.tryEnter());
        for (int look = 0; look < 2_000; look++) {
            cache.observeSilence(1);
        }
        assertFalse(cache.isInUse());

        cache.exit();
        cache.observeSilence(1);
        assertTrue(cache.isInUse());
    }

    @Test
    void a_thread_that_knocks_at_a_closed_cache_is_not_taken_for_one_inside() throws InterruptedException {
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch hasKnocked = new CountDownLatch(1);
        Thread knocks = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                try {
                    cache.allocate(SizeClasses.of(64));
                } catch (IllegalStateException closed) {
                    hasKnocked.countDown();
                } catch (OutOfMemoryError full) {
                    // It has taken everything before the cache was closed, and goes on knocking.
                }
            }
        });
        try (LinuxSystem os = LinuxSystem.open()) {
            CacheUpkeep upkeep = new CacheUpkeep(os, fixture.caches);
            assertTrue(upkeep.close());
            hasKnocked.await();
            for (int i = 0; i < CLOSES; i++) {
                assertTrue(upkeep.close());
            }
        } finally {
            isOver.set(true);
            knocks.join();
        }
    }
}
