package dev.hz3.heap;

import dev.hz3.segment.AddressMap;
import dev.hz3.segment.BlockStates;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SizeClasses;
import dev.hz3.segment.SmallRun;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The free blocks that one thread keeps for itself: a stack of addresses for each size class. The fast path.
///
///     allocate   pop ──▶ hand out            empty: inbox, then the run supply fills half a stack
///     free       take back ──▶ push          full: the older half goes to stock
///     from afar  mark returned ──▶ outbox ──▶ owner's inbox ──▶ collect
///
/// One block is *aside*. Its state says so once, and then it goes to and fro between `latest`, where it is free, and `young`, where a user has it,
/// with nothing to look up: most blocks that a program is done with soon are the last that it allocated.
///
///     latest ──allocate──▶ young ──free──▶ latest
///        ▲                   │  └─from afar (CAS)──▶ young, marked ──▶ collect
///        └── a free block    └──▶ live like others, when another block is to be young
///
/// Who may use it. The owner notes in `presence` that it goes in and out, with plain stores and no
/// fence. Upkeep may borrow the cache of a silent thread: it sets `revoked`, makes every thread of the process fence
/// once, and then knows that either the owner is inside (it goes away again) or will see `revoked` before it
/// touches anything (and waits outside for the few microseconds). Caches that several virtual threads share are used under `lock` besides.
///
/// Threads: as said at each method; *inside* means by the one that may use the cache.
final class ThreadCache {

