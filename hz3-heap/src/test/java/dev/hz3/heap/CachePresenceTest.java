package dev.hz3.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hz3.segment.SizeClasses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CachePresenceTest {

    private final NativeHeap heap = NativeHeap.create(HeapOptions.builder().clock(false).build());
    private final ThreadCache cache = heap.caches().byId(1);

    @AfterEach
    void close() {
        heap.close();
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
        assertFalse(cache.tryFree(heap.map().table(), heap.map().range().base(), ThreadCache.ANY_CLASS));

        cache.restore();

        assertTrue(cache.tryEnter());
        cache.exit();
    }

    @Test
    void a_cache_is_silent_that_nobody_has_entered_between_two_looks() {
        assertFalse(cache.isSilent(1));
        assertTrue(cache.isSilent(1));

        assertTrue(cache.tryEnter());
        cache.exit();

        assertFalse(cache.isSilent(1));
    }
}
