package dev.hz3.heap.cache;

import dev.hz3.heap.supply.RunSupply;
import dev.hz3.os.OperatingSystem;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.states.BlockStates;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Finds the cache of the thread that asks.
///
///     thread id & mask ──▶ slot ──▶ cache ──owner is me?──▶ mine
///                                     └── no: the second slot ──▶ cache ──owner is me?──▶ mine
///                                               └── no: the thread's own variable, a dead thread's cache, a vacant one, or a new one
///
/// Virtual threads use the cache of the carrier that they run on, so that cached memory is bounded by processors and not by threads. Where it is
/// not to be had they share a few caches under a lock. The next thread that begins
/// inherits the cache of a dead one, with all that it holds; if none comes for a while, upkeep empties it. Its number and inbox live on, so that blocks that
/// were handed out by it find their way home.
///
/// Threads: any.
public final class CacheTable {

    /// Hears of slow paths.
    @FunctionalInterface
    public interface BooleanConsumer {
        void accept(boolean mayTick);
    }

    /// What the table asks of a thread off the fast path. A simulation gives it to its one thread, which then plays many.
    ///
    /// @param number stands for the thread's own
    /// @param isVirtual whether it shares caches with others
    public record Role(long number, boolean isVirtual) {}

    /// How many first slots there are, and as many second ones behind them.
    private static final int SLOTS = 1024;
    private static final int MASK = SLOTS - 1;
    /// How far apart the second slots are of threads that have the same first one: far, so that those of their neighbours lie elsewhere.
    private static final int STRIDE = 509;
    private static final int SLOTS_SHIFT = Integer.numberOfTrailingZeros(SLOTS);
    /// So many carriers have caches.
    private static final int CARRIERS = 256;
    private static final int CARRIER_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(CARRIERS);
    /// A carrier that finds no room in so many places has no cache.
    private static final int PROBES = 8;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;
    /// A simulation has so many carriers.
    private static final int SIMULATED_CARRIERS = 3;

    private final OperatingSystem os;
    private final AddressMap map;
    private final RunSupply supply;
    private final int shards;
    private final CacheLimits limits;
    private final BooleanConsumer onSlowPath;

    private final @Nullable ThreadCache[] slots = new @Nullable ThreadCache[2 * SLOTS];
    @SuppressWarnings("ThreadLocalUsage") // one a heap: a thread has a cache in each
    private final ThreadLocal<@Nullable WeakReference<ThreadCache>> own = new ThreadLocal<>(); // weak: a thread outlives many heaps
    private volatile ThreadCache[] byId = new ThreadCache[0]; // id - 1 → cache; replaced, never written
    private final List<ThreadCache> shared = new ArrayList<>();
    private final AtomicReferenceArray<@Nullable ThreadCache> carriers = new AtomicReferenceArray<>(CARRIERS);
    private final AtomicInteger nextShard = new AtomicInteger();
    private boolean closed;
    private @Nullable Role role;

    public CacheTable(OperatingSystem os, AddressMap map, RunSupply supply, int shards, int sharedCaches, CacheLimits limits, BooleanConsumer onSlowPath) {
        this.os = os;
        this.map = map;
        this.supply = supply;
        this.shards = shards;
        this.limits = limits;
        this.onSlowPath = onSlowPath;
        for (int i = 0; i < sharedCaches; i++) {
            shared.add(create(ThreadCache.NO_CARRIER));
        }
    }

    /// The caches by their threads' numbers, for [#mine]. A thread's cache may be missing here.
    public @Nullable ThreadCache[] slots() {
        return slots;
    }

    /// The calling thread's own cache, if it stands in its slot; null where it must be looked for.
    public static @Nullable ThreadCache mine(@Nullable ThreadCache[] slots) {
        Thread me = Thread.currentThread();
        int id = (int) me.threadId();
        ThreadCache cache = slots[firstSlot(id)];
        if (cache != null && cache.owner() != me) {
            cache = slots[secondSlot(id)];
        }
        return cache != null && cache.owner() == me ? cache : null;
    }

    private static int firstSlot(int threadId) {
        return threadId & MASK;
    }

    /// Another slot than that of any thread with the same first one, as long as their numbers are less than half a million apart.
    private static int secondSlot(int threadId) {
        return SLOTS + (threadId + (threadId >>> SLOTS_SHIFT) * STRIDE & MASK);
    }

    /// The calling thread's own cache, found or made; null for a virtual thread, which has none, and where there is no Java memory for one: a shared one
    /// will do.
    public @Nullable ThreadCache cacheOrCreate() {
        if (isVirtual()) {
            return null;
        }
        Thread me = Thread.currentThread();
        ThreadCache cache = foundOrMade(me);
        if (cache == null) {
            return null;
        }
        if (limits.hasSlots()) {
            int id = (int) me.threadId();
            int first = firstSlot(id);
            int slot = isFreeFor(slots[first], me) ? first : secondSlot(id);
            if (isFreeFor(slots[slot], me)) {
                slots[slot] = cache;
            }
        }
        return cache;
    }

    private @Nullable ThreadCache foundOrMade(Thread me) {
        ThreadCache cache = null;
        try {
            cache = played();
            if (cache == null || cache.owner() != me) {
                cache = adopt(me);
                if (cache != null) {
                    own.set(new WeakReference<>(cache));
                }
            }
            return cache;
        } catch (OutOfMemoryError full) {
            if (cache != null && cache.owner() == me) {
                disown(cache);
            }
            return null;
        }
    }

    private static boolean isFreeFor(@Nullable ThreadCache there, Thread me) {
        Thread owner = there == null ? null : there.owner();
        return owner == null || owner == me || !owner.isAlive();
    }

