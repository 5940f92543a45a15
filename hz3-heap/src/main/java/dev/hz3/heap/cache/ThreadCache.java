package dev.hz3.heap.cache;

import dev.hz3.heap.supply.LargeRuns;
import dev.hz3.heap.supply.RunSupply;
import dev.hz3.heap.supply.StackRoom;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageTable;
import dev.hz3.segment.PageWord;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.states.BlockStates;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The free blocks that one thread keeps for itself: a stack of pairs for each size class. The fast path.
///
///     stack      │ block │ its state │ block │ its state │ …      addresses both
///
///     allocate   pop ──▶ hand out            empty: inbox, then the run supply fills half a stack
///     free       look up ──▶ hold ──▶ push   full: the older half goes to stock
///     remote     mark returned ──▶ outbox ──▶ owner's inbox ──▶ collect
///
/// An allocation looks nothing up. A free finds the state of its block by two loads, see [PageTable].
///
/// Who may use it is written down in [CachePresence]. The cache of a platform thread is its own. The virtual threads of one carrier use
/// the carrier's cache by the methods that try, and where one of them is still inside, as it may be when it had to
/// wait for a lock and was unmounted, the others use a shared cache under `lock`.
///
/// Threads: as said at each method; *inside* means by the one that may use the cache.
public final class ThreadCache extends BlockStacks {

    /// In place of a block: there is none, or the cache is not to be had.
    public static final long NO_BLOCK = 0;
    /// In place of a carrier: the cache is a platform thread's, or shared.
    static final long NO_CARRIER = 0;
    /// The most blocks freed remotely that wait for their owner.
    public static final int MOST_LETTERS = Inbox.CAPACITY;
    /// In place of a number of pages: however many the block has.
    public static final long ANY_PAGES = -1;
    /// Hands out every large block, whoever asks: anybody may take it back.
    public static final int LARGE_OWNER = BlockStates.MAX_OWNER;

    /// In place of a class: whichever the block is of.
    public static final int ANY_CLASS = -1;

    /// What upkeep borrows a cache for.
    enum Use {
        /// It does not.
        NONE,
        /// Everything goes to stock.
        TRIM,
        /// What others have freed goes to stock.
        SORT
    }

    private final int id;
    private final long carrier;
    private final PageTable table;
    private final LargeRuns runs;
    private final CacheTable caches;
    private final int slowPathsPerEpoch;
    private final Inbox inbox = new Inbox();
    private final ReentrantLock lock = new ReentrantLock();

    /// Whether it has anything that upkeep could return, or would not notice being filled.
    private boolean armed;
    private final KeptBlocks large;
    /// How often upkeep has looked; written by it alone.
    private volatile int tick;

    private final Outbox outbox = new Outbox();
    /// Out of the inbox, and not collected yet.
    private final long[] read = new long[Outbox.CAPACITY];

    /// Blocks that this cache freed remotely and that it collected, by class; their sum over all caches is what is on the way.
    private final long[] sent = new long[SizeClasses.COUNT];
    private final long[] collected = new long[SizeClasses.COUNT];
    private long violations;
    private int slowPaths;

    /// The thread that owns it; null while vacant or shared. Written under the table's lock, read by anybody.
    private volatile @Nullable Thread owner;
    /// What upkeep means to do with it next; upkeep's own.
    private Use use = Use.NONE;

    ThreadCache(int id, int shard, long carrier, PageTable table, RunSupply supply, CacheTable caches, CacheLimits limits) {
        super(supply, shard, limits);
        this.id = id;
        this.carrier = carrier;
        runs = supply.large();
        this.table = table;
        this.caches = caches;
        slowPathsPerEpoch = limits.slowPathsPerEpoch();
        large = new KeptBlocks(limits.largeBytes() >>> Geometry.PAGE_SHIFT);
        rehearse();
    }

    int id() {
        return id;
    }

    /// The number of the carrier whose virtual threads use it; [#NO_CARRIER] for every other cache.
    long carrier() {
        return carrier;
    }

    Inbox inbox() {
        return inbox;
    }

    public ReentrantLock lock() {
        return lock;
    }

    public @Nullable Thread owner() {
        return owner;
    }

    public void owner(@Nullable Thread thread) {
        owner = thread;
    }

    Use use() {
        return use;
    }

    void use(Use next) {
        use = next;
    }

    /// Counts the tick as well: the rest of a large block is measured in ticks.
    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    boolean observeSilence(int looks) {
        tick++;
        return super.observeSilence(looks);
    }

    /// Whether it has anything that upkeep could return, or would not notice being filled. A recent value.
    boolean isArmed() {
        return armed || !inbox.isEmpty();
    }

    // ---- the fast path -------------------------------------------------------------------------------------------

    /// Returns a block of class `sizeClass`, live. By the owner.
    ///
    /// @throws OutOfMemoryError if none is to be had
    public long allocate(int sizeClass) {
        enter();
        return allocateInside(sizeClass);
    }

