package dev.hz3.heap.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// Keeps track of who is inside a cache: its owner, or upkeep that has borrowed it.
///
///     owner of its own      enter ──▶ inside ──▶ exit           plain stores, no fence
///     threads of a carrier  tryEnter ──▶ inside ──▶ exit        a compare-and-set: there may be two of them
///     upkeep                revoke, fence all threads, isOutside ──▶ borrow ──▶ restore
///
/// After the fence either the owner is inside, and upkeep goes away again, or it will see `revoked` before it touches anything.
///
/// Threads: as said at each method.
abstract class CachePresence {

    private static final VarHandle PRESENCE;
    private static final VarHandle REVOKED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PRESENCE = lookup.findVarHandle(CachePresence.class, "presence", int.class);
            REVOKED = lookup.findVarHandle(CachePresence.class, "revoked", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int OUTSIDE = 0;
    private static final int INSIDE = 1;
    /// Outside, and upkeep has looked since the owner was inside.
    private static final int SEEN = 2;

    private static final int SPINS = 200;
    private static final long WAIT_NANOS = 20_000;
    private static final int MAX_LOOKS = 1 << 20;
    /// After so many looks in a row that found the owner inside, an operation was torn in half: a minute of ticks.
    private static final int TORN_LOOKS = 1200;

    private int presence;
    private boolean revoked;
    private volatile boolean closed;
    /// How many looks in a row found it unchanged; upkeep's own.
    private int silentLooks;
    /// How many looks in a row found the owner inside; upkeep's own.
    private int insideLooks;

    /// Does once what the virtual machine needs Java memory for the first time, so that no free is the first. While nobody else knows the cache.
    final void rehearse() {
        enter();
        exit();
        tryEnter();
        exit();
        observeSilence(0);
        observeSilence(0);
        revoke();
        isRevoked();
        restore();
        isOutside();
        isInUse();
        silentLooks = 0;
        exit();
    }

    /// Goes in, and waits outside while the cache is revoked. By the one thread that owns it. Both stores are constants: a counter would have to
    /// come back from memory at each operation, the long way through the store buffer.
    final void enter() {
        PRESENCE.setOpaque(this, INSIDE);
        if ((boolean) REVOKED.getAcquire(this)) {
            waitOutside();
        }
    }

    /// Goes in if nobody is inside and the cache is not revoked. By any of several threads.
    ///
    /// @return whether it did
    public final boolean tryEnter() {
        int seen = (int) PRESENCE.getOpaque(this);
        if (seen == INSIDE || !PRESENCE.compareAndSet(this, seen, INSIDE)) {
            return false;
        }
        if ((boolean) REVOKED.getAcquire(this)) {
            exit();
            return false;
        }
        return true;
    }

    /// Goes out. By the thread that is inside.
    public final void exit() {
        PRESENCE.setRelease(this, OUTSIDE);
    }

    private void waitOutside() {
        for (int spins = 0; ; spins++) {
            PRESENCE.setRelease(this, OUTSIDE);
            if (closed) {
                throw new IllegalStateException("the heap is closed");
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, WAIT_NANOS);
            }
            if (!(boolean) REVOKED.getAcquire(this)) {
                PRESENCE.setOpaque(this, INSIDE);
                if (!(boolean) REVOKED.getAcquire(this)) {
                    return;
                }
            }
        }
    }

    /// Asks everybody to stay outside; upkeep then fences all threads and asks [#isOutside()].
    final void revoke() {
        REVOKED.setVolatile(this, true);
    }

    /// Whether everybody is asked to stay outside. Any thread; a recent value.
    public final boolean isRevoked() {
        return (boolean) REVOKED.getAcquire(this);
    }

    /// Lets the owner in again.
    final void restore() {
        REVOKED.setRelease(this, false);
    }

    /// After [#revoke()] and a fence: whether nobody is inside, so that the caller may use the cache until it restores it.
    final boolean isOutside() {
        return (int) PRESENCE.getAcquire(this) != INSIDE;
    }

    /// Looks whether the owner has been inside since the last look, and marks the cache for the next look. By upkeep, under its lock.
    ///
    /// @return whether the owner stayed outside between the last `looks` looks
    boolean observeSilence(int looks) {
        int found = (int) PRESENCE.getAcquire(this);
        silentLooks = found == SEEN ? Math.min(silentLooks + 1, MAX_LOOKS) : 0;
        insideLooks = found == INSIDE ? Math.min(insideLooks + 1, MAX_LOOKS) : 0;
        if (found != SEEN) {
            PRESENCE.compareAndSet(this, OUTSIDE, SEEN); // the owner knows nothing of it, and its next store runs over it
        }
        return silentLooks >= looks;
    }

    /// Whether the last look found that the owner uses the cache. By upkeep, under its lock.
    final boolean isInUse() {
        return silentLooks == 0 && insideLooks < TORN_LOOKS;
    }

    /// Nobody gets in any more. By upkeep, after a revocation that is never restored.
    final void close() {
        closed = true;
    }
}