    /// Whether the calling thread has no cache of its own.
    public boolean isVirtual() {
        return role == null ? Thread.currentThread().isVirtual() : role.isVirtual();
    }

    /// The cache of the carrier that the calling virtual thread runs on at this moment, found or made; null where there is none to be had. By the
    /// time it is used the thread may run on another: that costs time and nothing else.
    ///
    /// @throws IllegalStateException where the heap is closed
    public @Nullable ThreadCache ofCarrier() {
        long number = role == null ? os.threadNumber() : 1 + role.number() % SIMULATED_CARRIERS;
        if (number == ThreadCache.NO_CARRIER) {
            return null;
        }
        int first = (int) (number * GOLDEN >>> CARRIER_SHIFT);
        for (int probe = 0; probe < PROBES; probe++) {
            ThreadCache cache = carriers.getAcquire(first + probe & CARRIERS - 1);
            if (cache == null) {
                return placed(number, first);
            }
            if (cache.carrier() == number) {
                return cache;
            }
        }
        return null;
    }

    private synchronized @Nullable ThreadCache placed(long number, int first) {
        if (closed) {
            throw new IllegalStateException("the heap is closed");
        }
        for (int probe = 0; probe < PROBES; probe++) {
            int at = first + probe & CARRIERS - 1;
            ThreadCache cache = carriers.getAcquire(at);
            if (cache == null) {
                if (byId.length >= BlockStates.MAX_OWNER - 1) {
                    return null;
                }
                try {
                    cache = create(number);
                } catch (OutOfMemoryError full) {
                    return null; // a shared one will do
                }
                carriers.setRelease(at, cache);
            }
            if (cache.carrier() == number) {
                return cache;
            }
        }
        return null;
    }

    /// One of the caches that several threads use under its lock.
    public ThreadCache shared() {
        return shared.get((int) (number() % shared.size()));
    }

    /// The number of the calling thread.
    public long number() {
        return role == null ? Thread.currentThread().threadId() : role.number();
    }

    /// Lets the calling thread go on in another role, with `cache` for its own, or with none yet. For a simulation, in which no other
    /// thread uses the heap; the fast path is what it always is.
    public void play(Role next, @Nullable ThreadCache cache) {
        role = next;
        slots[firstSlot((int) Thread.currentThread().threadId())] = cache;
        if (cache == null) {
            own.remove();
        } else {
            own.set(new WeakReference<>(cache));
        }
    }

    /// The cache that the thread, or its role, has by now; null where it has none.
    public @Nullable ThreadCache played() {
        WeakReference<ThreadCache> cache = own.get();
        return cache == null ? null : cache.get();
    }

    private synchronized @Nullable ThreadCache adopt(Thread me) {
        if (closed) {
            throw new IllegalStateException("the heap is closed");
        }
        ThreadCache cache = inheritance();
        if (cache == null) {
            cache = vacant();
        }
        if (cache == null) {
            if (byId.length == BlockStates.MAX_OWNER - 1) { // the last one stands for large blocks
                return null;
            }
            cache = create(ThreadCache.NO_CARRIER);
        }
        cache.owner(me);
        return cache;
    }

    /// The cache of a thread that has died, with all that it holds: what one thread leaves the next one will want.
    private @Nullable ThreadCache inheritance() {
        for (ThreadCache candidate : byId) {
            Thread owner = candidate.owner();
            if (owner != null && !owner.isAlive()) {
                return candidate;
            }
        }
        return null;
    }

    private @Nullable ThreadCache vacant() {
        for (ThreadCache candidate : byId) {
            if (isVacant(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /// The next thread gets it, with all that it holds.
    private synchronized void disown(ThreadCache cache) {
        cache.owner(null);
    }

    private synchronized ThreadCache create(long carrier) {
        int id = byId.length + 1;
        ThreadCache cache = new ThreadCache(id, Math.floorMod(nextShard.getAndIncrement(), shards), carrier, map.table(), supply, this, limits);
        ThreadCache[] more = Arrays.copyOf(byId, id);
        more[id - 1] = cache;
        byId = more;
        return cache;
    }

    /// The cache with that number.
    public ThreadCache byId(int id) {
        return byId[id - 1];
    }

    /// The inbox of the cache with that number.
    Inbox inboxOf(int id) {
        return byId[id - 1].inbox();
    }

    /// All caches, shared ones and vacant ones too. Not to be written to.
    public ThreadCache[] all() {
        return byId;
    }

    boolean isShared(ThreadCache cache) {
        return cache.id() <= shared.size();
    }

    /// Whether it waits for a thread: it is nobody's, and neither shared nor a carrier's.
    boolean isVacant(ThreadCache cache) {
        return cache.owner() == null && !isShared(cache) && cache.carrier() == ThreadCache.NO_CARRIER;
    }

    /// Empties the cache of a thread that has died, and makes it vacant.
    ///
    /// @return how many blocks it held; 0 where the thread lives
    synchronized int bury(ThreadCache cache) {
        Thread owner = cache.owner();
        if (owner == null || owner.isAlive()) {
            return 0;
        }
        int blocks = cache.trim();
        cache.owner(null);
        return blocks;
    }

    /// Empties the inbox of a cache that nobody owns.
    synchronized int tidyVacant(ThreadCache cache) {
        return isVacant(cache) && cache.isArmed() ? cache.trim() : 0;
    }

    /// No thread gets a cache any more.
    synchronized void close() {
        closed = true;
    }

    /// A thread had to leave the fast path.
    ///
    /// @param mayTick whether this thread may tick
    void slowPathTaken(boolean mayTick) {
        onSlowPath.accept(mayTick);
    }
}
