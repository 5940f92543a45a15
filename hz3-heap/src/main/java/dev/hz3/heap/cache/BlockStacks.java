package dev.hz3.heap.cache;

import dev.hz3.heap.supply.RunSupply;
import dev.hz3.segment.SizeClasses;
import java.util.Arrays;

/// The free blocks up to 64 KiB of one cache, in a stack of pairs for each size class, and what is done to them off the fast path.
///
///     stack      │ block │ its state │ block │ its state │ …      addresses both; the youngest last
///
///     fill       the run supply puts blocks on an empty stack
///     keep       one more block; of a full stack the older half goes to stock
///     empty      all of them go to stock
///
/// [ThreadCache] extends it instead of having one as a part, because the fast path would have to load the part first.
///
/// Threads: whoever is inside; counts are read by anybody, and are recent.
abstract class BlockStacks extends CachePresence {

    /// How many elements a pair has.
    static final int PAIR = 2;
    /// Less than this is not worth shedding, in bytes.
    private static final int SHED_FROM_BYTES = 512 << 10;
    private static final long[] NOTHING = {};

    // Side by side by class: an object for each stack would be one load more on the way to a block.

    /// The free blocks of each class, the youngest last.
    final long[][] stacks = new long[SizeClasses.COUNT][];
    /// Behind the youngest pair of each class.
    final int[] tops = new int[SizeClasses.COUNT];
    /// Where each stack is full. 0 means disarmed: the next free takes the slow path and is noticed. The pairs are kept, so that none are made for it.
    final int[] limits = new int[SizeClasses.COUNT];

    private final RunSupply supply;
    private final int shard;
    private final StackDepth depth;
    /// On its way from a stack to stock.
    private final long[] older = new long[PAIR * (StackDepth.MAX_BLOCKS + 1) / 2];

    /// @param shard whose stock comes first
    BlockStacks(RunSupply supply, int shard, CacheLimits limits) {
        this.supply = supply;
        this.shard = shard;
        depth = new StackDepth(limits.bytes());
        Arrays.fill(stacks, NOTHING);
    }

    /// Releases what else the cache keeps, so that the supply may find room.
    ///
    /// @return how many blocks it was
    abstract int makeWay();

    /// Arms a stack, or lets one that has proved too short be longer. For allocations alone: a free needs no memory.
    final void deepen(int sizeClass) {
        int wanted = PAIR * depth.next(sizeClass, limits[sizeClass] / PAIR);
        if (stacks[sizeClass].length < wanted) {
            stacks[sizeClass] = Arrays.copyOf(stacks[sizeClass], wanted);
        }
        limits[sizeClass] = wanted;
    }

    /// Puts blocks on an empty stack, half of what it may hold.
    ///
    /// @throws OutOfMemoryError if none is to be had
    final void fill(int sizeClass) {
        long[] stack = stacks[sizeClass];
        int most = Math.max(1, limits[sizeClass] / (2 * PAIR));
        int filled = supply.fill(shard, sizeClass, stack, 0, most);
        if (filled == 0 && supply.isSmall() && shed(sizeClass) >= SHED_FROM_BYTES) {
            filled = supply.fill(shard, sizeClass, stack, 0, most);
        }
        if (filled == 0 && makeWay() != 0) {
            filled = supply.fill(shard, sizeClass, stack, 0, most);
        }
        tops[sizeClass] = PAIR * (filled != 0 ? filled : supply.grow(shard, sizeClass, stack, 0, most));
    }

    /// Puts a free block on its stack; the older half of a full stack goes to stock. Needs no memory.
    final void keep(int sizeClass, long address, long state) {
        long[] stack = stacks[sizeClass];
        if (limits[sizeClass] == 0) {
            limits[sizeClass] = Math.min(stack.length, PAIR * StackDepth.rearmed(sizeClass));
        }
        int top = tops[sizeClass];
        if (top >= limits[sizeClass]) {
            if (top == 0) { // it never had room for one
                stock(sizeClass, address, state);
                return;
            }
            // Off the stack before they are in stock: if this breaks off in between, blocks are lost, and none is in two places.
            int moved = (top / PAIR + 1) / 2 * PAIR;
            System.arraycopy(stack, 0, older, 0, moved);
            System.arraycopy(stack, moved, stack, 0, top - moved);
            top -= moved;
            tops[sizeClass] = top;
            supply.stock(sizeClass, older, 0, moved / PAIR);
        }
        stack[top] = address;
        stack[top + 1] = state;
        tops[sizeClass] = top + PAIR;
    }

    /// Puts a free block in stock, past its stack. Needs no memory.
    final void stock(int sizeClass, long address, long state) {
        older[0] = address;
        older[1] = state;
        supply.stock(sizeClass, older, 0, 1);
    }

    /// What this cache keeps of other classes goes to stock, before a small heap grows.
    ///
    /// @param wanted the class whose stack is empty
    /// @return how many bytes it was; nothing is done for less than would be worth it
    private long shed(int wanted) {
        long bytes = 0;
        for (int c = 0; c < stacks.length; c++) {
            bytes += (long) count(c) * SizeClasses.bytes(c);
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
        int count = count(sizeClass);
        if (count != 0) {
            tops[sizeClass] = 0;
            supply.stock(sizeClass, stacks[sizeClass], 0, count);
        }
        return count;
    }

    /// All of it goes to stock, and every stack is disarmed.
    ///
    /// @return how many blocks it was
    final int emptyAll() {
        int blocks = 0;
        for (int c = 0; c < stacks.length; c++) {
            blocks += empty(c);
            limits[c] = 0;
        }
        return blocks;
    }

    /// The blocks of a class. A recent value.
    public final int count(int sizeClass) {
        return tops[sizeClass] / PAIR;
    }
}
