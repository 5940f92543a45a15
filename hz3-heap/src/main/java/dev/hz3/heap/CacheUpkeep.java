package dev.hz3.heap;

import dev.hz3.os.OperatingSystem;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/// The heap's own step of an epoch: what silent, dead and virtual threads keep goes to stock, and what was freed from afar finds its owner.
///
/// Threads: one at a time, the epoch sees to that.
final class CacheUpkeep {

    private static final long WAIT_NANOS = 20_000;
    private static final int CLOSE_WAITS = 50_000;

    private final OperatingSystem os;
    private final CacheTable table;

    CacheUpkeep(OperatingSystem os, CacheTable table) {
        this.os = os;
        this.table = table;
    }

    /// Whether any cache has something that upkeep could return.
    boolean isWaiting() {
        for (ThreadCache cache : table.all()) {
            if (cache.isArmed()) {
                return true;
            }
        }
        return false;
    }

    /// Trims the caches that nobody has used at the last `looks` looks; all that nobody is inside of right now where that is 0.
    ///
    /// @return how many blocks went to stock or to their owners
    long trim(int looks) {
        long blocks = round(looks);
        // What a cache has sent to one that was trimmed before it lies there still. Outboxes are empty now, so once more suffices.
        return looks == 0 ? blocks + round(0) : blocks;
    }

    private long round(int looks) {
        long blocks = 0;
        List<ThreadCache> silent = new ArrayList<>();
        List<ThreadCache> addressed = new ArrayList<>();
        for (ThreadCache cache : table.all()) {
            boolean quiet = cache.isSilent(looks);
            if (!cache.isArmed()) {
                continue;
            }
            if (table.isShared(cache)) {
                blocks += quiet ? useShared(cache, ThreadCache::trim) : cache.needsSorting() ? useShared(cache, ThreadCache::sort) : 0;
            } else if (cache.owner() == null && cache.carrier() == ThreadCache.NO_CARRIER) {
                blocks += table.tidyVacant(cache);
            } else {
                blocks += table.bury(cache);
                if (quiet) {
                    silent.add(cache);
                } else if (cache.needsSorting()) {
                    addressed.add(cache);
                }
            }
        }
        return blocks + borrow(silent, ThreadCache::trim) + borrow(addressed, ThreadCache::sort);
    }

    private static long useShared(ThreadCache cache, ToLongFunction<ThreadCache> use) {
        ReentrantLock lock = cache.lock();
        if (!lock.tryLock()) {
            return 0;
        }
        try {
            return use.applyAsLong(cache);
        } finally {
            lock.unlock();
        }
    }

    private long borrow(List<ThreadCache> caches, ToLongFunction<ThreadCache> use) {
        if (caches.isEmpty()) {
            return 0;
        }
        long blocks = 0;
        try {
            for (ThreadCache cache : caches) {
                cache.revoke();
            }
            fence();
            for (ThreadCache cache : caches) {
                if (cache.isOutside()) {
                    blocks += use.applyAsLong(cache);
                }
                cache.restore();
            }
        } finally {
            for (ThreadCache cache : caches) {
                cache.restore();
            }
        }
        return blocks;
    }

    /// Keeps everybody out of the caches for good, and waits until nobody is inside. An interrupt does not shorten it, and is kept.
    ///
    /// @return whether nobody is; false where a thread does not come out, because an operation of it was torn in half
    boolean close() {
        table.close();
        for (ThreadCache cache : table.all()) {
            cache.close();
            cache.revoke();
        }
        fence();
        boolean interrupted = Thread.interrupted(); // a thread that stays interrupted cannot park: its waits would be over at once
        try {
            boolean outside = true;
            for (ThreadCache cache : table.all()) {
                for (int waits = 0; !cache.isOutside() && waits < CLOSE_WAITS; waits++) {
                    LockSupport.parkNanos(this, WAIT_NANOS);
                    interrupted |= Thread.interrupted();
                }
                outside &= cache.isOutside();
            }
            return outside;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Every thread of the process fences once. Where the kernel has no call for it, closing a shared arena does
    /// the same by a handshake of the virtual machine.
    @SuppressWarnings("MustBeClosedChecker") // closing it is all that it is for
    private void fence() {
        if (!os.fenceAllThreads()) {
            Arena shared = Arena.ofShared();
            shared.close();
        }
    }
}