    /// Does the same where the cache is to be had. By a virtual thread of its carrier.
    ///
    /// @return [#NO_BLOCK] where it is not
    /// @throws OutOfMemoryError if no block is to be had
    public long tryAllocate(int sizeClass) {
        return tryEnter() ? allocateInside(sizeClass) : NO_BLOCK;
    }

    private long allocateInside(int sizeClass) {
        int top = tops[sizeClass] - PAIR;
        if (top < 0) {
            return allocateSlowly(sizeClass);
        }
        long[] stack = stacks[sizeClass];
        long address = stack[top];
        long state = stack[top + 1];
        tops[sizeClass] = top;
        BlockStates.handOut(state, id);
        exit();
        return address;
    }

    private long allocateSlowly(int sizeClass) {
        try {
            deepen(sizeClass);
            armed = true;
            collect(false);
            if (tops[sizeClass] == 0) {
                fill(sizeClass);
            }
            int top = tops[sizeClass] - PAIR;
            long address = stacks[sizeClass][top];
            long state = stacks[sizeClass][top + 1];
            tops[sizeClass] = top;
            BlockStates.handOut(state, id);
            return address;
        } finally {
            exit();
            leaveSlowly();
        }
    }

    /// Takes the live block at `address`, which lies in the range of the heap, back if it is one that this cache handed out. By the owner.
    ///
    /// @param words the heap's table, which the caller has at hand anyway
    /// @return whether it was; if not, nothing has changed
    public boolean free(PageTable words, long address) {
        return free(words, address, ANY_CLASS);
    }

    /// Does the same for a block of class `expected`, or of [#ANY_CLASS].
    public boolean free(PageTable words, long address, int expected) {
        enter();
        return freeInside(words, address, expected);
    }

    /// Does what [#free(PageTable, long, int)] does where the cache is to be had. By a virtual thread of its carrier.
    ///
    /// @return whether the block was taken back; if not, nothing has changed
    public boolean tryFree(PageTable words, long address, int expected) {
        return tryEnter() && freeInside(words, address, expected);
    }

    private boolean freeInside(PageTable words, long address, int expected) {
        long word = words.shape(address);
        int sizeClass = PageWord.sizeClass(word);
        if (sizeClass != expected && expected != ANY_CLASS) {
            exit();
            return false;
        }
        long offset = PageWord.offset(word, address);
        long block = SizeClasses.blockAt(sizeClass, offset);
        long state = words.states(word) + block * BlockStates.BYTES;
        if (SizeClasses.offsetOf(sizeClass, block) != offset || !BlockStates.isOf(state, id)) {
            exit();
            return false;
        }
        int top = tops[sizeClass];
        if (top >= limits[sizeClass]) {
            freeSlowly(sizeClass, address, state);
            return true;
        }
        long[] stack = stacks[sizeClass];
        BlockStates.endLife(state);
        // No call from here on until all is said: if there is no stack left for one, the block would be lost.
        stack[top] = address;
        stack[top + 1] = state;
        tops[sizeClass] = top + PAIR;
        exit();
        return true;
    }

    private void freeSlowly(int sizeClass, long address, long state) {
        try {
            armed = true;
            BlockStates.endLife(state);
            keep(sizeClass, address, state);
            collect(false);
        } finally {
            exit();
            leaveSlowly();
        }
    }

    /// Makes room for one letter, before its block is marked as returned: what fails here has changed nothing. By this cache's owner.
    ///
    /// @return whether there is room; if not, the inboxes of all whom the letters are for are full
    public boolean prepareToSend() {
        if (outbox.isFull()) {
            enter();
            try {
                outbox.flush(caches);
            } finally {
                exit();
            }
        }
        return !outbox.isFull();
    }

    /// Notes a block that its caller has just marked as returned; the cache with number `to`, which handed it out, hears of it soon. By this
    /// cache's owner, after [#prepareToSend()].
    public void send(int sizeClass, long address, int to) {
        enter();
        sent[sizeClass]++;
        armed = true;
        outbox.put(Inbox.letter(sizeClass, address), to);
        if (!outbox.isFull()) {
            boolean first = outbox.count() == 1;
            exit();
            if (first) {
                leaveSlowly(); // or a quiet heap would not learn that something is on the way
            }
            return;
        }
        try {
            outbox.flush(caches); // what finds no room stays here, and is sent before the next one is written
        } finally {
            exit();
            leaveSlowly();
        }
    }

    // ---- large blocks ---------------------------------------------------------------------------------------------

    /// Returns a block of exactly `pages` pages, live, that this cache has kept; [#NO_BLOCK] if it has none. By the owner.
    public long allocateLarge(long pages) {
        enter();
        int block = large.find(pages);
        if (block == KeptBlocks.NONE) {
            exit();
            return NO_BLOCK;
        }
        long address = large.address(block);
        BlockStates.handOut(large.state(block), LARGE_OWNER);
        large.remove(block);
        exit();
        return address;
    }