    private static final VarHandle PRESENCE;
    private static final VarHandle REVOKED;
    private static final VarHandle YOUNG;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PRESENCE = lookup.findVarHandle(ThreadCache.class, "presence", int.class);
            REVOKED = lookup.findVarHandle(ThreadCache.class, "revoked", boolean.class);
            YOUNG = lookup.findVarHandle(ThreadCache.class, "young", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int OUTSIDE = 0;
    private static final int INSIDE = 1;
    /// Outside, and upkeep has looked since the owner was inside.
    private static final int SEEN = 2;

    private static final int OUTBOX = 64;
    private static final int SPINS = 200;
    private static final long WAIT_NANOS = 20_000;
    private static final int MAX_BLOCKS = 256;
    private static final int MAX_RUNS = 64;
    private static final int MIN_BLOCKS = 2;
    private static final int START_BYTES = 32 << 10;
    private static final int SMALL_START_BLOCKS = 8;
    private static final int SMALL_CACHE_BYTES = 32 << 10;
    private static final int SHED_FROM_BYTES = 512 << 10;
    private static final int MAX_LOOKS = 1 << 20;

    /// The free blocks of one class, the youngest last.
    private static final class Stack {
        /// As long as the stack may be deep; of no length it is disarmed: the next operation takes the slow path and is noticed.
        private long[] blocks;
        private int count;

        private Stack(long[] disarmed) {
            blocks = disarmed;
        }
    }

    /// Beside a class: the latest block was the young one before, so that there is none, and may be it again.
    private static final int ONCE_YOUNG = 1 << 8;
    private static final int CLASS = ONCE_YOUNG - 1;
    /// In place of a class: there is no latest block.
    private static final int NONE = -1;
    /// There is none either, and the next free takes the slow path and is noticed.
    private static final int ASLEEP = -2;
    /// In place of a young block: there is none. Beside its address: it was freed from afar. No block's address is odd.
    private static final long MARK = 1;
    /// So many times in a row the latest block must have come back as the next one, before it is worth setting it aside.
    private static final int MANY_PAIRS = 8;

    private final int id;
    private final int shard;
    private final AddressMap map;
    private final RunSupply supply;
    private final CacheTable table;
    private final long cacheBytes;
    private final int slowPathsPerEpoch;
    private final Inbox inbox = new Inbox();
    private final ReentrantLock lock = new ReentrantLock();

    private int presence;
    private boolean revoked;
    private volatile boolean closed;

    private final long[] disarmed = {};
    private final Stack[] stacks = new Stack[SizeClasses.COUNT];
    /// The block that is aside and free, and its class.
    private int latestClass = ASLEEP;
    private long latest;
    /// The block that is aside and live, and its class. Others mark it when they free it.
    private long young = MARK;
    private int youngClass;
    private int pairs;
    private boolean armed;

    private final long[] outbox = new long[OUTBOX];
    private final int[] outboxOwners = new int[OUTBOX];
    private int outboxCount;

    /// Blocks that this cache freed from afar and that it collected, by class; their sum over all caches is what is on the way.
    private final long[] sent = new long[SizeClasses.COUNT];
    private final long[] collected = new long[SizeClasses.COUNT];
    private long violations;
    private int slowPaths;

    /// The thread that owns it; null while vacant or shared. Written under the table's lock, read by anybody.
    private volatile @Nullable Thread owner;
    /// How many looks in a row found it unchanged; upkeep's own.
    private int silentLooks;

    ThreadCache(int id, int shard, AddressMap map, RunSupply supply, CacheTable table, HeapOptions options) {
        this.id = id;
        this.shard = shard;
        this.map = map;
        this.supply = supply;
        this.table = table;
        cacheBytes = options.cacheBytes();
        slowPathsPerEpoch = options.slowPathsPerEpoch();
        Arrays.setAll(stacks, _ -> new Stack(disarmed));
    }

    int id() {
        return id;
    }

    Inbox inbox() {
        return inbox;
    }

    ReentrantLock lock() {
        return lock;
    }

    @Nullable Thread owner() {
        return owner;
    }

    void owner(@Nullable Thread thread) {
        owner = thread;
    }

    // ---- going in and out ----------------------------------------------------------------------------------------

    /// Goes in. Both stores are constants: a counter would have to come back from memory at each operation, the long way through the store buffer.
    private void enter() {
        PRESENCE.setOpaque(this, INSIDE);
        if ((boolean) REVOKED.getAcquire(this)) {
            waitOutside();
        }
    }

    private void exit() {
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

    /// Asks the owner to stay outside; upkeep then fences all threads and asks [#isOutside()].
    void revoke() {
        REVOKED.setVolatile(this, true);
    }

    /// Lets the owner in again.
    void restore() {
        REVOKED.setRelease(this, false);
    }

    /// After [#revoke()] and a fence: whether the owner is outside, so that the caller may use the cache until it restores it.
    boolean isOutside() {
        return (int) PRESENCE.getAcquire(this) != INSIDE;
    }

    /// Whether the owner has not gone in between the last `looks` times that this was asked. By upkeep, under its lock.
    boolean isSilent(int looks) {
        boolean isSeen = (int) PRESENCE.getAcquire(this) == SEEN;
        silentLooks = isSeen ? Math.min(silentLooks + 1, MAX_LOOKS) : 0;
        if (!isSeen) {
            PRESENCE.compareAndSet(this, OUTSIDE, SEEN); // the owner knows nothing of it, and its next store runs over it
        }
        return silentLooks >= looks;
    }

    /// Whether it has anything that upkeep could return, or would not notice being filled. A recent value.
    boolean isArmed() {
        return armed || !inbox.isEmpty();
    }

    /// Nobody gets in any more. By upkeep, after a revocation that is never restored.
    void close() {
        closed = true;
    }

    // ---- the fast path -------------------------------------------------------------------------------------------

    /// A block of class `sizeClass`, live. By the owner.
    ///
    /// @throws OutOfMemoryError where none is to be had
    long allocate(int sizeClass) {
        enter();
        long address;
        int difference = sizeClass ^ latestClass;
        if (difference == ONCE_YOUNG) {
            address = latest;
            latestClass = NONE;
            young = address;
            exit();
            return address;
        }
        if (difference == 0) {
            address = latest;
            latestClass = NONE;
            if (pairs >= MANY_PAIRS && isPairing()) {
                youngClass = sizeClass;
                young = address;
                exit();
                return address;
            }
        } else {
            Stack stack = stacks[sizeClass];
            int top = stack.count - 1;
            if (top < 0) {
                return allocateSlowly(sizeClass);
            }
            address = stack.blocks[top];
            stack.count = top;
        }
        handOut(sizeClass, address);
        exit();
        return address;
    }

    /// Whether there is no young block. Where there is one, it becomes a block like others, in the hands of its user, and pairs are counted anew.
    private boolean isPairing() {
        if (young == MARK) {
            return true;
        }
        pairs = 0;
        long block = young & ~MARK;
        handOut(youngClass, block); // before the exchange: who frees it from afar and does not find it young looks for this
        if (!YOUNG.compareAndSet(this, block, MARK)) {
            young = MARK;
            handOver(youngClass, block);
        }
        return false;
    }

    private long allocateSlowly(int sizeClass) {
        try {
            grow(sizeClass);
            collect(false);
            Stack stack = stacks[sizeClass];
            if (stack.count == 0) {
                fill(sizeClass, stack);
            }
            long address = stack.blocks[--stack.count];
            handOut(sizeClass, address);
            return address;
        } finally {
            exit();
            leaveSlowly();
        }
    }

    private void fill(int sizeClass, Stack stack) {
        int most = Math.max(1, stack.blocks.length / 2);
        int filled = supply.fill(shard, sizeClass, stack.blocks, 0, most);
        if (filled == 0 && supply.isSmall() && shed(sizeClass) >= SHED_FROM_BYTES) {
            filled = supply.fill(shard, sizeClass, stack.blocks, 0, most);
        }
        stack.count = filled != 0 ? filled : supply.grow(shard, sizeClass, stack.blocks, 0, most);
        if (supply.isOwing()) {
            if (supply.hasFewPages()) {
                shed(sizeClass);
            }
            supply.pay();
        }
    }

    /// Writes down that a block was freed from afar; its letter is on its way.
    private void handOver(int sizeClass, long address) {
        Segment segment = map.near(address);
        int page = Segment.pageOf(address);
        if (sizeClass >= SizeClasses.FIRST_MEDIUM) {
            segment.runs().setReturned(page, id);
        } else {
            SmallRun run = segment.smallRun(page);
            run.setReturned(run.blockOf(address), id);
        }
    }

    private void handOut(int sizeClass, long address) {
        Segment segment = map.near(address);
        int page = Segment.pageOf(address);
        if (sizeClass >= SizeClasses.FIRST_MEDIUM) {
            segment.runs().handOut(page, id);
        } else {
            SmallRun run = segment.smallRun(page);
            run.handOut(run.blockOf(address), id);
        }
    }

    /// Takes the live block at `address`, any number, back, if it is one that this cache handed out. By the owner.
    ///
    /// @return whether it was; if not, nothing has changed
    boolean free(long address) {
        if (freeAside(address)) {
            return true;
        }
        Segment segment = map.near(address);
        int page = Segment.pageOf(address);
        SmallRun run = segment.smallRun(page);
        if (run != SmallRun.NONE) {
            int block = run.blockAt(address);
            return block >= 0 && freeSmall(run, block, address);
        }
        return segment.addressOf(page) == address && freeRun(segment, page, address);
    }

    /// The address of the young block, with or without a mark; or a mark alone. A recent value.
    long young() {
        return young;
    }

    /// The class of the young block, while there is one. By the owner.
    int youngClass() {
        return youngClass;
    }

    /// The same for a block that may be the young one.
    boolean freeAside(long address) {
        enter();
        if (address != young || (address & MARK) != 0) {
            exit();
            return false;
        }
        if (latestClass != NONE) {
            freeYoung(address);
            return true;
        }
        young = MARK;
        latest = address;
        latestClass = youngClass | ONCE_YOUNG;
        exit();
        return true;
    }

    /// The same for block number `block` of a run.
    boolean freeSmall(SmallRun run, int block, long address) {
        enter();
        if (!run.isOf(block, id)) {
            exit();
            return false;
        }
        push(run.sizeClass(), run, block, address);
        return true;
    }

    /// The same for a run of whole pages: what lies at `page` of `segment`, where nothing need begin.
    boolean freeRun(Segment segment, int page, long address) {
        enter();
        if (!segment.runs().isOf(page, id)) {
            exit();
            return false;
        }
        push(Segment.classOf(segment.tag(page)), segment.runs(), page, address);
        return true;
    }

    /// Keeps a block, and goes out. The latest one before it goes to its stack.
    private void push(int sizeClass, BlockStates states, int block, long address) {
        int older = latestClass;
        if (older == ASLEEP) {
            freeSlowly(sizeClass, states, block, address);
            return;
        }
        Stack stack = stacks[older >= 0 ? older & CLASS : sizeClass];
        int count = stack.count;
        if (older >= 0) {
            if (count >= stack.blocks.length) {
                freeSlowly(sizeClass, states, block, address);
                return;
            }
        } else {
            long distance = address - latest;
            pairs = pairs + 1 & ~(int) ((distance | -distance) >> Long.SIZE - 1);
        }
        if (pairs >= MANY_PAIRS) {
            states.setAside(block, id);
        } else {
            states.hold(block);
        }
        // No call from here on until all is said: where there is no stack left for one, the block before this one would be in two places.
        if (older >= 0) {
            stack.blocks[count] = latest;
            stack.count = count + 1;
        }
        latestClass = sizeClass;
        latest = address;
        exit();
    }

    private void freeSlowly(int sizeClass, BlockStates states, int block, long address) {
        try {
            stackLatest(sizeClass);
            states.setAside(block, id);
            latestClass = sizeClass;
            latest = address;
            collect(false);
        } finally {
            exit();
            leaveSlowly();
        }
    }

    /// The young block is freed while another is the latest.
    private void freeYoung(long address) {
        int sizeClass = youngClass;
        Stack stack = stacks[sizeClass];
        int count = stack.count;
        if (latestClass >= 0 && count < stack.blocks.length) {
            young = MARK;
            stack.blocks[count] = address;
            stack.count = count + 1;
            exit();
            return;
        }
        try {
            stackLatest(sizeClass);
            young = MARK;
            latestClass = sizeClass;
            latest = address;
            collect(false);
        } finally {
            exit();
            leaveSlowly();
        }
    }

    /// The latest block goes to its stack, which may be longer from now on; where there is none, that of `next` is armed.
    private void stackLatest(int next) {
        int sizeClass = latestClass >= 0 ? latestClass & CLASS : latestClass;
        grow(sizeClass >= 0 ? sizeClass : next);
        if (sizeClass >= 0) {
            latestClass = NONE;
            keep(sizeClass, latest);
        }
    }

    /// Marks the block at `address` as returned, if it is the young one. By any thread but the owner.
    ///
    /// @return whether it was, and its owner must be told
    boolean returnYoung(long address) {
        return YOUNG.compareAndSet(this, address, address | MARK);
    }

    /// Whether the block at `address` is the young one, in the hands of a user. Any thread; a recent value.
    boolean isYoung(long address) {
        return (long) YOUNG.getVolatile(this) == address;
    }

    /// Notes a block that its caller has just marked as returned; the cache with number `to`, which handed it out, hears of it soon. By this
    /// cache's owner.
    void send(int sizeClass, long address, int to) {
        enter();
        sent[sizeClass]++;
        armed = true;
        outboxOwners[outboxCount] = to;
        outbox[outboxCount++] = Inbox.letter(sizeClass, address);
        if (outboxCount < OUTBOX) {
            boolean first = outboxCount == 1;
            exit();
            if (first) {
                leaveSlowly(); // or a quiet heap would not learn that something is on the way
            }
            return;
        }
        try {
            flushOutbox();
        } finally {
            exit();
            leaveSlowly();
        }
    }

    // ---- inside, off the fast path -------------------------------------------------------------------------------

    /// Arms a stack, or lets one that has proved too short be twice as long, up to its class's limit: threads that do
    /// little keep little.
    private void grow(int sizeClass) {
        int bytes = SizeClasses.bytes(sizeClass);
        boolean isMedium = SizeClasses.isMedium(sizeClass);
        int most = isMedium
                ? Math.clamp(cacheBytes / bytes, MIN_BLOCKS, MAX_RUNS)
                : Math.clamp(Math.min(cacheBytes, SMALL_CACHE_BYTES) / bytes, SMALL_START_BLOCKS, MAX_BLOCKS);
        int start = isMedium ? Math.clamp(START_BYTES / bytes, MIN_BLOCKS, most) : SMALL_START_BLOCKS;
        Stack stack = stacks[sizeClass];
        int depth = stack.blocks.length;
        if (depth < most) {
            stack.blocks = Arrays.copyOf(stack.blocks, depth == 0 ? start : Math.min(most, 2 * depth));
        }
        armed = true;
    }

    /// Outside again: the table hears of it, and every so often this thread turns an epoch.
    private void leaveSlowly() {
        boolean isTurn = slowPathsPerEpoch != 0 && ++slowPaths >= slowPathsPerEpoch && owner != null;
        if (isTurn) {
            slowPaths = 0;
        }
        table.slowPathTaken(isTurn);
    }

    /// Puts a free block on its stack; the older half of a full stack goes to stock.
    private void keep(int sizeClass, long address) {
        Stack stack = stacks[sizeClass];
        int depth = stack.blocks.length;
        if (depth == 0) {
            grow(sizeClass);
        } else if (stack.count == depth) {
            // Off the stack before they are in stock: where this breaks off in between, blocks are lost, and none is in two places.
            long[] older = Arrays.copyOf(stack.blocks, (depth + 1) / 2);
            System.arraycopy(stack.blocks, older.length, stack.blocks, 0, depth - older.length);
            stack.count -= older.length;
            supply.stock(sizeClass, older, 0, older.length);
        }
        stack.blocks[stack.count++] = address;
    }

    /// Takes in what others have freed: to the stacks, or all to stock.
    private void collect(boolean toStock) {
        if (inbox.isEmpty()) {
            return;
        }
        long[] one = new long[1];
        for (long letter : inbox.takeAll()) {
            int sizeClass = Inbox.sizeClassOf(letter);
            long address = Inbox.addressOf(letter);
            collected[sizeClass]++;
            if (!isCollected(address)) {
                violations++; // freed by its owner at the same moment: that free had its effect, this one has none
            } else if (toStock) {
                one[0] = address;
                supply.stock(sizeClass, one, 0, 1);
            } else {
                keep(sizeClass, address);
            }
        }
    }

    /// Takes a returned block back, if its mark still stands. By now anything may have become of a block whose mark does not.
    private boolean isCollected(long address) {
        if (young == (address | MARK)) {
            young = MARK;
            return true;
        }
        Segment segment = map.find(address);
        int page = Segment.pageOf(address);
        SmallRun run = segment.smallRun(page);
        if (run == SmallRun.NONE) {
            return segment.runs().collect(page, id);
        }
        int block = run.blockAt(address);
        return block >= 0 && run.collect(block, id);
    }

    private void flushOutbox() {
        int first = 0;
        while (first < outboxCount) {
            int to = outboxOwners[first];
            int next = first + 1;
            while (next < outboxCount && outboxOwners[next] == to) {
                next++;
            }
            table.byId(to).inbox().add(outbox, first, next - first);
            first = next;
        }
        outboxCount = 0;
    }

    /// What this cache keeps of other classes goes to stock, before a small heap grows. Inside, with the stack that is wanted empty.
    ///
    /// @return how many bytes it was; nothing is done for less than would be worth it
    private long shed(int wanted) {
        long bytes = 0;
        for (int c = 0; c < stacks.length; c++) {
            bytes += (long) stacks[c].count * SizeClasses.bytes(c);
        }
        if (bytes >= SHED_FROM_BYTES) {
            for (int c = 0; c < stacks.length; c++) {
                if (c != wanted) {
                    empty(c);
                }
            }
        }
        return bytes;
    }

    private int empty(int sizeClass) {
        Stack stack = stacks[sizeClass];
        int count = stack.count;
        if (count != 0) {
            stack.count = 0;
            supply.stock(sizeClass, stack.blocks, 0, count);
        }
        return count;
    }

    /// What others have freed goes to stock; what the owner keeps stays. Inside.
    ///
    /// @return how many blocks it was
    int sort() {
        int blocks = inbox.count();
        collect(true);
        return blocks;
    }

    /// Returns everything: the outbox to its owners, inbox and stacks to stock. Inside.
    ///
    /// @return how many blocks it was
    int trim() {
        int blocks = outboxCount + inbox.count();
        flushOutbox();
        collect(true);
        if (latestClass >= 0) {
            keep(latestClass & CLASS, latest);
        }
        latestClass = ASLEEP;
        for (int c = 0; c < stacks.length; c++) {
            blocks += empty(c);
            stacks[c].blocks = disarmed;
        }
        armed = false;
        return blocks;
    }

    // ---- what it holds, read by anybody --------------------------------------------------------------------------

    int count(int sizeClass) {
        return stacks[sizeClass].count + (latestClass >= 0 && (latestClass & CLASS) == sizeClass ? 1 : 0);
    }

    /// Blocks of the class that this cache sent on their way, less those that it collected.
    long onTheWay(int sizeClass) {
        return sent[sizeClass] - collected[sizeClass];
    }

    long violations() {
        return violations;
    }
}
