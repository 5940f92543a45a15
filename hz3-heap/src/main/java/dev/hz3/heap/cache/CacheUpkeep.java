package dev.hz3.heap.cache;

import dev.hz3.heap.cache.ThreadCache.Use;
import dev.hz3.os.OperatingSystem;
import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// The heap's own step of an epoch: returns to stock what silent, dead and virtual threads keep, and brings blocks that were freed remotely to their owners.
///
/// Threads: one at a time, the epoch sees to that.
public final class CacheUpkeep {

    private static final long WAIT_NANOS = 20_000;
    private static final int CLOSE_WAITS = 50_000;
    /// So many more to give everything back: outboxes are empty after the first, and the second sends what found a full inbox.
    private static final int ROUNDS = 2;

    private final OperatingSystem os;
    private final CacheTable table;
    private boolean isInUse;

    public CacheUpkeep(OperatingSystem os, CacheTable table) {
        this.os = os;
        this.table = table;
    }

    /// Whether any cache has something that upkeep could return.
    public boolean isWaiting() {
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
    public long trim(int looks) {
        long blocks = round(looks);
        // What a cache has sent to one that was trimmed before it lies there still, and what found no room lies with the sender.
        for (int again = 0; looks == 0 && again < ROUNDS && isWaiting(); again++) {
            blocks += round(0);
        }
        return blocks;
    }

    /// Whether the last trim found a cache that has something and that its owner uses, so that only a later one can find that it is silent.
    public boolean isInUse() {
        return isInUse;
    }

    /// Empties the inboxes of those who are not inside right now. Needs no memory.
    ///
    /// @return how many blocks went to stock
    public long sort() {
        ThreadCache[] all = table.all();
        long blocks = 0;
        for (ThreadCache cache : all) {
            if (cache.inbox().isEmpty()) {
                continue;
            }
            if (table.isShared(cache)) {
                blocks += useShared(cache, Use.SORT);
            } else if (table.isVacant(cache)) {
                blocks += table.tidyVacant(cache);
            } else {
                cache.use(Use.SORT);
            }
        }
        return blocks + borrow(all);
    }

    private long round(int looks) {
        ThreadCache[] all = table.all();
        long blocks = 0;
        isInUse = false;
        for (ThreadCache cache : all) {
            boolean quiet = cache.observeSilence(looks);
            if (!cache.isArmed()) {
                continue;
            }
            isInUse |= cache.isInUse();
            if (table.isShared(cache)) {
                blocks += quiet ? useShared(cache, Use.TRIM) : cache.needsSorting() ? useShared(cache, Use.SORT) : 0;
            } else if (table.isVacant(cache)) {
                blocks += table.tidyVacant(cache);
            } else {
                // What a thread left when it died rests like all else: the next thread inherits it. Only one that died inside is never seen to be silent.
                int buried = quiet || !cache.isOutside() ? table.bury(cache) : 0;
                blocks += buried;
                if (quiet && buried == 0) {
                    cache.use(Use.TRIM);
                } else if (cache.needsSorting()) {
                    cache.use(Use.SORT);
                }
            }
        }
        return blocks + borrow(all);
    }

    private static int useShared(ThreadCache cache, Use use) {
        ReentrantLock lock = cache.lock();
        if (!lock.tryLock()) {
            return 0;
        }
        try {
            return use == Use.TRIM ? cache.trim() : cache.sort();
        } finally {
            lock.unlock();
        }
    }

    /// Uses those of the caches that are to be used for something.
    private long borrow(ThreadCache[] caches) {
        long blocks = 0;
        try {
            boolean isAny = false;
            for (ThreadCache cache : caches) {
                if (cache.use() != Use.NONE) {
                    cache.revoke();
                    isAny = true;
                }
            }
            if (!isAny) {
                return 0;
            }
            fence();
            for (ThreadCache cache : caches) {
                Use use = cache.use();
                if (use != Use.NONE) {
                    if (cache.isOutside()) {
                        blocks += use == Use.TRIM ? cache.trim() : cache.sort();
                    }
                    cache.use(Use.NONE);
                    cache.restore();
                }
            }
        } finally {
            for (ThreadCache cache : caches) {
                if (cache.use() != Use.NONE) {
                    cache.use(Use.NONE);
                    cache.restore();
                }
            }
        }
        return blocks;
    }

    /// Keeps everybody out of the caches for good, and waits until nobody is inside. An interrupt does not shorten it, and is kept.
    ///
    /// @return whether nobody is; false where a thread does not come out, because an operation of it was torn in half
    public boolean close() {
        table.close();
        for (ThreadCache cache : table.all()) {
            cache.close();
            cache.revoke();
        }
        fence();
        boolean interrupted = Thread.interrupted(); // a thread that stays interrupted cannot park: its waits would be over at once
        try {
            boolean isEmpty = true;
            for (ThreadCache cache : table.all()) {
                // Seen outside once is enough: who knocks after the fence is inside for an instant, sees that it is revoked, and touches nothing.
                boolean isOutside = cache.isOutside();
                for (int waits = 0; !isOutside && waits < CLOSE_WAITS; waits++) {
                    LockSupport.parkNanos(this, WAIT_NANOS);
                    interrupted |= Thread.interrupted();
                    isOutside = cache.isOutside();
                }
                isEmpty &= isOutside;
            }
            return isEmpty;
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