    /// Keeps the live large block at `address`, which lies in the range of the heap, whoever allocated it. By the owner.
    ///
    /// @param words the heap's table
    /// @param expected how many pages it must have, or [#ANY_PAGES]
    /// @return whether it does; if not, no block has changed hands
    public boolean freeLarge(PageTable words, long address, long expected) {
        enter();
        long word = words.shape(address);
        if (!PageWord.isLarge(PageWord.sizeClass(word)) || (address & Geometry.PAGE_BYTES - 1) != 0) {
            exit();
            return false;
        }
        long state = words.states(word);
        long pages = words.largePages(address);
        if (pages != expected && expected != ANY_PAGES || !large.accepts(pages) || !BlockStates.isOf(state, LARGE_OWNER)) {
            exit();
            return false;
        }
        if (!large.hasRoom(pages) || !armed) {
            return freeLargeSlowly(words, address, state, pages);
        }
        boolean isMine = BlockStates.takeBack(state, LARGE_OWNER);
        if (isMine) {
            large.add(address, state, words.largePages(address), tick);
        }
        exit();
        return isMine;
    }

    private boolean freeLargeSlowly(PageTable words, long address, long state, long pages) {
        boolean isMine;
        try {
            StackRoom.ensureLittle();
            armed = true;
            while (!large.hasRoom(pages)) {
                large.releaseOldest(runs);
            }
            isMine = BlockStates.takeBack(state, LARGE_OWNER);
            if (isMine) {
                // Asked again, now that nobody else can have it: by mistake, others might have freed and allocated it anew meanwhile.
                large.add(address, state, words.largePages(address), tick);
            }
        } finally {
            exit();
            leaveSlowly();
        }
        return isMine;
    }

    /// Releases the large blocks that it keeps, so that their pages serve whoever needs them. By the owner.
    ///
    /// @return how many it was
    public int shedLarge() {
        enter();
        try {
            return makeWay();
        } finally {
            exit();
        }
    }

    @Override
    int makeWay() {
        return large.releaseAll(runs);
    }

    // ---- inside, off the fast path -------------------------------------------------------------------------------

    /// Outside again: the table hears of it, and every so often this thread ticks.
    private void leaveSlowly() {
        boolean mayTick = slowPathsPerEpoch != 0 && ++slowPaths >= slowPathsPerEpoch && owner != null;
        if (mayTick) {
            slowPaths = 0;
        }
        caches.slowPathTaken(mayTick);
    }

    /// Takes in what others have freed: to the stacks, or all to stock.
    private void collect(boolean toStock) {
        for (int left = inbox.count(); left > 0; ) { // and not what comes meanwhile
            int taken = inbox.take(read);
            collect(taken, toStock);
            left = taken == 0 ? 0 : left - taken;
        }
    }

    private void collect(int letters, boolean toStock) {
        for (int i = 0; i < letters; i++) {
            long letter = read[i];
            int sizeClass = Inbox.sizeClassOf(letter);
            long address = Inbox.addressOf(letter);
            collected[sizeClass]++;
            long state = table.stateOf(address);
            // By now anything may have become of a block whose mark does not stand.
            if (state == PageTable.NO_STATE || !BlockStates.collect(state, id)) {
                violations++; // freed by its owner at the same moment: that free had its effect, this one has none
            } else if (toStock) {
                stock(sizeClass, address, state);
            } else {
                keep(sizeClass, address, state);
            }
        }
    }

    /// Whether there is something in it that does not wait for an owner who never takes the slow path. A recent value.
    boolean needsSorting() {
        return !inbox.isEmpty() || large.hasRested(tick);
    }

    /// What others have freed goes to stock, and large blocks that have rested are released; what else the owner keeps stays. Inside.
    ///
    /// @return how many blocks it was
    int sort() {
        int blocks = inbox.count();
        collect(true);
        return blocks + large.releaseRested(runs, tick);
    }

    /// Returns everything: the outbox to its owners, inbox and stacks to stock, large blocks to the free pages. Inside.
    ///
    /// @return how many blocks it was
    public int trim() {
        int blocks = outbox.count() + inbox.count();
        outbox.flush(caches);
        collect(true);
        blocks += makeWay() + emptyAll();
        armed = outbox.count() != 0;
        return blocks;
    }

    // ---- what it holds, read by anybody --------------------------------------------------------------------------

    /// Bytes of the large blocks in it.
    public long largeBytes() {
        return large.pages() << Geometry.PAGE_SHIFT;
    }

    /// Blocks of the class that this cache sent on their way, less those that it collected.
    public long onTheWay(int sizeClass) {
        return sent[sizeClass] - collected[sizeClass];
    }

    public long violations() {
        return violations;
    }
}
